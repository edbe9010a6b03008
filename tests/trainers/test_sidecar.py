"""The record of an export: read from it or from beside it, and never more than a record."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.trainers.small_runs import result_or_refusal
from tests.trainers.test_export import LAYOUT, PICTURE, PROVENANCE, RECIPE
from trainers.export import write_png
from trainers.recipes import recipe_text
from trainers.sidecar import (
    ClipLayout,
    Made,
    made_from,
    made_text,
    read_made,
    sidecar_of,
    write_sidecar,
)
from trainers.vectors import VectorsRecipe

MADE = Made(RECIPE, LAYOUT, PROVENANCE)
VECTORS = VectorsRecipe.of(np.eye(3, dtype=np.float32), 3, "slerp between 2 ends")


@pytest.mark.parametrize("layout", [LAYOUT, ClipLayout(25, 2, "ping-pong"), None])
@pytest.mark.parametrize("provenance", [PROVENANCE, None])
@pytest.mark.parametrize("recipe", [RECIPE, VECTORS])
def test_a_record_comes_back_as_it_was(recipe, layout, provenance) -> None:
    made = Made(recipe, layout, provenance)

    assert made_from(made_text(made), "a.json") == made


def test_a_recipe_alone_is_a_record_too() -> None:
    assert made_from(recipe_text(VECTORS), "the recipe") == Made(VECTORS, None, None)


def test_the_record_beside_a_picture_counts_where_its_texts_were_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_png(path, PICTURE, RECIPE, LAYOUT, PROVENANCE)
    write_sidecar(path, MADE)
    Image.fromarray(PICTURE).save(path)

    assert read_made(path) == MADE
    assert read_made(sidecar_of(path)) == MADE


def test_what_a_picture_says_itself_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    write_png(path, PICTURE, RECIPE, LAYOUT, PROVENANCE)
    write_sidecar(path, replace(MADE, recipe=VECTORS))

    assert read_made(path) == MADE


@pytest.mark.parametrize("name", ["a.png", "a.mp4", "a.jpg"])
def test_a_foreign_file_is_named_in_the_refusal(tmp_path: Path, name: str) -> None:
    Image.fromarray(PICTURE).save(tmp_path / name, "PNG")

    with pytest.raises(ValueError, match=rf"^{name} does not say how it was made"):
        read_made(tmp_path / name)


GOOD = json.loads(made_text(MADE))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ("3", "is not a record"),
        ("{}", "does not say how it was made"),
        ('{"kind": "os.system"}', "no recipe of kind"),
        (json.dumps(GOOD | {"format": 2}), "another version"),
        (json.dumps(GOOD | {"recipe": 3}), "recipe is not a record"),
        (json.dumps(GOOD | {"layout": {"rows": 0, "columns": 1}}), "damaged: .*rows"),
        (json.dumps(GOOD | {"layout": []}), "damaged"),
        (json.dumps(GOOD | {"clip": {"order": "backwards"}}), "damaged: order"),
        (json.dumps(GOOD | {"clip": {"rate": 0}}), "damaged: .*rate"),
        (json.dumps(GOOD | {"provenance": {"step": "x"}}), "damaged"),
        (json.dumps(GOOD | {"provenance": 7}), "damaged"),
        ('{"recipe": "' + "x" * 5_000_000 + '"}', "longer than any record"),
    ],
)
def test_an_edited_record_costs_one_sentence(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(ValueError, match=complaint) as caught:
        read_made(tmp_path / "a.json")

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["kind", "recipe", "layout", "clip", "provenance", "format"]),
                inner,
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_a_record_or_one_sentence(tmp_path: Path, value: object) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value))

    found = result_or_refusal(read_made, path)

    assert isinstance(found, Made) or "\n" not in found
