"""Known answers about the shapes: their number, their places, sizes and colours."""

from pathlib import Path

import numpy as np
import pytest
import torch

from trainers.data.config import DataConfig
from trainers.data.load import Cancelled, load
from trainers.data.sprites import (
    COLOURS,
    FACTORS,
    FORMAT,
    RADIUS,
    SCALES,
    SHAPES,
    STAMP,
    Sprites,
)

SIZES = tuple(FACTORS.values())
VARIANTS = [("64", "auto"), ("32", "grey"), ("64", "colour"), ("32", "colour")]


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    """Every variant, made once: side and colour → data set."""
    cache = tmp_path_factory.mktemp("cache")
    made = {}

    def get(side: str = "64", colour: str = "auto"):
        if (side, colour) not in made:
            made[side, colour] = load(DataConfig(side=side, colour=colour), cache=cache)
        return made[side, colour]

    return get


def whole(data, rows) -> Sprites:
    """The drawer of one variant, asked for any combination, whatever part it is in."""
    train = data.train
    stamps = train._stamps
    index = torch.as_tensor(rows, dtype=torch.int64)
    return Sprites(index, train.shape[1], coloured=train.shape[0] == 3, stamps=stamps)


def drawn(data, combinations, *, hue: int = 0) -> np.ndarray:
    rows = np.ravel_multi_index(np.asarray(combinations).T, SIZES)
    rows = rows + hue * int(np.prod(SIZES))
    return whole(data, rows).take(torch.arange(len(rows))).numpy().astype(float)


def centres(pictures: np.ndarray) -> np.ndarray:
    ink = pictures.sum(1)
    y, x = np.indices(ink.shape[1:])
    total = ink.sum((1, 2))
    return np.stack([(ink * x).sum((1, 2)) / total, (ink * y).sum((1, 2)) / total], 1)


def test_there_are_737280_pictures_and_a_tenth_is_held_out(shapes):
    data = shapes()

    assert len(data.train) + len(data.held_out) == 737_280
    assert len(data.held_out) == 73_728
    assert data.factor_names == ("shape", "scale", "orientation", "x", "y")
    assert data.classes == ("square", "ellipse", "heart")


def test_no_combination_is_in_both_parts(shapes):
    data = shapes()
    sample = torch.arange(0, len(data.held_out))

    held = np.ravel_multi_index(data.held_out.factors(sample).T, SIZES)
    train = np.ravel_multi_index(data.train.factors(torch.arange(len(data.train))).T, SIZES)

    assert len(np.intersect1d(held, train)) == 0
    assert len(np.unique(np.concatenate([held, train]))) == 737_280


@pytest.mark.parametrize(("side", "colour"), VARIANTS)
def test_pictures_have_the_shape_the_data_set_says(shapes, side, colour):
    data = shapes(side, colour)

    pictures = data.train.take(torch.tensor([0, 5, 500_000]))

    assert pictures.dtype == torch.uint8
    assert (
        tuple(pictures.shape[1:])
        == data.shape
        == (3 if colour == "colour" else 1, int(side), int(side))
    )


@pytest.mark.parametrize("shape", range(3))
@pytest.mark.parametrize(("side", "step"), [("64", 1.0), ("32", 0.5)])
@pytest.mark.parametrize(("axis", "factor"), [(0, 3), (1, 4)])
def test_the_centre_of_mass_moves_one_full_size_pixel_a_position(
    shapes, shape, side, step, axis, factor
):
    combinations = np.tile([shape, 3, 7, 11, 20], (32, 1))
    combinations[:, factor] = np.arange(32)

    moves = np.diff(centres(drawn(shapes(side), combinations)), axis=0)

    # rounding to bytes after averaging moves the small picture's centre a little
    assert moves[:, axis] == pytest.approx(step, abs=1e-9 if side == "64" else 0.01)
    assert moves[:, 1 - axis] == pytest.approx(0, abs=1e-9 if side == "64" else 0.01)


def test_moving_a_shape_changes_its_place_only(shapes):
    here, there = drawn(shapes(), [(2, 5, 3, 0, 0), (2, 5, 3, 31, 17)])[:, 0]

    assert np.array_equal(here[:STAMP, :STAMP], there[17 : 17 + STAMP, 31 : 31 + STAMP])
    assert here.sum() == there.sum() == here[:STAMP, :STAMP].sum()


def test_the_small_picture_is_the_average_of_four_pixels(shapes):
    combinations = [(2, 4, 13, x, y) for x in (0, 1, 15, 30, 31) for y in (0, 3, 31)]
    large, small = (drawn(shapes(side), combinations) for side in ("64", "32"))

    average = large.reshape(-1, 1, 32, 2, 32, 2).mean((3, 5))
    assert np.abs(average - small).max() <= 0.5


@pytest.mark.parametrize(
    ("shape", "area"),
    [(0, 2 * RADIUS**2), (1, np.pi / 2 * RADIUS**2), (2, 3.6595 / 1.26**2 * RADIUS**2)],
)
@pytest.mark.parametrize("scale", [0, 5])
def test_a_shape_covers_its_area_at_every_angle(shapes, shape, area, scale):
    combinations = [(shape, scale, angle, 16, 16) for angle in range(40)]

    covered = drawn(shapes(), combinations).sum((1, 2, 3)) / 255

    assert covered == pytest.approx(area * SCALES[scale] ** 2, rel=0.02)


def test_no_shape_is_cut_off_by_its_stamp(shapes):
    combinations = [(s, 5, angle, 0, 0) for s in range(3) for angle in range(40)]

    stamps = drawn(shapes(), combinations)[:, 0, :STAMP, :STAMP]

    edges = np.concatenate([stamps[:, [0, -1]].ravel(), stamps[:, :, [0, -1]].ravel()])
    assert edges.max() == 0


@pytest.mark.parametrize(("shape", "different"), [(0, 10), (1, 20), (2, 40)])
def test_orientations_differ_as_far_as_the_shape_allows(shapes, shape, different):
    combinations = [(shape, 5, angle, 9, 9) for angle in range(40)]

    pictures = drawn(shapes(), combinations).reshape(40, -1)

    apart = np.abs(pictures[:, None] - pictures[None]).sum(2) / 255
    assert (apart > 8).sum() == 40 * (40 - 40 // different)


def test_factors_travel_with_the_pictures(shapes):
    data = shapes()
    some = torch.tensor([3, 99_999, 600_000])

    again = drawn(data, data.train.factors(some))

    assert np.array_equal(again, data.train.take(some).numpy())
    assert np.array_equal(data.train.labels[some.numpy()], data.train.factors(some)[:, 0])


@pytest.mark.parametrize(("hue", "name"), list(enumerate(COLOURS)))
def test_a_coloured_shape_has_the_colour_of_its_factor(shapes, hue, name):
    picture = drawn(shapes("64", "colour"), [(0, 5, 0, 10, 10)], hue=hue)[0]

    centre = picture[:, 10 + STAMP // 2, 10 + STAMP // 2]
    assert tuple(centre) == COLOURS[name]


def test_colour_is_the_first_factor_of_the_coloured_variant(shapes):
    data = shapes("64", "colour")

    assert data.factor_names[0] == "colour"
    assert len(data.train) + len(data.held_out) == 7 * 737_280


def test_a_change_in_how_shapes_are_drawn_is_noticed(shapes):
    """If this fails on purpose, `FORMAT` must change too: it stands in fingerprints."""
    ink = drawn(shapes(), [(s, 2, 5, 4, 4) for s in range(len(SHAPES))]).sum((1, 2, 3)) / 255

    assert FORMAT == "sprites/1"
    assert ink == pytest.approx([236.6, 184.5, 271.6], abs=0.3)


def test_the_fingerprint_tells_variants_apart(shapes):
    assert len({shapes(*variant).fingerprint for variant in VARIANTS}) == len(VARIANTS)


def test_a_cancelled_load_stops_at_once(tmp_path: Path):
    with pytest.raises(Cancelled):
        load(DataConfig(), cancelled=lambda: True, cache=tmp_path)


@pytest.mark.parametrize(("side", "colour"), VARIANTS)
def test_any_combination_can_be_drawn_in_whichever_part_it_is(shapes, side, colour):
    data = shapes(side, colour)
    numbers = torch.tensor([0, 77, 70_001])

    for part in (data.train, data.held_out):
        found = data.train.drawn(part.factors(numbers))
        assert torch.equal(found, part.take(numbers))


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        ((0, 0, 0, 0), "have 5 factors and 4 values"),
        ((3, 0, 0, 0, 0), "no such value"),
        ((0, 0, -1, 0, 0), "no such value"),
    ],
)
def test_a_combination_that_does_not_exist_is_refused(shapes, factors, words):
    with pytest.raises(ValueError, match=words):
        shapes().train.drawn(np.array([factors]))


@pytest.mark.parametrize("colour", ["grey", "colour"])
def test_every_factor_is_told_with_its_kind(shapes, colour):
    data = shapes("32", colour)
    kinds = {one.name: one.kind for one in data.train.about}

    assert tuple(kinds) == data.factor_names
    assert kinds["shape"] == "nominal"
    assert kinds["orientation"] == "cyclic"
    assert kinds["scale"] == kinds["x"] == kinds["y"] == "ordinal"
