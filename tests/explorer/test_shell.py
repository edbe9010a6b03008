"""Dropping, closing, measuring, starting: what the window does around the panels."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QMainWindow

from explorer import panels
from explorer.__main__ import COMMANDS, main
from explorer.app import Troubles
from explorer.bridge.opening import Found, Kind, recognise
from explorer.closing import Closing
from explorer.debug import GapMeter, Spread
from explorer.notices import Severity
from explorer.recent import RecentRuns
from explorer.settings import Settings
from explorer.widgets.drop_target import DropTarget
from tests.explorer.staging import drag_over, dragged, drop
from trainers.cli import main as command_line
from trainers.events import Finished
from trainers.worker import Brake


@pytest.fixture
def window(qtbot, leaves_no_widget):
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def things(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.json").write_text("{}")
    (tmp_path / "pictures").mkdir()
    np.save(tmp_path / "faces.npy", np.zeros(1))
    (tmp_path / "letter.txt").write_text("hello")
    (tmp_path / "one.png").write_bytes(b"")
    (tmp_path / "one.mp4").write_bytes(b"")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "kind", "opened"),
    [
        ("run", Kind.RUN, "run"),
        ("run/run.json", Kind.RUN, "run"),
        ("pictures", Kind.FOLDER, "pictures"),
        ("faces.npy", Kind.ARRAY, "faces.npy"),
        ("one.png", Kind.PICTURE, "one.png"),
    ],
)
def test_a_path_is_recognised(things, name, kind, opened):
    assert recognise(things / name) == Found(kind, things / opened)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("letter.txt", "cannot be opened here"),
        ("one.mp4", "drop it with the .json beside it"),
        ("gone", "not there"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_a_reason(things, name, why):
    with pytest.raises(ValueError, match=why):
        recognise(things / name)


@pytest.mark.parametrize(
    ("name", "source"), [("pictures", "folder:{}"), ("faces.npy", "array:{}")]
)
def test_pictures_become_the_source_that_setup_shows(
    qtbot, session, opening, things, name, source
):
    with qtbot.waitSignal(session.desk.source_dropped) as dropped:
        opening.open(things / name)

    assert dropped.args == [source.format(things / name)]


def test_a_refusal_is_told(qtbot, session, opening, things, told):
    with qtbot.waitSignal(session.notices.told):
        opening.open(things / "letter.txt")

    assert told[-1].severity is Severity.WARNING


def test_a_folder_chosen_as_a_run_must_be_one(qtbot, session, opening, things, told):
    with qtbot.waitSignal(session.notices.told):
        opening.open_run(things / "pictures")

    assert "is not a run" in told[-1].message


def test_the_window_shows_that_it_takes_what_is_dragged(window):
    target = DropTarget(window)

    event = drag_over(window, dragged("file:///pictures"))

    assert event.isAccepted()
    assert not target.veil.isHidden()


def test_words_are_not_taken(window):
    target = DropTarget(window)
    data = QMimeData()
    data.setText("words")

    drag_over(window, data)

    assert target.veil.isHidden()


def test_a_dropped_file_is_handed_on(qtbot, window, tmp_path):
    target = DropTarget(window)
    data = dragged(QUrl.fromLocalFile(str(tmp_path)).toString())
    drag_over(window, data)

    with qtbot.waitSignal(target.dropped) as dropped:
        drop(window, data)

    assert dropped.args == [tmp_path]
    assert target.veil.isHidden()


def test_a_web_address_is_refused_with_a_reason(qtbot, window):
    target = DropTarget(window)
    data = dragged("https://example.org/cat.png")
    drag_over(window, data)

    with qtbot.waitSignal(target.refused) as refused:
        drop(window, data)

    assert "files of this machine" in refused.args[0]


class Slow:
    """A job that goes on until it is stopped, and then until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def __call__(self, brake: Brake) -> Iterator[object]:
        for _turn in brake.guard(iter(int, 1)):
            pass
        self.let_go.wait(10)
        yield Finished(1, complete=False)


@pytest.fixture
def slow(session):
    job = Slow()
    session.training.start(job)
    yield job
    job.let_go.set()


@pytest.fixture
def closing(window, session, runs):
    window.show()
    return Closing(window, session.training, runs, session.notices)


def test_an_idle_window_closes_at_once(qtbot, window, closing):
    with qtbot.waitSignal(closing.agreed):
        window.close()

    assert not window.isVisible()


def test_a_busy_window_saves_first_and_closes_then(qtbot, window, closing, slow, told):
    assert not window.close()
    assert window.isVisible()
    assert "Saving" in told[-1].message

    slow.let_go.set()

    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_long_save_offers_to_quit_now(qtbot, window, closing, slow):
    closing.patience.setInterval(1)
    window.close()
    qtbot.waitUntil(lambda: closing.question is not None)
    buttons = {button.text(): button for button in closing.question.buttons()}

    buttons["Quit now"].click()

    qtbot.waitUntil(lambda: not window.isVisible())


def test_one_may_go_on_waiting(qtbot, window, closing, slow):
    closing.patience.setInterval(1)
    window.close()
    qtbot.waitUntil(lambda: closing.question is not None)
    closing.patience.setInterval(60_000)
    buttons = {button.text(): button for button in closing.question.buttons()}

    buttons["Wait"].click()

    assert window.isVisible()
    assert closing.patience.isActive()
    slow.let_go.set()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_spread_forgets_what_is_old():
    spread = Spread(keep=3)
    assert spread.quantile(0.5) is None

    for value in (100.0, 1.0, 2.0, 3.0):
        spread.add(value)

    assert spread.quantile(0.5) == 2.0


def test_the_gap_meter_measures_between_passes(window):
    meter = GapMeter(window)

    for now in (0.0, 0.016, 0.032, 0.132):
        meter.note(now)

    assert meter.worst() == pytest.approx(100.0)
    assert meter.quantile(0.5) == pytest.approx(16.0)


def test_the_gap_meter_looks_back_five_seconds(window):
    meter = GapMeter(window)

    for now in (0.0, 1.0, 5.9, 6.0, 6.1):
        meter.note(now)

    assert meter.worst() == pytest.approx(4900.0)


def test_an_exception_becomes_a_toast_with_details(session, told):
    try:
        raise KeyError("lost")
    except KeyError as error:
        Troubles(session.notices).hear(type(error), error, error.__traceback__)

    assert told[-1].severity is Severity.ERROR
    assert "Traceback" in told[-1].detail


def test_a_panel_that_cannot_be_built_says_so_in_its_place(qtbot, session, caplog):
    def broken(_session):
        raise RuntimeError("no")

    spec = panels.PanelSpec("charts", "Charts", Qt.DockWidgetArea.LeftDockWidgetArea, broken)

    widget = panels.build(spec, session)
    qtbot.addWidget(widget)

    assert "Charts could not be opened" in widget.text()
    assert "no" in caplog.text


def test_recent_runs_are_those_that_are_there(qtbot, window, session, things):
    settings = Settings(things / "window.ini")
    settings.remember_run(things / "gone")
    settings.remember_run(things / "run")
    recent = RecentRuns(window, settings, session.errands, things)

    recent.refresh()
    qtbot.waitUntil(lambda: recent.menu.actions()[0].isEnabled())

    assert [action.data() for action in recent.menu.actions()] == [things / "run"]
    with qtbot.waitSignal(recent.chosen) as chosen:
        recent.menu.triggered.emit(recent.menu.actions()[0])
    assert chosen.args == [things / "run"]


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


PAINT = """
import sys
from argparse import Namespace
from pathlib import Path
from explorer import app, debug

def mark(self, what):
    if what == "the window is painted":
        print("torch" in sys.modules, "pyqtgraph" in sys.modules)
    if what == "the panels stand":
        app.QApplication.instance().closeAllWindows()

debug.Stopwatch.mark = mark
sys.exit(app.run(Namespace(path=None, runs=Path("runs"), theme="light", reset_layout=True)))
"""


def test_the_window_is_painted_before_torch_is_loaded(tmp_path):
    places = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}

    done = run_python(PAINT, **places)

    assert done.stdout.split() == ["False", "False"]
    assert done.returncode == 0, done.stderr


def test_without_qt_the_window_says_so_in_one_sentence():
    code = (
        "import sys; sys.modules['PySide6'] = None; "
        "from explorer.__main__ import main; sys.exit(main([]))"
    )

    done = run_python(code)

    assert done.returncode == 2
    assert "command" not in done.stdout
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_screen_the_window_says_so(monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    assert main([]) == 2
    assert "no screen" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_speak_of_window_and_command_line(option, capsys):
    with pytest.raises(SystemExit) as end:
        main([option])

    words = capsys.readouterr().out
    assert end.value.code == 0
    assert "window" in words
    assert "latent-explorer" in words


def test_the_window_hands_on_every_command_of_the_command_line():
    assert tuple(command_line.COMMANDS) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_the_subcommands(command, capsys):
    with pytest.raises(SystemExit):
        main(["--help"])

    assert f"latent-explorer {command}" in capsys.readouterr().out
