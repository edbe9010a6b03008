"""Feeds the strips and the actions from what happens elsewhere."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from explorer import icons, theme
from explorer.actions import Situation
from explorer.bridge.progress import NONE_YET, Progress, ProgressWatch
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
        self._offered: tuple[str | None, str | None] = (None, None)
        self._decodes = Spread(DECODES)
        self.gaps = GapMeter(self)
        self.watch = ProgressWatch(session.training)
        timer = QTimer(self)
        timer.timeout.connect(self._on_refresh)
        timer.start(REFRESH)
        self._connect_strips()
        self._connect_actions()
        self._on_run_changed(None)
        window.progress.show_progress(NONE_YET.text, NONE_YET.share)

    def set_ready(self) -> None:
        """Let the actions that need panels and core work from now on."""
        self._ready = True
        self.refresh_actions()
        self._session.errands.send(_ready_to_train, self._window.device_chip.setText)

    def let_go(self) -> None:
        """Hear no more: what is listened to is about to end."""
        for signal in self._signals:
            signal.disconnect(self.refresh_actions)
        for change in self._history:
            change.disconnect(self._on_history_changed)

    @Slot()
    def refresh_actions(self) -> None:
        """Show which actions make sense now."""
        self._offered = self._undoable
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
            undo=self._undoable[0],
            redo=self._undoable[1],
            theme=theme.current().mode,
            full_screen=self._window.isFullScreen(),
        )

    @property
    def _undoable(self) -> tuple[str | None, str | None]:
        """What undo and redo would do."""
        undo = self._session.undo
        return (
            undo.undoText() if undo.canUndo() else None,
            undo.redoText() if undo.canRedo() else None,
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
            theme.changes().changed,
        )
        for signal in signals:
            signal.connect(self.refresh_actions)
        history = (
            session.undo.undoTextChanged,
            session.undo.redoTextChanged,
            session.undo.canUndoChanged,
            session.undo.canRedoChanged,
        )
        for change in history:
            change.connect(self._on_history_changed)
        self._signals, self._history = signals, history
        view = self._window.menus.menus["View"]
        view.aboutToShow.connect(self.refresh_actions)
        self._window.menus.menus["Train"].aboutToShow.connect(self.refresh_actions)

    @Slot()
    def _on_history_changed(self) -> None:
        """Follow what can be undone; four signals tell so at every step of a drag."""
        if self._undoable != self._offered:
            self.refresh_actions()

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
