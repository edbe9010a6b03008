"""Drawing takes its share of the GUI thread and no more."""

import pytest

from explorer.widgets import ration
from explorer.widgets.ration import Ration


class Clock:
    """A processor clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def thread_time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(ration, "time", clock)
    return clock


@pytest.mark.parametrize(
    ("cost", "wait"), [(0.0, 50), (0.001, 50), (0.010, 200), (0.025, 500), (9.0, 1000)]
)
def test_the_wait_makes_the_cost_its_share(clock, cost, wait):
    share = Ration(0.05, 50, 1000)

    with share.counted():
        clock.now += cost

    assert share.take() == pytest.approx(wait, abs=1)


def test_costs_add_up_until_they_are_taken(clock):
    share = Ration(0.1, 10, 1000)

    for _ in range(3):
        with share.counted():
            clock.now += 0.01

    assert share.take() == pytest.approx(300, abs=1)
    assert share.take() == 10
