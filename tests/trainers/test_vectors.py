"""Latent vectors written out: they come back bit for bit, and nothing else is read as them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engines.snapshot import LatentSpace
from trainers.recipes import recipe_from, recipe_text
from trainers.vectors import MOST_NUMBERS, VectorsRecipe

TEXT = recipe_text(VectorsRecipe.of(np.zeros((2, 3), np.float32), 2, "A − B + C"))


@given(
    latents=hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 5), st.integers(1, 7)),
        elements=st.floats(-1e4, 1e4, width=32),
    ),
    columns=st.integers(1, 9),
)
def test_vectors_come_back_bit_for_bit(latents: np.ndarray, columns: int) -> None:
    recipe = VectorsRecipe.of(latents, columns, "drawn at random")

    again = recipe_from(recipe_text(recipe))

    assert again == recipe
    assert again.latents(LatentSpace(latents.shape[1])).tobytes() == latents.tobytes()


def test_the_largest_recipe_fits_into_a_text_of_a_picture() -> None:
    latents = np.ones((MOST_NUMBERS // 100, 100), np.float32)

    assert len(recipe_text(VectorsRecipe.of(latents, 10, "x" * 400))) < 1 << 20


def test_rows_hold_all_vectors() -> None:
    assert VectorsRecipe.of(np.zeros((7, 2), np.float32), 3, "some").rows == 3


@pytest.mark.parametrize(
    ("shape", "complaint"),
    [((1_801, 100), "choose at most 1,800"), ((0, 3), "latent vectors must lie between")],
)
def test_too_many_or_no_vectors_are_refused(shape: tuple[int, int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        VectorsRecipe.of(np.zeros(shape, np.float32), 1, "some")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1.1e4])
def test_values_that_no_model_takes_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="latent values must lie between"):
        VectorsRecipe.of(np.full((1, 2), value, np.float32), 1, "some")


def test_another_latent_size_is_refused() -> None:
    with pytest.raises(ValueError, match="have 3 values, but the model has 2"):
        recipe_from(TEXT).latents(LatentSpace(2))


@pytest.mark.parametrize(
    "change",
    [
        {"numbers": "!!!!"},
        {"numbers": "AAAA"},
        {"numbers": "é"},
        {"numbers": 5},
        {"numbers": None},
        {"count": 10**9},
        {"count": 3},
        {"dim": -3, "count": -2},
        {"columns": 0},
        {"how": ""},
        {"how": "two\nlines"},
        {"how": "x" * 401},
        {"surprise": 1},
    ],
)
def test_an_edited_recipe_costs_one_sentence(change: dict[str, object]) -> None:
    text = json.dumps(json.loads(TEXT) | change)

    with pytest.raises(ValueError, match="the recipe cannot be used") as caught:
        recipe_from(text)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
