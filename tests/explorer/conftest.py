"""Parts for tests of the window: a session, and pictures that need no network."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PySide6", reason="the window's tests need Qt")

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from engines.snapshot import LatentSpace
from explorer.basket import Basket
from explorer.bridge.codes import Codes
from explorer.bridge.decoding import Decoding
from explorer.bridge.errands import Errands
from explorer.bridge.training import TrainingBridge
from explorer.cursor import Cursor
from explorer.desk import Desk
from explorer.library import Library
from explorer.notices import Notices
from explorer.selection import Selection
from explorer.session import Session


@dataclass(frozen=True)
class Lamp:
    """A snapshot whose brightness is its first latent coordinate: 128 + 40 z₀."""

    latent: LatentSpace = field(default_factory=lambda: LatentSpace(2))
    shape: tuple[int, int, int] = (1, 4, 4)
    weights: str = "decoder"

    def decode(self, z: np.ndarray) -> np.ndarray:
        channels, height, width = self.shape
        level = np.clip(128 + 40 * z[:, :1], 0, 255).astype(np.uint8)
        size = (len(z), height, width, channels)
        return np.broadcast_to(level[:, None, None], size).copy()


@pytest.fixture(scope="session", autouse=True)
def what_is_loaded_stays() -> None:
    """Take what was imported out of every later collection, which is then quick."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def each_test_leaves_its_garbage(what_is_loaded_stays: None) -> Iterator[None]:
    """Collect the wrappers of a test's widgets before those of the next one are made.

    The application collects between events (`explorer/garbage.py`). Left to chance, wrappers of
    several windows are collected together when the interpreter ends, and Qt may crash then. So
    it may where a stack of undo commands is collected together with its commands.
    """
    yield
    for known in gc.get_objects():
        if issubclass(type(known), QUndoStack) and isValid(known):  # isinstance wakes proxies
            known.clear()
    gc.collect()


@pytest.fixture
def leaves_no_widget(qapp: QApplication) -> Iterator[None]:
    """Fail the test that leaves a top-level widget visible."""
    before = {id(widget) for widget in qapp.topLevelWidgets() if widget.isVisible()}
    yield
    left = [
        widget
        for widget in qapp.topLevelWidgets()
        if widget.isVisible() and id(widget) not in before
    ]
    assert not left, f"widgets left open: {left}"


@pytest.fixture
def session(leaves_no_widget: None, qtbot, tmp_path: Path) -> Iterator[Session]:
    """The parts the panels share; their threads end with the test."""
    undo = QUndoStack()
    training, errands = TrainingBridge(), Errands()
    parts = Session(
        training=training,
        decoding=Decoding(),
        errands=errands,
        cursor=Cursor(undo),
        undo=undo,
        notices=Notices(),
        basket=Basket(undo),
        codes=Codes(training, errands),
        selection=Selection(undo),
        directions=Library(undo),
        runs=tmp_path / "runs",
        desk=Desk(),
    )
    yield parts
    assert parts.training.close(), "the training thread did not end"
    parts.decoding.close()
    parts.codes.close()
    parts.errands.close()


@pytest.fixture
def lamp() -> Lamp:
    """A model of two latent coordinates, of which the first is brightness."""
    return Lamp()
