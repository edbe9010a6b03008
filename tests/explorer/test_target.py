"""What is looked for is read and made to fit elsewhere; only what was wanted last counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, current_thread

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMenu

from explorer import target
from explorer.panels.inversion import NOTE, InversionPanel
from explorer.session import Session
from explorer.widgets.drop_target import DropTarget
from explorer.widgets.parcel import Parcel, wrap
from tests.explorer.conftest import Lamp
from tests.explorer.staging import dragged, look_at, on_screen
from trainers.data.picture import SUFFIXES
from trainers.events import Snapped
from trainers.placing import fitting, picture_for

PATIENCE = 120  # s after which a test has hung
LARGE = np.random.default_rng(3).integers(0, 256, (12, 18, 3), dtype=np.uint8)
RIGHT = np.full((4, 4, 1), 90, np.uint8)


@dataclass
class Gate:
    """Holds errands of one kind until it is opened, and notes on which threads they ran."""

    opened: Event = field(default_factory=Event)
    threads: list[str] = field(default_factory=list)

    def hold(self) -> None:
        self.threads.append(current_thread().name)
        assert self.opened.wait(PATIENCE)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Hold what makes pictures fit models of 4 × 4, and what reads files."""
    made = Gate()

    def held_fit(pixels: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
        if shape[1] == 4:
            made.hold()
        return fitting(pixels, shape)

    def held_read(path: Path, shape: tuple[int, int, int]) -> Parcel:
        made.hold()
        return Parcel(picture_for(path, shape), None, path.name)

    monkeypatch.setattr(target, "fitted", held_fit)
    monkeypatch.setattr(target, "_read", held_read)
    yield made
    made.opened.set()


@pytest.fixture
def answers(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What came of the target's errands, once that has been taken."""
    send, answered = session.errands.send, []

    def taken(take: Callable[[object], None], answer: object) -> None:
        take(answer)
        answered.append(answer)

    def noted(work, done, failed=None):
        if work.func in (target.fitted, target._read):
            done, failed = partial(taken, done), partial(taken, failed)
        send(work, done, failed)

    monkeypatch.setattr(session.errands, "send", noted)
    return answered


@pytest.fixture
def panel(qtbot, session: Session, lamp: Lamp) -> InversionPanel:
    made = on_screen(qtbot, InversionPanel(session), 600, 400)
    look_at(session, Snapped(4, lamp))
    return made


def put(session: Session, pixels: np.ndarray, title: str) -> None:
    session.basket.put("target", [Parcel(pixels, None, title)])


def test_a_picture_of_another_size_is_made_to_fit_off_the_gui_thread(
    qtbot, session, panel, gate, answers
) -> None:
    put(session, LARGE, "large")
    panel.invert()

    assert "being read" in panel.words.text()
    assert not panel.searcher.busy

    gate.opened.set()
    qtbot.waitUntil(lambda: len(answers) == 1)

    assert [name.partition("_")[0] for name in gate.threads] == ["errand"]
    np.testing.assert_array_equal(panel.pad.picture, fitting(LARGE, (1, 4, 4)))
    assert panel.view.caption.text() == "large · was 18 × 12"
    assert panel.target.why_not() == ""


def test_the_answer_for_an_older_target_does_not_replace_a_newer_one(
    qtbot, session, panel, gate, answers
) -> None:
    put(session, LARGE, "large")
    put(session, RIGHT, "right")

    gate.opened.set()
    qtbot.waitUntil(lambda: len(answers) == 1)

    np.testing.assert_array_equal(panel.pad.picture, RIGHT)
    assert panel.view.caption.text() == "right"


def test_a_model_of_another_shape_that_comes_meanwhile_has_it_fitted_anew(
    qtbot, session, panel, gate, answers
) -> None:
    put(session, LARGE, "large")
    look_at(session, Snapped(4, Lamp(shape=(3, 6, 6))))
    qtbot.waitUntil(lambda: len(answers) == 1)
    wanted = fitting(LARGE, (3, 6, 6))
    np.testing.assert_array_equal(panel.pad.picture, wanted)

    gate.opened.set()
    qtbot.waitUntil(lambda: len(answers) == 2)

    np.testing.assert_array_equal(panel.pad.picture, wanted)


def test_a_slow_file_does_not_replace_what_was_wanted_after_it(
    qtbot, session, panel, gate, answers, tmp_path: Path
) -> None:
    Image.fromarray(LARGE).save(tmp_path / "slow.png")
    panel.view.drop.files.emit([tmp_path / "slow.png"])
    assert "Reading slow.png" in panel.words.text()
    put(session, RIGHT, "right")

    gate.opened.set()
    qtbot.waitUntil(lambda: len(answers) == 1)

    assert [item.title for item in session.basket.items("target")] == ["right"]
    assert "Reading" not in panel.words.text()


def test_undo_brings_the_target_before_back(session, panel) -> None:
    panel.view.drop.received.emit(Parcel(RIGHT, None, "one"))
    panel.view.drop.received.emit(Parcel(RIGHT + 1, None, "two"))
    np.testing.assert_array_equal(panel.pad.picture, RIGHT + 1)

    session.undo.undo()
    np.testing.assert_array_equal(panel.pad.picture, RIGHT)
    session.undo.undo()
    assert panel.pad.picture is None
    assert not panel.view.clear.isEnabled()


def test_the_picture_at_the_cursor_becomes_the_target(qtbot, session, panel, lamp) -> None:
    session.cursor.place(np.array([1.5, 0], np.float32))
    with qtbot.waitSignal(session.basket.changed):
        panel.view.add.click()
    np.testing.assert_array_equal(panel.pad.picture, lamp.decode(session.cursor.latents())[0])
    assert panel.view.caption.text() == "cursor at step 4"


@pytest.mark.parametrize(
    ("name", "content"), [("notes.txt", b"Dear diary"), ("broken.png", b"\x89PNG\r\n\x1a\n12")]
)
def test_a_file_that_is_no_picture_gives_one_sentence_and_changes_nothing(
    qtbot, session, panel, answers, tmp_path: Path, name, content
) -> None:
    (tmp_path / name).write_bytes(content)
    put(session, RIGHT, "right")

    panel.view.drop.files.emit([tmp_path / name])
    qtbot.waitUntil(lambda: len(answers) == 1)

    assert panel.words.text().startswith(f"{name}: ")
    assert len(panel.words.text()) < 160
    np.testing.assert_array_equal(panel.pad.picture, RIGHT)
    assert panel.target.why_not() == ""


def test_a_file_is_opened_by_the_button_too(qtbot, session, panel, tmp_path: Path) -> None:
    Image.fromarray(LARGE).save(tmp_path / "mine.png")
    panel.view.open.click()
    dialog = panel.findChild(QFileDialog)
    with qtbot.waitSignal(session.basket.changed):
        dialog.fileSelected.emit(str(tmp_path / "mine.png"))
    dialog.reject()
    assert panel.view.caption.text() == "mine.png"
    assert all(f"*{suffix}" in target.KINDS[0] for suffix in SUFFIXES)


def test_a_file_dropped_on_the_pad_is_the_pad_s_not_the_window_s(
    qtbot, session, panel, tmp_path: Path
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(panel)
    drops = DropTarget(window)
    window.resize(700, 500)
    window.show()
    Image.fromarray(LARGE).save(tmp_path / "dropped.png")
    data = dragged((tmp_path / "dropped.png").as_uri())
    spot = panel.pad.mapTo(window, panel.pad.rect().center())
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    keys = Qt.KeyboardModifier.NoModifier

    QGuiApplication.sendEvent(window.windowHandle(), QDragEnterEvent(spot, *how, keys))
    assert panel.pad.property("receiving")
    assert drops.veil.isHidden()
    with (
        qtbot.assertNotEmitted(drops.dropped),
        qtbot.waitSignal(session.basket.changed),
    ):
        drop = QDropEvent(QPointF(spot), *how, keys)
        QGuiApplication.sendEvent(window.windowHandle(), drop)
    assert panel.view.caption.text() == "dropped.png"


@pytest.fixture
def clipboard(qapp: QApplication) -> Iterator[QClipboard]:
    """Leave nothing of ours there: it would outlive the interpreter, and crash it."""
    yield qapp.clipboard()
    qapp.clipboard().clear()


def test_keys_alone_put_a_target_in_copy_it_and_take_it_away(
    qtbot, session, panel, clipboard
) -> None:
    clipboard.setMimeData(wrap(Parcel(RIGHT, None, "carried")))
    panel.pad.setFocus()
    QTest.keyClick(panel.pad, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert panel.view.caption.text() == "carried"

    with qtbot.waitSignal(session.notices.told) as told:
        QTest.keyClick(panel.pad, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "Copied" in told.args[0].message

    QTest.keyClick(panel.pad, Qt.Key.Key_Delete)
    assert panel.pad.picture is None
    assert session.undo.undoText() == "empty the picture to look for"


def test_the_right_button_mends_and_opens_no_menu(session, panel) -> None:
    put(session, RIGHT, "right")
    spot = panel.pad.rect().center()
    asked: list[QPoint] = []
    panel.view.away.asked_about.connect(lambda _, place: asked.append(place))

    for reason, count in (
        (QContextMenuEvent.Reason.Mouse, 0),
        (QContextMenuEvent.Reason.Keyboard, 1),
    ):
        event = QContextMenuEvent(reason, spot, panel.pad.mapToGlobal(spot))
        QGuiApplication.sendEvent(panel.pad, event)
        assert len(asked) == count
    for menu in panel.pad.findChildren(QMenu):
        menu.close()


def test_without_a_model_a_target_is_refused_in_a_sentence(qtbot, session) -> None:
    bare = InversionPanel(session)
    qtbot.addWidget(bare)
    for give in (
        lambda: bare.view.drop.received.emit(Parcel(RIGHT, None, "one")),
        lambda: bare.view.drop.files.emit([Path("a.png")]),
        bare.view.add.click,
        bare.invert,
    ):
        bare.words.say(NOTE)
        give()
        assert bare.words.text() == target.NO_MODEL
    assert session.basket.items("target") == ()
