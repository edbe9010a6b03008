"""Feeds the strips and the actions from what happens elsewhere."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from explorer import icons, theme
from explorer.actions import Situation
from explorer.bridge.progress import Progress, ProgressWatch
from explorer.debug import DECODES, GapMeter, Spread
from explorer.desk import RunState
from explorer.main_window import TITLE, MainWindow
from explorer.notices import Notice, Severity
from explorer.session import Session
from explorer.settings import Settings
from trainers.events import Started

REFRESH = 500  # ms between looks at the gap meter


class Dashboard(QObject):
    """Connects one window's strips and actions to one session."""

    def __init__(self, window: MainWindow, session: Session, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._settings = settings
        self._ready = False
        self._decodes = Spread(DECODES)
        self.gaps = GapMeter(self)
        self.watch = ProgressWatch(session.training)
        timer = QTimer(self)
        timer.timeout.connect(self._on_refresh)
        timer.start(REFRESH)
        self._connect_strips()
        self._connect_actions()
        self._on_run_changed(None)
        window.progress.show_progress("no run yet: press Train (F5)", 0.0)

    def set_ready(self) -> None:
        """Let the actions that need panels and core work from now on."""
        self._ready = True
        self.refresh_actions()
        self._session.errands.send(_ready_to_train, self._window.device_chip.setText)

    def let_go(self) -> None:
        """Hear no more: what is listened to is about to end."""
        for signal in self._signals:
            signal.disconnect(self.refresh_actions)

    @Slot()
    def refresh_actions(self) -> None:
        """Show which actions make sense now."""
        self._window.menus.follow(self.situation())

    def situation(self) -> Situation:
        """Gather what decides over actions."""
        session = self._session
        return Situation(
            ready=self._ready,
            state=session.desk.state,
            has_config=session.desk.config is not None,
            turns=session.desk.turns,
            speed=session.desk.speed,
            has_run=session.desk.run is not None,
            has_model=session.cursor.space is not None,
            undo=session.undo.undoText() if session.undo.canUndo() else None,
            redo=session.undo.redoText() if session.undo.canRedo() else None,
            theme=theme.current().mode,
            full_screen=self._window.isFullScreen(),
        )

    def _connect_strips(self) -> None:
        session = self._session
        session.notices.told.connect(self._on_told)
        session.notices.told.connect(self._window.toasts.show_notice)
        session.errands.failed.connect(self._on_trouble)
        session.decoding.trouble.connect(self._on_trouble)
        session.decoding.timed.connect(self._on_timed)
        session.training.started.connect(self._on_started)
        session.desk.run_changed.connect(self._on_run_changed)
        self.watch.changed.connect(self._on_progress)
        self._window.drops.refused.connect(self._on_refused)
        theme.changes().changed.connect(self._on_theme_changed)

    def _connect_actions(self) -> None:
        session = self._session
        signals = (
            session.desk.state_changed,
            session.desk.config_changed,
            session.desk.run_changed,
            session.desk.speed_changed,
            session.cursor.reshaped,
            session.undo.undoTextChanged,
            session.undo.redoTextChanged,
            session.undo.canUndoChanged,
            session.undo.canRedoChanged,
            theme.changes().changed,
        )
        for signal in signals:
            signal.connect(self.refresh_actions)
        self._signals = signals
        view = self._window.menus.menus["View"]
        view.aboutToShow.connect(self.refresh_actions)
        self._window.menus.menus["Train"].aboutToShow.connect(self.refresh_actions)

    @Slot(Notice)
    def _on_told(self, notice: Notice) -> None:
        self._window.status.say(notice.message)

    @Slot(str)
    def _on_trouble(self, message: str) -> None:
        self._session.notices.tell(message, Severity.ERROR)

    @Slot(str)
    def _on_refused(self, message: str) -> None:
        self._session.notices.tell(message, Severity.WARNING)

    @Slot(float)
    def _on_timed(self, milliseconds: float) -> None:
        self._decodes.add(milliseconds)

    @Slot(Progress)
    def _on_progress(self, progress: Progress) -> None:
        opening = not progress.active and self._session.desk.state is RunState.IDLE
        self._window.progress.show_progress("" if opening else progress.text, progress.share)
        self._window.status.show_training(progress.rate)

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._window.device_chip.setText(event.device)

    @Slot(object)
    def _on_run_changed(self, run: Path | None) -> None:
        name = run.name if run is not None else "no run"
        self._window.run_chip.setText(name)
        self._window.setWindowTitle(TITLE if run is None else f"{name} – {TITLE}")
        if run is not None:
            self._settings.remember_run(run)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._window.run_chip.setIcon(icons.icon("folder"))

    @Slot()
    def _on_refresh(self) -> None:
        status = self._window.status
        status.show_window(self.gaps.quantile(0.99), self.gaps.worst())
        status.show_decode(self._decodes.quantile(0.5), self._decodes.quantile(0.95))


def _ready_to_train() -> str:
    """Get ready to train; name the device a run is computed on if Setup names none."""
    from trainers import devices
    from trainers.plan import Plan
    from trainers.warming import warm_up

    warm_up()
    return devices.words(devices.settle(Plan()))
