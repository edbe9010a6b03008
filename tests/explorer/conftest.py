"""Parts for tests of the window: a session, and pictures that need no network."""

import gc
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partialmethod
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PySide6", reason="the window's tests need Qt")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QGuiApplication, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from engines.snapshot import LatentSpace
from explorer.app import Application, new_session
from explorer.bridge.opening import Opening
from explorer.bridge.runs import Runs
from explorer.debug import Stopwatch
from explorer.notices import Notice
from explorer.session import Session
from explorer.settings import Settings
from explorer.widgets.parcel import release
from tests.explorer.staging import furnish
from tests.trainers.small_runs import tiny, trained

_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
_NOWHERE = QPoint(-9_999, -9_999)
PATIENCE = 120_000  # ms after which a test has hung


@dataclass(frozen=True)
class Gate:
    """Decodes like a lamp, but each time only when it is let through."""

    latent: LatentSpace = field(default_factory=lambda: LatentSpace(2))
    shape: tuple[int, int, int] = (1, 4, 4)
    weights: str = "decoder"
    open: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def decode(self, z: np.ndarray) -> np.ndarray:
        assert self.open.acquire(timeout=PATIENCE / 1_000)
        return np.zeros((len(z), 4, 4, 1), np.uint8)


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


class PatientBot(QtBot):
    """Waits two minutes where pytest-qt waits five seconds: a busy machine is no failure."""

    waitSignal = partialmethod(QtBot.waitSignal, timeout=PATIENCE)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=PATIENCE)
    waitUntil = partialmethod(QtBot.waitUntil, timeout=PATIENCE)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """What uses the window, and waits until something holds, not for a time."""
    return PatientBot(request)


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
    if QApplication.instance() is not None:
        release(QApplication.clipboard())
    gc.collect()


@pytest.fixture(autouse=True)
def each_test_lets_go_of_the_mouse() -> Iterator[None]:
    """Release what a test pressed, or the next ones would take part in its drag.

    A double click of QTest's never lets go. The pointer goes away too: what is shown where a
    test left it would be hovered over.
    """
    yield
    if QApplication.instance() is not None:
        QCursor.setPos(_NOWHERE)
    for button in _BUTTONS:
        if QGuiApplication.mouseButtons() & button:
            QTest.mouseRelease(QWidget(), button)


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
    parts = new_session(tmp_path / "runs")
    yield parts
    assert parts.training.close(), "the training thread did not end"
    parts.decoding.close()
    parts.codes.close()
    parts.errands.close()


@pytest.fixture(scope="session")
def vae(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained run of twelve steps, for all tests: only to be read."""
    place = tmp_path_factory.mktemp("vae")
    return trained(tiny(place), place / "runs")


@pytest.fixture(scope="session")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained run of three steps, for all tests: only to be read, or copied."""
    place = tmp_path_factory.mktemp("made")
    return trained(tiny(place, steps=3), place / "runs")


@pytest.fixture
def told(session: Session) -> list[Notice]:
    """Every notice of this test."""
    notices: list[Notice] = []
    session.notices.told.connect(notices.append)
    return notices


@pytest.fixture
def runs(session: Session) -> Runs:
    """What begins, opens and ends runs."""
    return Runs(session.training, session.desk, session.errands, session.notices, session.runs)


@pytest.fixture
def opening(session: Session, runs: Runs) -> Opening:
    """What opens whatever a person drops or chooses."""
    return Opening(runs, session.desk, session.errands, session.notices)


@pytest.fixture
def application(qtbot, session: Session, tmp_path: Path) -> Iterator[Application]:
    """The whole application, its window not shown yet."""
    settings = Settings(tmp_path / "window.ini")
    made = Application(session, settings, tmp_path / "log", Stopwatch(time.time()))
    qtbot.addWidget(made.window)
    yield made
    made.dashboard.let_go()
    made.window.hide()


@pytest.fixture
def parts(qtbot, application: Application) -> Application:
    """The whole application, its window shown and furnished."""
    furnish(qtbot, application)
    return application


@pytest.fixture
def lamp() -> Lamp:
    """A model of two latent coordinates, of which the first is brightness."""
    return Lamp()
