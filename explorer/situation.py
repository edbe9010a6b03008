"""What decides whether an action makes sense now."""

from dataclasses import dataclass

from explorer.desk import RunState
from explorer.theme import Mode


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of the window, as far as actions depend on it."""

    ready: bool = False
    """True once the panels stand and the core is loaded."""
    state: RunState = RunState.IDLE
    turns: tuple[str, ...] = ()
    """The players that can be advanced alone, by name."""
    speed: str = ""
    """The most steps a second, in figures; empty for full speed."""
    has_config: bool = False
    has_run: bool = False
    has_model: bool = False
    undo: str | None = None
    """What undo would undo, None if nothing."""
    redo: str | None = None
    theme: Mode = Mode.SYSTEM
    full_screen: bool = False
