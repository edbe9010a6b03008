"""Records that somebody has edited: another value anywhere costs one sentence, or is obeyed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.arrays import LatentArray
from engines.latent.directions import Direction
from engines.snapshot import LatentPart, LatentSpace
from tests.trainers.test_export import PROVENANCE
from trainers.along import DirectionRecipe
from trainers.bounds import MOST_PICTURES
from trainers.direction_shelf import FORMAT, kept
from trainers.directions import direction_of, record_of
from trainers.recipes import (
    RECIPES,
    ManifoldRecipe,
    MapRecipe,
    Recipe,
    SamplesRecipe,
    TraversalRecipe,
    VectorsRecipe,
    ZoomRecipe,
)
from trainers.sidecar import ClipLayout, Made, made_from, made_text

CLASSED = LatentSpace(
    4, "gauss", (LatentPart("z", 2, "gauss"), LatentPart("class", 2, "categorical"))
)
SPACES = (LatentSpace(2), LatentSpace(4, "uniform"), CLASSED)
HERE = (0.5, -1.0, 1.0, 0.0)
KINDS: dict[str, Recipe] = {
    "samples": SamplesRecipe(3, 4),
    "traversal": TraversalRecipe((0, 1), 2.0, 3, HERE, (-1.0, 0.0), (1.0, 2.0)),
    "manifold": ManifoldRecipe((0, 2), 3, 2, HERE),
    "map": MapRecipe(HERE, 0, (0.0, 1.0, 0.0, 0.0), (0.5, 0.5), (0.1, 0.1), 2, 3, "quantile"),
    "direction": DirectionRecipe((0.6, 0.8, 0.0, 0.0), 1.5, 3.0, 5, HERE),
    "vectors": VectorsRecipe.of(np.eye(3, 4, dtype=np.float32), 2, "three"),
    "zoom": ZoomRecipe(
        HERE, 0, 2, (-1.0, 1.0, 0.0, 2.0), (0.1, 0.2, 0.0, 2.0), 8, 8, 3, "linear"
    ),
}
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 2**31, 2**63, 10**30, -(10**30)]),
    st.floats(),
    st.sampled_from([1e308, -1e308, 1e-320, 1e4, -1e4]),
    st.text(max_size=8),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
unhurried = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List every place of a record, the whole included."""
    yield path
    if isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in inside:
            yield from paths(one, (*path, key))


def edited(record: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a record with another value at a place."""
    if not path:
        return value
    copied = dict(record) if isinstance(record, dict) else list(record)
    copied[path[0]] = edited(record[path[0]], path[1:], value)
    return copied


def refused(sentence: str) -> None:
    """Look at the words of a refusal."""
    assert "\n" not in sentence
    assert len(sentence) < 1_000


def laid_out(text: str, space: LatentSpace) -> LatentArray | str:
    """What a record makes, or why it is refused; all else is an error."""
    try:
        return made_from(text, "a.json").recipe.latents(space)
    except ValueError as error:
        return str(error)


def direction_or_refusal(record: dict[str, Any]) -> Direction | str:
    try:
        return direction_of(record, "a.json")
    except ValueError as error:
        return str(error)


def test_every_kind_of_recipe_is_edited() -> None:
    assert set(KINDS) == set(RECIPES)


@pytest.mark.parametrize("kind", KINDS)
@unhurried
@given(data=st.data())
def test_a_record_with_another_value_is_obeyed_or_refused_in_a_sentence(
    kind: str, data: st.DataObject
) -> None:
    record = json.loads(made_text(Made(KINDS[kind], ClipLayout(), PROVENANCE)))
    path = data.draw(st.sampled_from(list(paths(record))))
    text = json.dumps(edited(record, path, data.draw(VALUES)))

    found = laid_out(text, data.draw(st.sampled_from(SPACES)))

    if isinstance(found, str):
        refused(found)
    else:
        assert 1 <= len(found) <= MOST_PICTURES
        assert found.dtype == np.float32


def smile() -> dict[str, Any]:
    return record_of(
        Direction(
            name="smile",
            vector=np.array([0.6, 0.8, 0, 0], np.float32),
            scale=0.5,
            method="baskets",
            latent=CLASSED,
            checkpoint="ab" * 32,
            parameters={"seed": 3, "share": 0.5, "rows": "raw"},
            consistency=0.9,
            effect=1.5,
            leakage={"glasses": 0.1},
            is_reliable=True,
        )
    )


@unhurried
@given(data=st.data())
def test_a_direction_with_another_value_is_whole_or_refused(data: st.DataObject) -> None:
    record = smile()
    path = data.draw(st.sampled_from([path for path in paths(record) if path]))

    found = direction_or_refusal(edited(record, path, data.draw(VALUES)))

    if isinstance(found, str):
        refused(found)
    else:
        assert np.isfinite(found.vector).all()
        assert found.latent.dim == len(found.vector)


@unhurried
@given(value=VALUES)
def test_what_is_damaged_on_a_shelf_is_told_and_the_rest_is_kept(
    tmp_path: Path, value: object
) -> None:
    rows = {"format": FORMAT, "version": 1, "directions": [smile(), value, smile()]}
    (tmp_path / "directions.json").write_text(json.dumps(rows))

    shelf = kept(tmp_path)

    assert [one.name for one in shelf.directions] == ["smile", "smile"]
    assert len(shelf.notes) == 1
