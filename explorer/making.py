"""Says of an export where it comes from, and which command makes it again."""

from pathlib import Path
from typing import TYPE_CHECKING

from trainers import gallery
from trainers.events import Snapped
from trainers.export import Provenance, Recipe

if TYPE_CHECKING:  # these cost the import of torch
    from trainers.sidecar import Layout, Made


def command_of(
    event: Snapped, run: Path | None, recipe: Recipe, layout: "Layout", name: str
) -> str:
    """Write the command that makes an export called `name` again; any thread.

    Raises:
        ValueError: if the model is no run.
    """
    from trainers.command import recipe_command

    if run is None:
        raise ValueError("this model was not saved as a run, so no command can draw it again")
    return recipe_command(gallery.name_of(run), event.step, recipe, layout, name, event.weights)


def made_of(
    event: Snapped, run: Path | None, recipe: Recipe, layout: "Layout", name: str
) -> "Made":
    """Gather all that an export called `name` shall say of its making."""
    from trainers.sidecar import Made

    if run is None:
        return Made(recipe, layout, _unknown(event))
    command = command_of(event, run, recipe, layout, name)
    return Made(recipe, layout, provenance_for(event, run, command))


def provenance_for(event: Snapped, run: Path | None, command: str) -> Provenance:
    """Say where something made by `command` comes from."""
    if run is None:
        return _unknown(event)
    from trainers import checkpoints
    from trainers.command import provenance_of
    from trainers.store import read_card

    saved = checkpoints.steps(run / "checkpoints").get(event.step)
    sha256 = checkpoints.digest(saved) if saved else ""
    return provenance_of(read_card(run), event, sha256, command, gallery.name_of(run))


def _unknown(event: Snapped) -> Provenance:
    """Say what is known of a model that no run folder describes."""
    return Provenance("", "", "", 0, event.step, "", event.snapshot.weights, "", "")
