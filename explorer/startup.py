"""The order of starting: paint the window, load the core elsewhere, then add the panels."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot

from explorer import panels
from explorer.debug import Stopwatch
from explorer.main_window import MainWindow
from explorer.notices import Severity
from explorer.panel import PanelSpec
from explorer.session import Session


class Startup(QObject):
    """Waits for the first paint, then builds one panel per pass of the event loop.

    Signals:
        `ready()`: every panel stands where it belongs.
    """

    ready = Signal()

    def __init__(self, window: MainWindow, session: Session, watch: Stopwatch) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._watch = watch
        self._waiting: list[PanelSpec] = []
        window.centre.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go on once the window has been seen."""
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._on_painted)
        return False

    @Slot()
    def _on_painted(self) -> None:
        self._watch.mark("the window is painted")
        self._session.errands.send(panels.load, self._on_loaded, self._on_not_loaded)

    def _on_loaded(self, specs: tuple[PanelSpec, ...]) -> None:
        self._watch.mark("the core is loaded")
        self._waiting = list(specs)
        QTimer.singleShot(0, self._build_next)

    def _on_not_loaded(self, why: str) -> None:
        self._window.centre.setText(f"The panels could not be loaded: {why}")

    @Slot()
    def _build_next(self) -> None:
        if self._waiting:
            spec = self._waiting.pop(0)
            self._window.add_panel(spec, panels.build(spec, self._session))
            self._watch.mark(f"{spec.name} is built")
            QTimer.singleShot(0, self._build_next)
            return
        if not self._window.settle():
            self._session.notices.tell(
                "The saved layout belongs to another version; the panels stand as at first.",
                Severity.WARNING,
            )
        self._watch.mark("the panels stand")
        self.ready.emit()
