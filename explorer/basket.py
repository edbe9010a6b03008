"""The basket: pictures and codes that a person collected, in named slots that panels share."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from explorer.widgets.parcel import Parcel

Items: TypeAlias = tuple[Parcel, ...]

MOST = 256
"""Items of one slot."""

SLOTS: Mapping[str, str] = MappingProxyType(
    {
        "A": "A of A − B + C",
        "B": "B of A − B + C",
        "C": "C of A − B + C",
        "ends": "the ends of a path",
        "target": "the picture to look for",
        "shelf": "the shelf",
    }
)
"""Every slot, and what it is called in a sentence."""


class Basket(QObject):
    """What lies in each slot; every change can be taken back.

    Signals:
        `changed(str)`: the slot in which something changed. `refused(str)`: one sentence.
    """

    changed = Signal(str)
    refused = Signal(str)

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._slots: dict[str, Items] = dict.fromkeys(SLOTS, ())

    def items(self, slot: str) -> Items:
        """Return what lies in `slot`, in the order in which it came."""
        return self._slots[slot]

    def put(self, slot: str, parcels: Iterable[Parcel]) -> None:
        """Add to a slot; more than it holds is refused, and nothing is added then."""
        new = tuple(parcels)
        if len(self._slots[slot]) + len(new) > MOST:
            self.refused.emit(f"{SLOTS[slot]} holds at most {MOST} pictures; clear some first.")
        elif new:
            what = new[0].title if len(new) == 1 else f"{len(new)} pictures"
            self._change(slot, (*self._slots[slot], *new), f"put {what} into {SLOTS[slot]}")

    def replace(self, slot: str, parcels: Iterable[Parcel], what: str) -> None:
        """Have other things in a slot; `what` names it in the history."""
        self._change(slot, tuple(parcels)[:MOST], what)

    def remove(self, slot: str, index: int) -> None:
        """Take one thing out of a slot."""
        kept = self._slots[slot]
        left = (*kept[:index], *kept[index + 1 :])
        self._change(slot, left, f"take {kept[index].title} out of {SLOTS[slot]}")

    def clear(self, slot: str) -> None:
        """Empty a slot."""
        if self._slots[slot]:
            self._change(slot, (), f"empty {SLOTS[slot]}")

    def lay(self, slot: str, items: Items) -> None:
        """Set a slot without an undo entry; for the undo commands themselves."""
        self._slots[slot] = items
        self.changed.emit(slot)

    def _change(self, slot: str, after: Items, what: str) -> None:
        self._undo.push(_Change(self, slot, after, what))


class _Change(QUndoCommand):
    """One change of one slot."""

    def __init__(self, basket: Basket, slot: str, after: Items, what: str) -> None:
        super().__init__(what)
        self._basket = basket
        self._slot = slot
        self._before, self._after = basket.items(slot), after

    def redo(self) -> None:
        """Make it so."""
        self._basket.lay(self._slot, self._after)

    def undo(self) -> None:
        """Make it as it was."""
        self._basket.lay(self._slot, self._before)
