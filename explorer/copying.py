"""Commands for the clipboard, and one sentence about each."""

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from explorer.notices import Notices, Severity

MOST = 300  # characters of a command that are told


class Copier:
    """Puts on the clipboard the command that does what an export would do."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self.wanted = False
        """Whether an export that is under way shall be copied as a command, not asked about."""

    def instead(self, export: Callable[[], None]) -> None:
        """Have a panel `export`, but copy the command instead of asking."""
        self.wanted = True
        try:
            export()
        finally:
            self.wanted = False

    def take(self, command: str, lacking: str = "") -> None:
        """Copy a command, and say so and what it does not do."""
        QGuiApplication.clipboard().setText(command)
        self._notices.tell(f"Copied: {command:.{MOST}}{lacking}")

    def refuse(self, why: str) -> None:
        """Say why there is no command."""
        self._notices.tell(f"No command was copied: {why}", Severity.WARNING)
