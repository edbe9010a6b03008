"""The menu of recent runs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from explorer.bridge.errands import Errands
from explorer.bridge.opening import RUN_FILE
from explorer.settings import RECENT, Settings
from trainers import gallery


class RecentRuns(QObject):
    """Looks for runs on another thread whenever its menu is about to be shown.

    The menu ends with `others`, actions that open runs which are always there.

    Signals:
        `chosen(Path)`: a person wants to look at that run.
    """

    chosen = Signal(object)

    def __init__(
        self,
        window: QWidget,
        settings: Settings,
        errands: Errands,
        runs: Path,
        others: Sequence[QAction] = (),
    ) -> None:
        super().__init__(window)
        self._others = tuple(others)
        self._settings = settings
        self._errands = errands
        self._runs = runs
        self.menu = QMenu("Open recent run", window)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self.refresh)
        self.menu.triggered.connect(self._on_triggered)
        self._fill([])

    @Slot()
    def refresh(self) -> None:
        """Look again which runs there are."""
        work = partial(_newest, self._runs, self._settings.recent)
        self._errands.send(work, self._fill)

    def _fill(self, folders: list[Path]) -> None:
        for action in self._others:  # not ours: PySide's `clear` takes them for deleted
            self.menu.removeAction(action)
        self.menu.clear()
        for number, folder in enumerate(folders, start=1):
            action = self.menu.addAction(f"&{number}  {folder.name}")
            action.setToolTip(str(folder))
            action.setData(folder)
        if not folders:
            self.menu.addAction("No runs yet: press Train to make one").setEnabled(False)
        if self._others:
            self.menu.addSeparator()
            self.menu.addActions(self._others)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if isinstance(action.data(), Path):
            self.chosen.emit(action.data())


def _newest(runs: Path, remembered: tuple[Path, ...]) -> list[Path]:
    """Return the runs opened lately and those made lately, as far as they are there."""
    found = {folder for folder in remembered if (folder / RUN_FILE).is_file()}
    found |= {card.parent for card in runs.glob(f"*/{RUN_FILE}")}
    own = (folder for folder in found if not gallery.piece_of(folder))
    return sorted(own, key=_age, reverse=True)[:RECENT]


def _age(folder: Path) -> float:
    try:
        return (folder / RUN_FILE).stat().st_mtime
    except OSError:
        return 0.0
