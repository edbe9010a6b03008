"""What just happened, in words: one channel for the status line and the toasts."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal


class Severity(Enum):
    """How loud a notice is: a status line, a toast, a toast that stays longer."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for a person; `detail` is a traceback or a longer text."""

    message: str
    severity: Severity = Severity.INFO
    detail: str = ""


class Notices(QObject):
    """Whoever has something to say says it here.

    Signals:
        `told(Notice)`.
    """

    told = Signal(Notice)

    def tell(self, message: str, severity: Severity = Severity.INFO, detail: str = "") -> None:
        """Publish one sentence."""
        self.told.emit(Notice(message, severity, detail))
