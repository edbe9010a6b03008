"""Panels on the screen, and the models and runs that they are to look at."""

from importlib import import_module
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from engines.snapshot import Snapshot
from explorer.app import Application
from explorer.session import Session
from explorer.widgets.image_grid import ImageGrid
from trainers.events import Snapped, Started

AnyWidget = TypeVar("AnyWidget", bound=QWidget)

HELD = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)


def on_screen(qtbot: QtBot, widget: AnyWidget, width: int, height: int) -> AnyWidget:
    """Show a widget of that size; it is closed with the test."""
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


def built(name: str, session: Session) -> QWidget:
    """Build the panel of a file in `explorer/panels`."""
    return import_module(f"explorer.panels.{name}").PANEL.build(session)


def furnish(qtbot: QtBot, application: Application) -> None:
    """Show the window and wait until its panels stand in it."""
    with qtbot.waitSignal(application.startup.ready):
        application.window.show()


def started(snapshot: Snapshot, folder: Path | None = None) -> Started:
    """What a run of such a model says when it begins, or is opened."""
    about = ("vae", "toys", (), (), 0, 9, "CPU")
    return Started(folder, *about, snapshot.latent, snapshot.shape)


def hold_key(widget: QWidget, key: Qt.Key, times: int) -> None:
    """Press a key, have it come `times` times, and let go."""
    kinds = [(QEvent.Type.KeyPress, number > 0) for number in range(times)]
    for kind, repeated in (*kinds, (QEvent.Type.KeyRelease, False)):
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeated)
        QApplication.sendEvent(widget, event)


def look_at(session: Session, event: Snapped, folder: Path | None = None) -> None:
    """Open a run at a snapshot; without a folder the run lies nowhere."""
    session.training.started.emit(started(event.snapshot, folder))
    session.cursor.enter(event.snapshot.latent)
    session.training.snapped.emit(event)


def look(session: Session, snapshot: Snapshot, step: int = 1) -> None:
    """Look at a model as it is at a step of the run that is looked at."""
    session.cursor.enter(snapshot.latent)
    session.training.snapped.emit(Snapped(step, snapshot))


def dragged(*addresses: str) -> QMimeData:
    """What a file manager lets somebody drag."""
    data = QMimeData()
    data.setUrls([QUrl(address) for address in addresses])
    return data


def drag_over(widget: QWidget, data: QMimeData) -> QDragEnterEvent:
    """Drag over a corner of `widget`, which accepts what is returned or does not."""
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, *HELD)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event


def drop(widget: QWidget, data: QMimeData) -> None:
    """Let go of what is dragged, over a corner of `widget`."""
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, *HELD)
    QApplication.sendEvent(widget, event)


def choose(combo: QComboBox, index: int) -> None:
    """Choose as a person does, who is heard where the program is not."""
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def middle(grid: ImageGrid, index: int) -> QPoint:
    """Where to point at a picture of a grid."""
    left, top, width, height = grid.geometry_now().rect(index)
    ratio = grid.devicePixelRatioF()
    return QPoint(round((left + width / 2) / ratio), round((top + height / 2) / ratio))
