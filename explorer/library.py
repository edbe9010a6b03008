"""The directions of the model looked at: found, made by hand, loaded; every change undoable."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engines.latent.directions import Direction

MOST = 200
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A direction in the library; its number stays the same when it is renamed."""

    number: int
    direction: Direction


Items: TypeAlias = tuple[Kept, ...]


class Library(QObject):
    """What panels know of directions. They are those of one run; another run has others.

    Signals:
        `changed()`: other directions, or other names. `altered()`: a person did that, so that
        it is worth keeping. `refused(str)`: one sentence. `map_wanted(Direction, str)`: let
        the map run along it, to the `right` or `up`; whoever shows a map sets `has_map`.
    """

    changed = Signal()
    altered = Signal()
    refused = Signal(str)
    map_wanted = Signal(object, str)

    def __init__(self, undo: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._undo = undo
        self._items: Items = ()
        self._next = 1
        self._shelf = 0
        self.has_map = False
        """Whether somebody answers `map_wanted`."""

    @property
    def items(self) -> Items:
        """All directions, in the order in which they came."""
        return self._items

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The records alone."""
        return tuple(item.direction for item in self._items)

    @property
    def shelf(self) -> int:
        """Grows with every run looked at; what was done to an earlier one means nothing."""
        return self._shelf

    def find(self, number: int) -> Kept | None:
        """Return the direction of a number, None if it is there no more."""
        return next((item for item in self._items if item.number == number), None)

    def add(self, directions: Iterable[Direction], what: str = "") -> tuple[int, ...]:
        """Take directions in, under names of their own; returns their numbers."""
        new = list(directions)
        if len(self._items) + len(new) > MOST:
            self.refused.emit(f"There is room for {MOST} directions; remove some first.")
            return ()
        if not new:
            return ()
        taken = {item.direction.name for item in self._items}
        items = []
        for direction in new:
            items.append(Kept(self._next, _named(direction, taken)))
            taken.add(items[-1].direction.name)
            self._next += 1
        told = items[0].direction.name if len(items) == 1 else f"{len(items)} directions"
        self._change((*self._items, *items), what or f"add {told}")
        return tuple(item.number for item in items)

    def remove(self, numbers: Iterable[int]) -> None:
        """Take directions out."""
        gone = set(numbers)
        left = tuple(item for item in self._items if item.number not in gone)
        count = len(self._items) - len(left)
        if count:
            names = [i.direction.name for i in self._items if i.number in gone]
            self._change(left, f"remove {names[0] if count == 1 else f'{count} directions'}")

    def rename(self, number: int, name: str) -> None:
        """Call a direction something else; an empty name changes nothing."""
        item = self.find(number)
        wanted = " ".join(name.split())[:LONGEST_NAME]
        if item is None or not wanted or wanted == item.direction.name:
            self.changed.emit()  # whoever shows what was typed shows the name again
            return
        taken = {other.direction.name for other in self._items if other is not item}
        new = Kept(number, _named(replace(item.direction, name=wanted), taken))
        after = tuple(new if other is item else other for other in self._items)
        self._change(after, f"rename {item.direction.name} to {new.direction.name}")

    def enter(self, directions: Iterable[Direction]) -> None:
        """Have the directions of another run, without an entry in the history."""
        self._shelf += 1
        first = self._next
        self._items = tuple(Kept(first + n, one) for n, one in enumerate(directions))
        self._next += len(self._items)
        self.changed.emit()

    def lay(self, items: Items) -> None:
        """Set the directions without an undo entry; for the undo command itself."""
        self._items = items
        self.changed.emit()
        self.altered.emit()

    def _change(self, after: Items, what: str) -> None:
        self._undo.push(_Change(self, after, what))


class _Change(QUndoCommand):
    """From some directions to others, of one run."""

    def __init__(self, library: Library, after: Items, what: str) -> None:
        super().__init__(what)
        self._library = library
        self._shelf = library.shelf
        self._before, self._after = library.items, after

    def redo(self) -> None:
        """Make it so."""
        self._go(self._after)

    def undo(self) -> None:
        """Make it as it was."""
        self._go(self._before)

    def _go(self, items: Items) -> None:
        if self._shelf == self._library.shelf:
            self._library.lay(items)
        else:
            self.setObsolete(True)


def _named(direction: Direction, taken: set[str]) -> Direction:
    """Give a direction a name that no other has."""
    name, number = direction.name, 2
    while name in taken:
        name, number = f"{direction.name} ({number})", number + 1
    return direction if name == direction.name else replace(direction, name=name)
