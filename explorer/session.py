"""What the panels share: a record of parts, no behaviour."""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtGui import QUndoStack

from explorer.basket import Basket
from explorer.bridge.codes import Codes
from explorer.bridge.decoding import Decoding
from explorer.bridge.errands import Errands
from explorer.bridge.training import TrainingBridge
from explorer.cursor import Cursor
from explorer.desk import Desk
from explorer.library import Library
from explorer.notices import Notices
from explorer.selection import Selection


@dataclass(frozen=True, slots=True)
class Session:
    """The parts that `app.py` builds and hands to every panel."""

    training: TrainingBridge
    decoding: Decoding
    errands: Errands
    cursor: Cursor
    undo: QUndoStack
    notices: Notices
    basket: Basket
    """Pictures and codes that a person collected."""
    codes: Codes
    """Where the data lie in the latent space looked at."""
    selection: Selection
    """Which of them are selected."""
    directions: Library
    """Ways through the latent space looked at, to be walked along."""
    runs: Path
    """Where new runs are made; the command line uses the same folder."""
    desk: Desk = field(default_factory=Desk)
    """What Setup and the actions share: the configuration, the run looked at, its state."""
