"""The printed command repeats the run, and the picture."""

import argparse
import shlex
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engines.catalog import FAMILIES
from engines.config import FieldSpec, describe
from tests.trainers.typed import config_from
from trainers.along import DirectionRecipe
from trainers.arguments import Parser
from trainers.cli.sheet_options import add_sheet_options
from trainers.command import SHEETS, arguments_for, command_for, sheet_command
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.data.names import ABOUT
from trainers.export import SheetLayout
from trainers.plan import Plan
from trainers.recipes import ManifoldRecipe, Recipe, SamplesRecipe, TraversalRecipe


def values_of(spec: FieldSpec) -> st.SearchStrategy[Any]:
    low = None if spec.low is None else spec.low + (1e-9 if spec.open_low else 0)
    high = None if spec.high is None else spec.high * (1 - 1e-9)
    whole = [None if limit is None else int(limit) for limit in (spec.low, spec.high)]
    return {
        "whole": st.integers(*whole),
        "number": st.floats(low, high, allow_nan=False, allow_infinity=False),
        "switch": st.booleans(),
        "choice": st.sampled_from(spec.choices or ("",)),
        "text": st.just(spec.default),
    }[spec.kind]


def some_of(config: type[Any]) -> st.SearchStrategy[dict[str, Any]]:
    rows = {spec.name: values_of(spec) for spec in describe(config)}
    return st.fixed_dictionaries({}, optional=rows).filter(partial(is_allowed, config))


def is_allowed(config: type[Any], values: dict[str, Any]) -> bool:
    """Some choices are each allowed and contradict each other."""
    try:
        config(**values)
    except ValidationError:
        return False
    return True


# made beforehand: the type checker draws random numbers, which hypothesis forbids
MODELS = {name: some_of(family.config) for name, family in FAMILIES.items()}
PLANS = some_of(Plan)


PATHS = st.text(st.characters(exclude_characters="\0"), max_size=20)


@st.composite
def data_values(draw: st.DrawFn) -> dict[str, Any]:
    row = draw(st.sampled_from(sorted(ABOUT)))
    about = ABOUT[row]
    path = draw(PATHS.filter(str.strip)) if about.takes_path else about.example
    choices: dict[str, st.SearchStrategy[Any]] = {
        "side": st.sampled_from(about.sides),
        "colour": st.sampled_from(["grey", "colour"]),
        "fit": st.just("stretch"),
        "background": st.just("#00ff7f"),
        "mirror": st.sampled_from(["on", "off"]),
        "held_out": st.floats(0.01, 0.5),
        "folder": PATHS,
    }
    options = {name: choices[name] for name in about.options}
    chosen = draw(st.fixed_dictionaries({}, optional=options))
    return {**chosen, "source": f"{row}:{path}" if path else row}


@st.composite
def run_values(draw: st.DrawFn) -> dict[str, Any]:
    family = draw(st.sampled_from(sorted(FAMILIES)))
    model = draw(MODELS[family])
    data, plan = draw(data_values()), draw(PLANS)
    return {"data": data, "model": {**model, "family": family}, "plan": plan}


@settings(max_examples=100, deadline=None)
@given(values=run_values())
def test_the_printed_command_makes_an_equal_configuration(values: dict[str, Any]) -> None:
    config = RunConfig.model_validate(values)

    program, command, *words = shlex.split(command_for(config))

    assert (program, command) == ("latent-explorer", "train")
    assert config_from(words) == config


def test_only_what_was_chosen_is_printed() -> None:
    config = RunConfig(
        data=DataConfig(source="mnist", folder="my data"),
        model=FAMILIES["gan"].config(fresh_latents=False),
        plan=Plan(seed=3, threads=2),
    )

    assert command_for(config) == (
        "latent-explorer train --model gan --data mnist --data-dir 'my data' "
        "--no-fresh-latents --steps 10000 --seed 3 --threads 2"
    )


def test_the_seed_the_steps_and_the_threads_are_printed_even_at_their_defaults() -> None:
    words = arguments_for(RunConfig())

    assert {"--seed", "--steps", "--threads", "--data", "--model"} <= set(words)


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        (
            SamplesRecipe(z_seed=5, count=3, spread=0.5),
            "latent-explorer sample my-run --step 7 --z-seed 5 --count 3 --spread 0.5 "
            "--rows 2 --columns 2 --spacing 0 --scale 4 --background '#0080ff' --out a.png",
        ),
        (
            ManifoldRecipe(axes=(1, 0), rows=2, columns=2, cursor=(0.0, 0.0, 0.0)),
            "latent-explorer manifold my-run --step 7 --axes 1,0 --rows 2 --columns 2 "
            "--cursor 0.0,0.0,0.0 --spacing 0 --scale 4 --background '#0080ff' --out a.png",
        ),
        (
            TraversalRecipe(axes=(1, 0), span=2.5, columns=2, cursor=(-1e-05, 0.1)),
            "latent-explorer traverse my-run --step 7 --axes 1,0 --span 2.5 --columns 2 "
            "--cursor=-1e-05,0.1 --spacing 0 --scale 4 --background '#0080ff' --out a.png",
        ),
        (
            TraversalRecipe((1,), 3.0, 2, (0.0, 0.1), (-1.5,), (2.0,)),
            "latent-explorer traverse my-run --step 7 --axes 1 --span 3.0 --columns 2 "
            "--cursor 0.0,0.1 --lows=-1.5 --highs 2.0 --spacing 0 --scale 4 "
            "--background '#0080ff' --out a.png",
        ),
        (
            DirectionRecipe((0.6, -0.8), 0.5, span=3.0, columns=2, cursor=(0.25, -1.0)),
            "latent-explorer traverse my-run --step 7 --vector 0.6,-0.8 --sigma 0.5 "
            "--span 3.0 --columns 2 --cursor 0.25,-1.0 --spacing 0 --scale 4 "
            "--background '#0080ff' --out a.png",
        ),
    ],
    ids=["sample", "manifold", "traverse", "traverse between ends", "direction"],
)
def test_the_command_of_a_picture_says_all_that_it_takes(recipe: Recipe, expected: str) -> None:
    layout = SheetLayout(rows=2, columns=2, spacing=0, scale=4, background=(0, 128, 255))

    command = sheet_command("my-run", 7, recipe, layout, "a.png")

    assert command == expected
    assert parsed(command).background == (0, 128, 255)


def parsed(command: str) -> argparse.Namespace:
    _, name, *words = shlex.split(command)
    kinds = {subcommand: kind for kind, subcommand in SHEETS.items()}
    parser = Parser(name, "")
    parser.add_argument("run")
    add_sheet_options(parser, kinds[name])
    return parser.parse_all(words)
