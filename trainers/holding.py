"""Which run on this machine holds the model that made an export."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from trainers import checkpoints, gallery
from trainers.branches import living
from trainers.export import Provenance
from trainers.store import RunCard, read_card


@dataclass(frozen=True, slots=True)
class Held:
    """A run, and the step of it to look at."""

    folder: Path
    step: int
    note: str = ""
    """What is not as it was when the export was made, in a sentence; empty if all is."""


def holder(made_by: Provenance, folders: Iterable[Path]) -> Held:
    """Find the run among `folders` whose checkpoint made an export.

    A run of the same name and the same choices that does not keep that step gives its nearest
    step, and says so.

    Raises:
        ValueError: if there is none: which run it was, and what to do.
    """
    known = sorted(
        {*folders, *_in_gallery(made_by.run)},
        key=lambda folder: (gallery.name_of(folder) != made_by.run, folder.name),
    )
    for folder in known:
        if made_by.checkpoint and _digest(folder, made_by.step) == made_by.checkpoint:
            return Held(folder, made_by.step)
    for folder in known:
        if (
            gallery.name_of(folder) == made_by.run
            and (near := _nearest(folder, made_by)) is not None
        ):
            return near
    raise ValueError(_missing(made_by))


def _in_gallery(run: str) -> tuple[Path, ...]:
    piece = run.removeprefix(gallery.PREFIX)
    if piece == run or piece not in gallery.GALLERY:
        return ()
    return (gallery.unpacked(piece),)


def _digest(folder: Path, step: int) -> str:
    path = checkpoints.steps(folder / "checkpoints").get(step)
    try:
        return "" if path is None else checkpoints.digest(path)
    except OSError:  # gone meanwhile
        return ""


def _nearest(folder: Path, made_by: Provenance) -> Held | None:
    try:
        card = read_card(folder)
        kept = sorted(living(folder, card.branches))
    except (ValueError, OSError):
        return None
    if not kept or not _alike(card, made_by) or (made_by.checkpoint and made_by.step in kept):
        return None
    step = min(kept, key=lambda known: abs(known - made_by.step))
    if step == made_by.step:  # saved only after the export, by the same training
        return Held(folder, step)
    note = (
        f"Step {made_by.step:,} of {folder.name} is not kept; this is step {step:,}, the "
        "nearest that is, so the pictures differ."
    )
    return Held(folder, step, note)


def _alike(card: RunCard, made_by: Provenance) -> bool:
    """Compare what makes two runs one: model, data and seed, not how long they were trained."""
    try:
        said = json.loads(made_by.config)
    except (ValueError, RecursionError):
        return False
    own = json.loads(card.config.model_dump_json())
    return isinstance(said, dict) and _essence(said) == _essence(own)


def _essence(config: Mapping[str, object]) -> tuple[object, ...]:
    plan = config.get("plan")
    seed = plan.get("seed") if isinstance(plan, Mapping) else None
    return config.get("model"), config.get("data"), seed


def _missing(made_by: Provenance) -> str:
    named = f"the run {made_by.run:.100}" if made_by.run else "a run that it does not name"
    what = f" ({made_by.family:.40} on {made_by.data:.60})" if made_by.family else ""
    return (
        f"it was made by {named}{what} at step {made_by.step:,}, which is not among the runs "
        "here; put that run's folder among them, or open it once, and try again"
    )
