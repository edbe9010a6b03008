"""What a person chose about the sliders: order, span, threshold, names; all can be undone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand

from engines.latent.kl import THRESHOLD
from explorer.notices import Severity
from explorer.session import Session
from explorer.walking.facts import AUTO, EXPORTED, Exported
from explorer.widgets.axis_name import LONGEST

FILE = "axis_names.json"
_LARGEST = 256 * 1024  # bytes of a file of names that may be read
_MOST = 4_096
KL = "kl"
FEW = 5
"""Pictures of each walk, unless a person wants others."""

Names = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """How the sliders are to be shown."""

    order: str = KL
    span: str = AUTO
    threshold: float = THRESHOLD
    """Variance of μ above which an axis is active."""
    columns: int = FEW
    """Pictures of each walk; 0 for no walks."""
    exported: Exported | None = None
    """The export that order and span may be those of."""
    names: Names = field(default_factory=lambda: MappingProxyType({}))


class Chosen(QObject):
    """Holds the choices; names belong to a run and are kept beside it.

    Signals:
        `changed()`: they are others now.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._now = Choices()
        self._folder: Path | None = None
        session.desk.run_changed.connect(self._on_run_changed)
        self._on_run_changed(session.desk.run)

    @property
    def now(self) -> Choices:
        """What is chosen."""
        return self._now

    @property
    def folder(self) -> Path | None:
        """The run whose axes have the names."""
        return self._folder

    def order_by(self, order: str, title: str) -> None:
        """Sort rows otherwise."""
        self._push(replace(self._now, order=order), f"sort sliders by {title}")

    def span_by(self, span: str, title: str) -> None:
        """Take the ends of sliders from elsewhere."""
        self._push(replace(self._now, span=span), f"slider range: {title.lower()}")

    def tell_active_above(self, threshold: float) -> None:
        """Call axes active above another variance of μ."""
        self._push(replace(self._now, threshold=threshold), f"active above {threshold:g}")

    def walk_in(self, columns: int) -> None:
        """Walk each axis in so many pictures; 0: in none."""
        self._push(replace(self._now, columns=columns), f"walks of {columns} pictures")

    def show_exported(self, view: Exported, columns: int) -> None:
        """Show the axes of an export in its order, and from end to end of its walks."""
        wanted = replace(
            self._now, order=EXPORTED, span=EXPORTED, columns=columns, exported=view
        )
        self._push(wanted, "sliders as exported")

    def take_defaults(self) -> None:
        """Choose nothing; names stay."""
        self._push(Choices(names=self._now.names), "sliders as at first")

    def rename(self, axis: int, name: str, label: str) -> None:
        """Give an axis a name, or take its name away with an empty one."""
        names = {**self._now.names, axis: name}
        if name in ("", label):
            del names[axis]
        what = f"name {label} {name}" if axis in names else f"take the name of {label} away"
        self._push(replace(self._now, names=MappingProxyType(names)), what)

    def take_on(self, choices: Choices) -> None:
        """Set the choices without an undo entry; for the undo commands themselves."""
        renamed = choices.names != self._now.names
        self._now = choices
        if renamed and self._folder is not None:
            work = partial(_write, self._folder, choices.names)
            self._session.errands.send(work, _nothing, self._on_trouble)
        self.changed.emit()

    def _push(self, choices: Choices, what: str) -> None:
        if choices != self._now:
            self._session.undo.push(_Choose(self, choices, what))

    @Slot(object)
    def _on_run_changed(self, folder: Path | None) -> None:
        self._folder = folder
        self._now = _of_any_run(self._now)
        if folder is not None:
            told = partial(self._on_read, folder)
            self._session.errands.send(partial(_read, folder), told, self._on_trouble)
        self.changed.emit()

    def _on_read(self, folder: Path, names: Names) -> None:
        if folder == self._folder and names:
            self._now = replace(self._now, names=names)
            self.changed.emit()

    def _on_trouble(self, why: str) -> None:
        self._session.notices.tell(f"The names of axes: {why}", Severity.WARNING)


class _Choose(QUndoCommand):
    """One choice; names given to axes of another run mean nothing in this one."""

    def __init__(self, chosen: Chosen, after: Choices, what: str) -> None:
        super().__init__(what)
        self._chosen = chosen
        self._before, self._after = chosen.now, after
        self._folder = chosen.folder

    def redo(self) -> None:
        """Make it so."""
        self._change(self._before, self._after)

    def undo(self) -> None:
        """Make it as it was."""
        self._change(self._after, self._before)

    def _change(self, old: Choices, new: Choices) -> None:
        if old.names != new.names and self._folder != self._chosen.folder:
            self.setObsolete(True)
            return
        names = self._chosen.now.names if old.names == new.names else new.names
        self._chosen.take_on(replace(new, names=names))


def _of_any_run(choices: Choices) -> Choices:
    """Keep what means something for other axes too."""
    return replace(
        choices,
        order=KL if choices.order == EXPORTED else choices.order,
        span=AUTO if choices.span == EXPORTED else choices.span,
        exported=None,
        names=MappingProxyType({}),
    )


def _read(folder: Path) -> Names:
    """Read the names kept beside a run; none if there is no such file.

    Raises:
        ValueError: if the file cannot be used, in one sentence.
    """
    path = folder / FILE
    if not path.is_file():
        return MappingProxyType({})
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"{FILE} of this run is too large; it is left unread.")
    try:
        return MappingProxyType(_names_of(json.loads(path.read_text("utf-8"))))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{FILE} of this run is damaged; delete it to begin anew.") from error


def _names_of(values: Any) -> dict[int, str]:
    names = {int(axis): " ".join(str(name).split())[:LONGEST] for axis, name in values.items()}
    return {axis: name for axis, name in names.items() if 0 <= axis < _MOST and name}


def _write(folder: Path, names: Names) -> None:
    from trainers.checkpoints import write_whole  # costs the import of torch

    if folder.is_dir():  # a run may have been deleted meanwhile
        text = json.dumps({str(axis): name for axis, name in sorted(names.items())}, indent=1)
        write_whole(folder / FILE, text.encode())


def _nothing(_: None) -> None:
    return None
