"""Shows what goes wrong with the run looked at, one warning after the other."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QMainWindow, QToolBar

from explorer.bridge.runs import Runs
from explorer.desk import RunState
from explorer.session import Session
from explorer.widgets.banner import Banner, Bulletin
from explorer.widgets.spark import Course
from trainers.events import Alarmed, Cleared, Started

HALF = 0.5


class Alarming(QObject):
    """Keeps the alarms that stand, in the order in which they came, and does what is asked."""

    def __init__(self, window: QMainWindow, session: Session, runs: Runs) -> None:
        super().__init__(window)
        self._session = session
        self._runs = runs
        self.standing: list[Alarmed] = []
        self.banner = Banner(window)
        self.bar = QToolBar("Warnings", window)
        self.bar.setObjectName("warnings")
        self.bar.setMovable(False)
        self.bar.toggleViewAction().setEnabled(False)
        self.bar.toggleViewAction().setVisible(False)
        self.bar.addWidget(self.banner)
        window.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
        window.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.bar)
        self._refresh()
        self._connect()

    def _connect(self) -> None:
        training = self._session.training
        training.started.connect(self._on_started)
        training.alarmed.connect(self._on_alarmed)
        training.cleared.connect(self._on_cleared)
        self._session.desk.state_changed.connect(self._refresh)
        self.bar.visibilityChanged.connect(self._on_visibility_changed)
        self.banner.pause_wanted.connect(self._runs.pause)
        self.banner.back_wanted.connect(self._on_back_wanted)
        self.banner.lower_wanted.connect(self._on_lower_wanted)
        self.banner.dismissed.connect(self._on_dismissed)

    @Slot()
    def _refresh(self) -> None:
        if self.standing:
            self.banner.show_warning(_warning(self.standing[0]), len(self.standing) - 1)
        running = self._session.desk.state is RunState.RUNNING
        self.banner.allow_pause(allowed=running)
        self.bar.setHidden(not self.standing)

    def _go_back(self, factor: float) -> None:
        folder = self._session.desk.run
        if folder is not None and self.standing and self.standing[0].rollback is not None:
            self._runs.go_back(folder, self.standing[0].rollback, factor)

    @Slot(Started)
    def _on_started(self, _event: Started) -> None:
        self.standing.clear()
        self._refresh()

    @Slot(Alarmed)
    def _on_alarmed(self, event: Alarmed) -> None:
        self.standing = [alarm for alarm in self.standing if alarm.name != event.name]
        self.standing.append(event)
        self._session.notices.tell(f"{event.title} at step {event.step:,}.")
        self._refresh()

    @Slot(Cleared)
    def _on_cleared(self, event: Cleared) -> None:
        self.standing = [alarm for alarm in self.standing if alarm.name != event.name]
        self._session.notices.tell(f"{event.title} is over at step {event.step:,}.")
        self._refresh()

    @Slot()
    def _on_back_wanted(self) -> None:
        self._go_back(1.0)

    @Slot()
    def _on_lower_wanted(self) -> None:
        self._go_back(HALF)

    @Slot()
    def _on_dismissed(self) -> None:
        if self.standing:
            self.standing.pop(0)
        self._refresh()

    @Slot()
    def _on_visibility_changed(self) -> None:
        """Stand by it: a restored layout hides and shows bars as they once were."""
        if self.bar.isHidden() == bool(self.standing):
            self.bar.setHidden(not self.standing)


def _warning(event: Alarmed) -> Bulletin:
    trail = event.trail
    return Bulletin(
        title=f"{event.title} at step {event.step:,}",
        message=event.message,
        remedy=f"What to try: {event.remedy}",
        help=event.help,
        course=Course(trail.label, trail.steps, trail.values, event.since),
        rollback=event.rollback,
    )
