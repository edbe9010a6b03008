"""A run on the main thread: what is reported, and with which exit code it ends."""

import io
import json
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engines.snapshot import Channel, LatentSpace
from trainers.cli.conduct import RunFailedError, conduct
from trainers.cli.exits import GOOD, INTERRUPTED
from trainers.cli.reporting import JsonLines, PlainLines, ProgressBar, reporter_for
from trainers.events import (
    Evaluated,
    Event,
    Failed,
    Finished,
    Measured,
    Preparing,
    Saved,
    Started,
    Warned,
)
from trainers.meter import DivergedError
from trainers.worker import Brake, Job


def started(first: int = 0) -> Started:
    channels = (Channel("loss", "loss", "loss", "nats"), Channel("kl", "KL", "loss", "nats"))
    return Started(
        folder=Path("runs/a"),
        family="vae",
        data="MNIST",
        channels=channels,
        held_out_channels=channels[:1],
        first=first,
        steps=10,
        device="CPU, 1 thread",
        latent=LatentSpace(2),
        shape=(1, 28, 28),
    )


def measured(first: int, *losses: float) -> Measured:
    values = np.array(losses)
    return Measured(first, {"loss": values, "kl": values / 2}, 1.5)


WHOLE: tuple[Event, ...] = (
    Preparing("Downloading", 0, 200),
    Preparing("Downloading", 100, 200),
    Preparing("Downloading", 200, 200),
    started(),
    Evaluated(0, {"loss": 9.0}, 50),
    measured(1, 8.0),
    measured(2, 7.0, 6.0),
    measured(4, 5.0),
    Saved(4, Path("runs/a/checkpoints/4")),
    Warned("the disk is nearly full"),
    Finished(4, complete=True),
)


def telling(*events: Event | Exception) -> Job:
    def job(_brake: Brake) -> Iterator[Event]:
        for event in events:
            if isinstance(event, Exception):
                raise event
            yield event

    return job


def records(*events: Event | Exception) -> list[dict[str, object]]:
    out = io.StringIO()
    conduct(telling(*events), JsonLines(out))
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_whole_run_ends_well() -> None:
    assert conduct(telling(*WHOLE), JsonLines(io.StringIO())) == GOOD


def test_json_lines_say_every_kind_of_event_and_hold_back_frequent_ones() -> None:
    told = records(*WHOLE)

    assert [(row["event"], row.get("step", row.get("done"))) for row in told] == [
        ("preparing", 0),
        ("preparing", 200),
        ("started", None),
        ("evaluated", 0),
        ("measured", 1),
        ("saved", 4),
        ("warned", None),
        ("measured", 4),
        ("finished", 4),
    ]


def test_json_lines_carry_newest_values_units_and_counts() -> None:
    told = {str(row["event"]): row for row in records(*WHOLE)}

    assert told["measured"]["values"] == {"loss": 5.0, "kl": 2.5}
    assert told["evaluated"]["count"] == 50
    assert told["started"]["channels"] == [
        {"name": "loss", "label": "loss", "unit": "nats"},
        {"name": "kl", "label": "KL", "unit": "nats"},
    ]


def test_what_is_not_a_number_is_null_in_json() -> None:
    told = records(started(), measured(1, float("nan")), Finished(1, complete=False))

    assert told[1]["values"] == {"loss": None, "kl": None}


def test_the_history_of_a_resumed_run_is_not_told_again() -> None:
    told = records(
        started(first=4),
        measured(1, 8.0, 7.0, 6.0, 5.0),
        Evaluated(4, {"loss": 9.0}, 50),
        Evaluated(5, {"loss": 8.0}, 50),
        Finished(5, complete=False),
    )

    assert [row["event"] for row in told] == ["started", "evaluated", "finished"]


def test_plain_lines_name_values_with_their_units() -> None:
    out = io.StringIO()

    conduct(telling(*WHOLE), PlainLines(out))

    assert out.getvalue().splitlines() == [
        "Downloading (0 of 200)",
        "Downloading (200 of 200)",
        "Training vae on MNIST (28×28, grey) with CPU, 1 thread, steps 1 to 10 in runs/a",
        "step 0: held-out loss 9 nats (n = 50)",
        "step 1: loss 8 nats, KL 4 nats",
        "warning: the disk is nearly full",
        "step 4: loss 5 nats, KL 2.5 nats",
        "Finished at step 4",
    ]


def test_a_bar_shows_steps_and_losses_on_a_terminal() -> None:
    out = io.StringIO()

    conduct(telling(*WHOLE), ProgressBar(out))

    shown = out.getvalue()
    assert "Downloading: 100%" in shown
    assert "4/10" in shown
    assert "loss 5 nats, KL 2.5 nats" in shown
    assert "Finished at step 4" in shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("bar", "as_json", "expected"),
    [
        (Terminal(), False, ProgressBar),
        (io.StringIO(), False, PlainLines),
        (Terminal(), True, JsonLines),
    ],
)
def test_the_reporter_suits_who_reads(
    bar: io.StringIO, as_json: bool, expected: type[object]
) -> None:
    assert isinstance(reporter_for(io.StringIO(), bar, as_json=as_json), expected)


@pytest.mark.parametrize(
    "ending", [DivergedError("loss became infinite"), RuntimeError("no memory"), OSError("x")]
)
def test_a_run_that_breaks_after_its_start_has_failed(ending: Exception) -> None:
    out = io.StringIO()

    with pytest.raises(RunFailedError, match=str(ending)):
        conduct(telling(started(), measured(1, 2.0), ending), JsonLines(out))

    assert json.loads(out.getvalue().splitlines()[-1]) == {
        "event": "failed",
        "message": str(ending),
    }


def test_a_failed_event_is_a_failed_run() -> None:
    with pytest.raises(RunFailedError, match="broke"):
        conduct(telling(started(), Failed("it broke", "detail")), JsonLines(io.StringIO()))


def test_a_run_that_cannot_begin_is_bad_input() -> None:
    with pytest.raises(ValueError, match="no such data"):
        conduct(telling(ValueError("no such data")), JsonLines(io.StringIO()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_stops_and_saves(number: signal.Signals) -> None:
    def job(brake: Brake) -> Iterator[Event]:
        yield started()
        signal.raise_signal(number)
        assert brake.stopped
        yield Finished(3, complete=False)

    assert conduct(job, JsonLines(io.StringIO())) == GOOD


def test_the_second_signal_gives_up_and_closes_the_run() -> None:
    closed = []

    def job(_brake: Brake) -> Iterator[Event]:
        try:
            yield started()
            signal.raise_signal(signal.SIGINT)
            yield measured(1, 2.0)
            signal.raise_signal(signal.SIGINT)
        finally:
            closed.append(True)

    assert conduct(job, JsonLines(io.StringIO())) == INTERRUPTED
    assert closed == [True]


def test_a_stop_before_the_first_step_is_an_interruption() -> None:
    ending = Finished(0, complete=False)

    assert (
        conduct(telling(Preparing("x", 1, 0), ending), JsonLines(io.StringIO())) == INTERRUPTED
    )


def test_signals_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)

    conduct(telling(*WHOLE), JsonLines(io.StringIO()))

    assert signal.getsignal(signal.SIGINT) is before
