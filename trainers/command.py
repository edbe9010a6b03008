"""The one printed command that repeats a run, or a picture made from one."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from trainers.arguments import PROGRAM
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.events import Snapped
from trainers.export import Provenance, Recipe, SheetLayout
from trainers.options import DEFAULT_FAMILY, Option, options_of
from trainers.plan import Plan
from trainers.recipes import SamplesRecipe, VectorsRecipe, ZoomRecipe, recipe_text
from trainers.sidecar import ClipLayout, Layout
from trainers.store import RunCard, program_version

SHEETS: Mapping[str, str] = MappingProxyType(
    {
        "direction": "traverse",  # along a direction, where traversal goes along axes
        "samples": "sample",
        "traversal": "traverse",
        "manifold": "manifold",
        "map": "map",
        "vectors": "draw",
    }
)
"""The subcommand that draws each kind of recipe."""

LONGEST_INLINE = 16_000
"""Letters of a recipe within a command: Windows takes 32,767 in all."""

_ALWAYS = frozenset({"data.source", "plan.seed", "plan.steps", "plan.threads"})


def command_for(config: RunConfig) -> str:
    """Write the command that repeats the run of `config`, ready to be pasted into a shell.

    Choices left at their defaults are left out, except the seed, the steps and the threads,
    without which a run cannot be repeated.
    """
    return shlex.join([PROGRAM, "train", *arguments_for(config)])


def arguments_for(config: RunConfig) -> list[str]:
    """List the arguments of `train` that make `config` again."""
    family = config.model.family
    return [*_words("model", family), *_chosen(config.model_dump(), options_of(family))]


def common_arguments(data: DataConfig, plan: Plan) -> list[str]:
    """List the arguments that make `data` and `plan` again, whatever the model."""
    options = [row for row in options_of(DEFAULT_FAMILY) if row.section != "model"]
    return _chosen({"data": data.model_dump(), "plan": plan.model_dump()}, options)


def _chosen(values: Mapping[str, Any], options: Iterable[Option]) -> list[str]:
    words: list[str] = []
    for option in options:
        value = values[option.section][option.spec.name]
        if option.key in _ALWAYS or value != option.spec.default:
            words += _option_words(option, value)
    return words


def sheet_command(  # noqa: PLR0913  all that a sheet depends on
    run: str, step: int, recipe: Recipe, layout: SheetLayout, out: str, weights: str = ""
) -> str:
    """Write the command that makes a picture again from the run's checkpoint at `step`.

    `run` is the name or the folder of the run, `out` the picture's file name, `weights` the
    variant of the model that drew it.
    """
    words = [PROGRAM, SHEETS[recipe.kind], run, *_words("step", step)]
    words += _words("weights", weights) if weights else []
    for field in fields(recipe):
        value = getattr(recipe, field.name)
        if value is not None and value != ():
            words += _words(field.name.replace("_", "-"), _listed(value))
    if isinstance(recipe, SamplesRecipe):
        words += [*_words("rows", layout.rows), *_words("columns", layout.columns)]
    words += [*_words("spacing", layout.spacing), *_words("scale", layout.scale)]
    words += _words("background", "#{:02x}{:02x}{:02x}".format(*layout.background))
    return shlex.join([*words, *_words("out", out)])


def recipe_command(  # noqa: PLR0913  all that an export depends on
    run: str, step: int, recipe: Recipe, layout: Layout, out: str, weights: str = ""
) -> str:
    """Write the command that makes any export again: `sheet_command`, also for clips.

    A recipe too long for a command line is read from the export itself.
    """
    spelled = not isinstance(recipe, VectorsRecipe | ZoomRecipe)
    if isinstance(layout, SheetLayout) and spelled:
        return sheet_command(run, step, recipe, layout, out, weights)
    text = recipe_text(recipe)
    words = [PROGRAM, "draw" if isinstance(layout, SheetLayout) else "clip"]
    words += [text if len(text) <= LONGEST_INLINE else out, run, *_words("step", step)]
    words += _words("weights", weights) if weights else []
    return shlex.join([*words, *_layout_words(layout), *_words("out", out)])


def codes_command(run: str, step: int, count: int, out: str) -> str:
    """Write the command that writes a table of codes again."""
    words = [PROGRAM, "codes", run, *_words("step", step), *_words("count", count)]
    return shlex.join([*words, *_words("out", out)])


def _layout_words(layout: Layout) -> list[str]:
    if isinstance(layout, ClipLayout):
        words = [*_words("rate", layout.rate), *_words("scale", layout.scale)]
        return [*words, *_words("order", layout.order)]
    words = [*_words("rows", layout.rows), *_words("columns", layout.columns)]
    words += [*_words("spacing", layout.spacing), *_words("scale", layout.scale)]
    return [*words, *_words("background", "#{:02x}{:02x}{:02x}".format(*layout.background))]


def provenance_of(
    card: RunCard, snapped: Snapped, checkpoint: str, command: str, run: str = ""
) -> Provenance:
    """Say where a picture comes from: the run's choices and the state of its model."""
    return Provenance(
        version=program_version(),
        family=card.config.model.family,
        data=card.data_title,
        seed=card.config.plan.seed,
        step=snapped.step,
        checkpoint=checkpoint,
        weights=snapped.snapshot.weights,
        config=card.config.model_dump_json(),
        command=command,
        run=run,
        variant=snapped.weights,
    )


def _option_words(option: Option, value: object) -> list[str]:
    if option.spec.kind == "switch":
        return [f"--{option.name}" if value else f"--no-{option.name}"]
    return _words(option.name, value)


def _words(name: str, value: object) -> list[str]:
    """Spell an option; a value with a dash in front must be joined to its name."""
    text = str(value)
    return [f"--{name}={text}"] if text.startswith("-") else [f"--{name}", text]


def _listed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
