"""Pictures that say how they were made, and files that only claim to."""

import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engines.snapshot import LatentSpace
from trainers.export import Provenance, SheetLayout, compose, draw, read_recipe, write_png
from trainers.pngtext import SIGNATURE
from trainers.recipes import (
    RECIPES,
    ManifoldRecipe,
    Recipe,
    SamplesRecipe,
    TraversalRecipe,
    recipe_from,
    recipe_text,
)

PLANE = LatentSpace(2)
LAYOUT = SheetLayout(rows=1, columns=2)
RECIPE = SamplesRecipe(z_seed=5, count=2)
PROVENANCE = Provenance(
    version="1.2.3",
    family="vae",
    data="Fashion – 服",
    seed=7,
    step=1_200,
    checkpoint="ab" * 32,
    weights="generator, EMA 0.999",
    config='{"plan": {"seed": 7}}',
    command="latent-explorer sample run --out a.png",
)
PICTURE = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)

COORDINATE = st.floats(-100, 100, width=32)
CURSOR = st.lists(COORDINATE, min_size=1, max_size=5).map(tuple)
# values only: the type checker draws random numbers, which hypothesis forbids while it draws
RECIPES_DRAWN = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("samples"),
            "z_seed": st.integers(0, 2**53),
            "count": st.integers(1, 9),
            "spread": st.floats(0, 10),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("traversal"),
            "axes": st.lists(st.integers(0, 9), min_size=1, max_size=3).map(tuple),
            "span": st.floats(0, 10),
            "columns": st.integers(1, 3),
            "cursor": CURSOR,
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("manifold"),
            "axes": st.tuples(st.integers(0, 9), st.integers(0, 9)),
            "rows": st.integers(1, 3),
            "columns": st.integers(1, 3),
            "cursor": CURSOR,
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("map"),
            "base": CURSOR,
            "right": st.integers(0, 9) | CURSOR,
            "up": st.none() | st.integers(0, 9) | CURSOR,
            "centre": st.tuples(COORDINATE, COORDINATE),
            "pitch": st.tuples(st.floats(0.01, 9), st.floats(0.01, 9)),
            "rows": st.integers(1, 3),
            "columns": st.integers(1, 3),
            "coordinates": st.sampled_from(["linear", "quantile"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("direction"),
            "vector": st.tuples(COORDINATE, COORDINATE),
            "sigma": st.floats(0.01, 10),
            "span": st.floats(0, 10),
            "columns": st.integers(1, 3),
            "cursor": st.tuples(COORDINATE, COORDINATE),
        }
    ),
)


class Ramp:
    """Decodes z to pictures of one pixel: 100 + z₀."""

    latent = PLANE
    shape = (1, 1, 1)
    weights = "decoder"

    def decode(self, z: np.ndarray) -> np.ndarray:
        return (100 + z[:, :1]).astype(np.uint8).reshape(-1, 1, 1, 1)


def written(path: Path, recipe: Recipe = RECIPE, layout: SheetLayout = LAYOUT) -> Path:
    write_png(path, PICTURE, recipe, layout, PROVENANCE)
    return path


def recipe_or_complaint(path: Path) -> Recipe | str:
    try:
        return read_recipe(path)[0]
    except ValueError as error:
        return str(error)


def chunk(kind: bytes, body: bytes) -> bytes:
    return (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    )


def hostile(**texts: str) -> bytes:
    parts = [chunk(b"tEXt", k.encode() + b"\0" + v.encode()) for k, v in texts.items()]
    return SIGNATURE + b"".join(parts) + chunk(b"IEND", b"")


def test_pictures_lie_row_by_row_with_spacing_around_and_integer_scale() -> None:
    pixels = np.array([10, 20, 30], dtype=np.uint8).reshape(3, 1, 1, 1)

    sheet = compose(pixels, SheetLayout(rows=2, columns=2, spacing=1, scale=2))

    small = np.array(
        [
            [255, 255, 255, 255, 255],
            [255, 10, 255, 20, 255],
            [255, 255, 255, 255, 255],
            [255, 30, 255, 255, 255],
            [255, 255, 255, 255, 255],
        ],
        dtype=np.uint8,
    )
    np.testing.assert_array_equal(sheet[:, :, 0], small.repeat(2, axis=0).repeat(2, axis=1))


@pytest.mark.parametrize(
    ("channels", "background", "depth"),
    [(1, (9, 9, 9), 1), (1, (9, 9, 8), 3), (3, (9, 9, 9), 3)],
)
def test_a_sheet_is_grey_only_if_all_of_it_is(
    channels: int, background: tuple[int, int, int], depth: int
) -> None:
    pixels = np.full((1, 2, 2, channels), 77, dtype=np.uint8)

    sheet = compose(pixels, SheetLayout(1, 1, spacing=1, background=background))

    assert sheet.shape == (4, 4, depth)
    assert sheet[0, 0].tolist() == list(background[:depth])
    assert sheet[1, 1].tolist() == [77] * depth


def test_more_pictures_than_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="3 pictures do not fit on 1 × 2 cells"):
        compose(np.zeros((3, 1, 1, 1), dtype=np.uint8), LAYOUT)


def test_a_sheet_of_more_than_a_hundred_megapixels_is_refused_with_its_size() -> None:
    layout = SheetLayout(rows=100, columns=100, spacing=0, scale=64)

    with pytest.raises(ValueError, match="would be 179,200 × 179,200 pixels"):
        layout.size(28, 28)


@pytest.mark.parametrize(
    "values",
    [
        {"rows": 0},
        {"columns": 10_001},
        {"spacing": -1},
        {"scale": 0},
        {"scale": 65},
        {"background": (0, 0, 256)},
    ],
)
def test_an_impossible_layout_names_the_value_that_is_wrong(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"^{next(iter(values))} must lie between"):
        replace(LAYOUT, **values)


def test_samples_do_not_depend_on_how_many_are_drawn_and_spread_multiplies_them() -> None:
    few = SamplesRecipe(z_seed=3, count=2).latents(PLANE)
    many = SamplesRecipe(z_seed=3, count=6, spread=0.5).latents(PLANE)

    np.testing.assert_array_equal(few * np.float32(0.5), many[:2])


def test_a_walk_between_ends_of_its_own_meets_them_exactly():
    recipe = TraversalRecipe((1, 0), 3.0, 3, (0.5, 9.0), (-1.25, -2.0), (0.75, 2.0))

    z = recipe.latents(PLANE)

    assert z[:3].tolist() == [[0.5, -1.25], [0.5, -0.25], [0.5, 0.75]]
    assert z[3:].tolist() == [[-2.0, 9.0], [0.0, 9.0], [2.0, 9.0]]


@pytest.mark.parametrize(
    ("lows", "highs"),
    [((1.0,), ()), ((1.0, 1.0), (2.0, 2.0)), ((2.0,), (1.0,)), ((float("nan"),), (1.0,))],
)
def test_ends_that_do_not_fit_are_refused(lows, highs):
    with pytest.raises(ValueError, match=r"lows|highs|low and the high end"):
        TraversalRecipe((1,), 3.0, 3, (0.5, 9.0), lows, highs)


def test_a_traversal_keeps_the_cursor_on_all_other_axes() -> None:
    z = TraversalRecipe(axes=(1,), span=2.0, columns=3, cursor=(0.5, 9.0)).latents(PLANE)

    assert z.tolist() == [[0.5, -2.0], [0.5, 0.0], [0.5, 2.0]]


def test_the_manifold_runs_to_the_right_and_upwards_over_normal_quantiles() -> None:
    z = ManifoldRecipe(axes=(0, 1), rows=2, columns=2, cursor=(0.0, 0.0)).latents(PLANE)

    quarter = 0.67448975  # Φ⁻¹(¾)
    expected = [[-1, 1], [1, 1], [-1, -1], [1, -1]]
    np.testing.assert_allclose(z, np.multiply(expected, quarter), rtol=1e-6)


@pytest.mark.parametrize(
    ("recipe", "complaint"),
    [
        (TraversalRecipe((0,), 1.0, 3, (0.0,)), "cursor has 1 values, but the model has 2"),
        (TraversalRecipe((2,), 1.0, 3, (0.0, 0.0)), "axis 2 does not exist"),
        (TraversalRecipe((2,), 1.0, 3, (0.0, 0.0), (0.0,), (1.0,)), "axis 2 does not exist"),
        (ManifoldRecipe((0, 5), 2, 2, (0.0, 0.0)), "axis 5 does not exist"),
        (ManifoldRecipe((1, 1), 2, 2, (0.0, 0.0)), "two different axes"),
    ],
)
def test_a_recipe_that_does_not_fit_the_model_is_refused(
    recipe: Recipe, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        recipe.latents(PLANE)


def test_drawing_decodes_the_recipe_onto_the_sheet() -> None:
    recipe = TraversalRecipe(axes=(0,), span=2.0, columns=3, cursor=(0.0, 0.0))

    sheet = draw(Ramp(), recipe, SheetLayout(rows=1, columns=3, spacing=0))

    assert sheet[:, :, 0].tolist() == [[98, 100, 102]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(values=RECIPES_DRAWN, scale=st.integers(1, 64), text=st.text(max_size=40))
def test_what_is_written_is_read_back(
    tmp_path: Path, values: dict[str, Any], scale: int, text: str
) -> None:
    recipe = RECIPES[values["kind"]](**{k: v for k, v in values.items() if k != "kind"})
    layout = SheetLayout(rows=3, columns=3, scale=scale)
    provenance = replace(PROVENANCE, data=text.replace("\0", ""))

    write_png(tmp_path / "a.png", PICTURE, recipe, layout, provenance)

    said = provenance.data.encode("utf-8", "replace").decode()
    expected = (recipe, layout, replace(provenance, data=said))
    assert read_recipe(tmp_path / "a.png") == expected


def test_another_program_finds_the_picture_and_its_texts(tmp_path: Path) -> None:
    with Image.open(written(tmp_path / "a.PNG")) as image:
        np.testing.assert_array_equal(np.asarray(image), PICTURE)
        texts = image.text

    assert texts["Software"] == "Latent Explorer 1.2.3"
    assert texts["seed"] == "7"
    assert texts["step"] == "1200"
    assert texts["data"] == "Fashion – 服"
    assert json.loads(texts["recipe"]) == {
        "kind": "samples",
        "z_seed": 5,
        "count": 2,
        "spread": 1.0,
    }
    assert {"version", "family", "checkpoint", "weights", "config", "command"} <= set(texts)


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a.png"), written(tmp_path / "b.png")

    assert first.read_bytes() == second.read_bytes()


def test_a_failing_disk_leaves_the_old_picture_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a.png")
    before = path.read_bytes()

    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        written(path, replace(RECIPE, z_seed=6))

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a.jpg", "must end in .png"),
        ("a", "must end in .png"),
        ("no/a.png", "there is no folder"),
        ("folder.png", "is a folder"),
    ],
)
def test_a_place_that_cannot_take_a_picture_is_refused(
    tmp_path: Path, name: str, complaint: str
) -> None:
    (tmp_path / "folder.png").mkdir()

    with pytest.raises(ValueError, match=complaint):
        written(tmp_path / name)


GOOD_RECIPE = recipe_text(RECIPE)
GOOD_LAYOUT = '{"rows": 1, "columns": 2}'


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is not a PNG"),
        (b"GIF89a" + bytes(40), "is not a PNG"),
        (SIGNATURE, "damaged or incomplete"),
        (SIGNATURE + b"\xff\xff\xff\xfftEXt", "too long to be ours"),
        (SIGNATURE + b"\xff\xff\xff\xffIDAT", "damaged or incomplete"),
        (SIGNATURE + chunk(b"tEXt", b"recipe\0{}")[:-1] + b"!", "damaged or incomplete"),
        (SIGNATURE + chunk(b"aaAa", b"") * 140_000, "too many for a picture"),
        (hostile(**{f"k{i}": "" for i in range(80)}), "more than 64 texts"),
        (hostile(), "does not say how it was made"),
        (hostile(recipe=GOOD_RECIPE), "does not say how it was made"),
        (hostile(recipe="[" * 100_000, layout="{}"), "recipe is not valid JSON"),
        (hostile(recipe="[]", layout="{}"), "recipe is not a record"),
        (hostile(recipe='{"kind": ["samples"]}', layout="{}"), "no recipe of kind"),
        (hostile(recipe='{"kind": "os.system"}', layout="{}"), "no recipe of kind"),
        (hostile(recipe='{"kind": "samples"}', layout="{}"), "z_seed"),
        (hostile(recipe=GOOD_RECIPE, layout='{"rows": 1e99, "columns": 1}'), "rows"),
        (hostile(recipe=GOOD_RECIPE, layout=GOOD_LAYOUT), "is damaged: version"),
    ],
)
def test_a_strange_file_costs_one_sentence(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=complaint) as caught:
        read_recipe(path)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "change",
    [
        {"count": 10**9},
        {"count": "many"},
        {"z_seed": -1},
        {"spread": float("nan")},
        {"spread": 1e400},
        {"surprise": 1},
        {"z_seed": 10**3000},
    ],
)
def test_a_recipe_outside_its_limits_is_refused(change: dict[str, object]) -> None:
    text = json.dumps(json.loads(GOOD_RECIPE) | change)

    with pytest.raises(ValueError, match="the recipe cannot be used") as caught:
        recipe_from(text)

    assert len(str(caught.value)) < 300


def test_compressed_texts_are_passed_over(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(10**7))
    body = chunk(b"zTXt", b"recipe\0\0" + bomb) + chunk(b"iTXt", b"layout\0\1\0\0\0" + bomb)
    (tmp_path / "a.png").write_bytes(SIGNATURE + body + chunk(b"IEND", b""))

    with pytest.raises(ValueError, match="does not say how it was made"):
        read_recipe(tmp_path / "a.png")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(position=st.integers(0, 10**6), value=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_picture_is_read_or_refused_but_never_worse(
    tmp_path: Path, position: int, value: int, cut: bool
) -> None:
    content = bytearray(written(tmp_path / "a.png").read_bytes())
    position %= len(content)
    content[position] = value
    (tmp_path / "a.png").write_bytes(content[: position if cut else None])

    found = recipe_or_complaint(tmp_path / "a.png")

    assert found == RECIPE or (isinstance(found, str) and "\n" not in found)


def test_every_kind_of_recipe_is_in_the_table_under_its_own_name() -> None:
    assert {kind: row.kind for kind, row in RECIPES.items()} == {k: k for k in RECIPES}
