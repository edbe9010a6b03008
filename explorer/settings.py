"""What the window remembers between launches: its place, its look, recent runs."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from explorer.theme import Mode

RECENT = 9


class Settings:
    """A small typed face of one ini file; a value that makes no sense counts as absent.

    The file is read once at the start and written by Qt in one go, so that it is never torn.
    """

    def __init__(self, path: Path) -> None:
        self._store = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def mode(self) -> Mode:
        """Light, dark, or as the system."""
        value = str(self._store.value("theme", Mode.SYSTEM.value))
        return next((mode for mode in Mode if mode.value == value), Mode.SYSTEM)

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._store.setValue("theme", mode.value)

    @property
    def text_size(self) -> float:
        """The size of text in points, 0 for the system's."""
        try:
            size = float(str(self._store.value("text_size", 0)))
        except ValueError:
            return 0.0
        return size if 6 <= size <= 40 else 0.0

    @text_size.setter
    def text_size(self, points: float) -> None:
        self._store.setValue("text_size", points)

    @property
    def geometry(self) -> QByteArray:
        """Where the window stood; empty before the first time."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, state: QByteArray) -> None:
        self._store.setValue("window/geometry", state)

    @property
    def layout(self) -> QByteArray:
        """How its panels were arranged; empty before the first time."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, state: QByteArray) -> None:
        self._store.setValue("window/layout", state)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Runs opened lately, the newest first; they may be gone by now."""
        value = self._store.value("recent", [])
        names = value if isinstance(value, list) else [value]
        return tuple(Path(str(name)) for name in names if name)[:RECENT]

    def remember_run(self, folder: Path) -> None:
        """Put `folder` at the head of the recent runs."""
        others = [run for run in self.recent if run != folder]
        names = [str(run) for run in (folder, *others)][:RECENT]
        self._store.setValue("recent", names)

    def forget_layout(self) -> None:
        """Start as if for the first time."""
        self._store.remove("window")

    def flush(self) -> None:
        """Write what changed."""
        self._store.sync()

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key, QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()
