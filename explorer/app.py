"""The window's composition root: builds the parts and hands them to one another."""

import logging
import signal
import sys
import threading
import time
import traceback
from argparse import Namespace
from functools import partial
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication

from explorer import theme
from explorer.alarming import Alarming
from explorer.basket import Basket
from explorer.bridge.codes import Codes
from explorer.bridge.decoding import Decoding
from explorer.bridge.errands import Errands
from explorer.bridge.opening import Opening
from explorer.bridge.restoring import Parts, Restoring
from explorer.bridge.runs import Runs
from explorer.bridge.shelving import Shelving
from explorer.bridge.training import TrainingBridge
from explorer.bridge.watching import Watching
from explorer.closing import Closing
from explorer.commands.exploring import EditCommands, ExploreCommands
from explorer.commands.files import FileCommands
from explorer.commands.helping import HelpCommands
from explorer.commands.running import RunCommands
from explorer.commands.viewing import ViewCommands
from explorer.cursor import Cursor
from explorer.dashboard import Dashboard
from explorer.debug import Stopwatch, write_log
from explorer.garbage import Collector
from explorer.library import Library
from explorer.main_window import MainWindow
from explorer.notices import Notices, Severity
from explorer.recent import RecentRuns
from explorer.selection import Selection
from explorer.session import Session
from explorer.settings import Settings
from explorer.startup import Startup
from explorer.widgets.parcel import release
from trainers import places

SWITCH_INTERVAL = 0.001  # s: at Python's 5 ms a training thread makes the window stutter
UNDO_LIMIT = 500

log = logging.getLogger(__name__)


def new_session(runs: Path) -> Session:
    """Build the parts that the panels share."""
    undo = QUndoStack()
    undo.setUndoLimit(UNDO_LIMIT)
    training, errands = TrainingBridge(), Errands()
    return Session(
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
        runs=runs,
    )


class Application(QObject):
    """One window with everything that makes it work."""

    def __init__(
        self, session: Session, settings: Settings, log_file: Path, watch: Stopwatch
    ) -> None:
        super().__init__()
        self.session = session
        self.window = MainWindow(settings)
        self.runs = Runs(
            session.training, session.desk, session.errands, session.notices, session.runs
        )
        self.opening = Opening(self.runs, session.desk, session.errands, session.notices)
        self.restoring = Restoring(
            Parts(
                self.runs,
                session.desk,
                session.errands,
                session.training,
                session.cursor,
                session.basket,
                session.undo,
                session.notices,
            ),
            partial(getattr, settings, "recent"),
        )
        self.watching = Watching(
            session.training, session.decoding, session.cursor, session.desk
        )
        self.shelving = Shelving(
            session.training, session.directions, session.errands, session.notices
        )
        self.alarming = Alarming(self.window, session, self.runs)
        self.dashboard = Dashboard(self.window, session, settings)
        always = self.window.menus.submenus["Gallery"].actions()
        self.recent = RecentRuns(self.window, settings, session.errands, session.runs, always)
        self._lately = settings.recent
        self.closing = Closing(self.window, session.training, self.runs, session.notices)
        self.startup = Startup(self.window, session, watch)
        self._bind(settings, log_file)
        self._connect()

    def _bind(self, settings: Settings, log_file: Path) -> None:
        window, session = self.window, self.session
        window.menus.bind(
            {
                "run": RunCommands(window, session, self.runs),
                "files": FileCommands(window, session, self.runs, self.opening),
                "edit": EditCommands(window, session),
                "explore": ExploreCommands(window, session),
                "view": ViewCommands(window, window.docks, session, settings),
                "help": HelpCommands(window, session, window.menus.listed, log_file),
            }
        )
        file_menu = window.menus.menus["File"]
        file_menu.insertMenu(window.menus.commands["open_images"], self.recent.menu)
        window.run_chip.setMenu(self.recent.menu)
        self.dashboard.refresh_actions()

    def _connect(self) -> None:
        self.session.desk.start_requested.connect(self.runs.train)
        self.session.desk.stop_requested.connect(self.runs.stop)
        self.session.desk.open_requested.connect(self.opening.open)
        self.session.desk.toggle_requested.connect(self.runs.toggle)
        self.session.desk.pause_requested.connect(self.runs.pause)
        self.session.desk.step_requested.connect(self.runs.step)
        self.session.desk.turn_requested.connect(self.runs.turn)
        self.session.desk.slow_requested.connect(self.runs.slow)
        self.session.training.started.connect(self.session.selection.forget)
        self.recent.chosen.connect(self.opening.open)
        self.window.drops.dropped.connect(self.opening.open)
        self.opening.export_found.connect(self.restoring.restore)
        self.opening.picture_found.connect(self.restoring.take_picture)
        self.restoring.raised.connect(self.window.raise_panel)
        self.startup.ready.connect(self.dashboard.set_ready)
        self.closing.agreed.connect(self.window.remember)

    def open_when_ready(self, path: Path) -> None:
        """Open `path` once the panels can show it."""
        self._path = path
        self.startup.ready.connect(self._on_ready_to_open)

    def show_when_ready(self) -> None:
        """Show what was looked at last, or a run of the gallery, once the panels can."""
        self.startup.ready.connect(self._on_ready_to_show)

    @Slot()
    def _on_ready_to_open(self) -> None:
        self.opening.open(self._path)

    @Slot()
    def _on_ready_to_show(self) -> None:
        self.opening.open_at_first(self._lately)

    def close(self) -> None:
        """End every thread; the window is gone by now."""
        self.dashboard.let_go()
        self.session.undo.clear()  # its commands must not be collected together with it
        release(QApplication.clipboard())
        self.session.training.close(timeout=1.0)
        self.session.decoding.close()
        self.session.codes.close()
        self.session.errands.close()
        self.shelving.close()


class Troubles:
    """Turns an exception nobody caught into a line in the log and a toast."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def install(self) -> None:
        """Hear of exceptions of every thread."""
        sys.excepthook = self.hear
        threading.excepthook = self._hear_thread

    def hear(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Note one exception; any thread."""
        log.error("an exception nobody caught", exc_info=(kind, error, trace))
        if issubclass(kind, Exception):
            detail = "".join(traceback.format_exception(kind, error, trace))
            message = f"The program made a mistake and goes on: {error or kind.__name__}"
            self._notices.tell(message, Severity.ERROR, detail)

    def _hear_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.hear(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _obey_signals(parts: Application) -> None:
    """Close as a person would, saving first, when a terminal or the system asks for the end.

    Python answers a signal between two of its instructions; the gap meter's timer sees to it
    that there are some every few milliseconds.
    """

    def close(_number: int, _frame: object) -> None:
        QTimer.singleShot(0, parts.window.close)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, close)


def run(options: Namespace, launched: float | None = None) -> int:
    """Show the window until it is closed; returns the exit code."""
    watch = Stopwatch(launched or time.time())
    watch.mark("Qt is loaded")
    sys.setswitchinterval(SWITCH_INTERVAL)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("latent-explorer")
    app.setApplicationDisplayName("Latent Explorer")
    settings = Settings(places.settings_file())
    if options.reset_layout:
        settings.forget_layout()
    theme.current().choose(theme.Mode(options.theme) if options.theme else settings.mode)
    write_log(places.log_file())
    session = new_session(options.runs or places.default_runs())
    Troubles(session.notices).install()
    parts = Application(session, settings, places.log_file(), watch)
    collector = Collector(app)
    parts.startup.ready.connect(collector.settle)
    if options.path is not None:
        parts.open_when_ready(options.path)
    else:
        parts.show_when_ready()
    _obey_signals(parts)
    parts.window.show()
    code = app.exec()
    parts.close()
    return code
