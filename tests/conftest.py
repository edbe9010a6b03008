"""Fixtures. A test that leaves a widget or a thread behind has failed."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from jaxtyping import install_import_hook

# Before torch is loaded: threads that wait for one another make small tests ten times slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# From here on, every array annotation in the core is checked at every call.
install_import_hook(
    ["engines", "trainers"],
    "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))",
)
# A shared machine may hold any example up for a second: that is no failure.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture(autouse=True)
def _leaves_no_thread() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    assert not left, f"threads left running: {left}"


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data that lies beside the checkout on our own machines."""
    if not SHARED.is_dir():
        pytest.skip("the real data in ../shared/data is not on this machine")
    return SHARED
