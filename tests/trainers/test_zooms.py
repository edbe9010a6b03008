"""A zoom shows in every frame what the map shows there, and says how it was made."""

import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.planes import CELLS
from engines.latent.tiles import Address, region, tile_latents
from engines.snapshot import LatentPart, LatentSpace
from tests.trainers.small_runs import tiny, trained
from tests.trainers.test_export import PROVENANCE
from trainers.cli.exits import GOOD
from trainers.cli.main import main
from trainers.clips import write_clip
from trainers.data.load import Cancelled
from trainers.recipes import recipe_from, recipe_text
from trainers.sidecar import ClipLayout, Made, read_made
from trainers.zooms import BEYOND, ZoomRecipe, zoomed

CLASSED = LatentSpace(
    5, "gauss", (LatentPart("z", 2, "gauss"), LatentPart("class", 3, "categorical"))
)
SPACES = {"gauss": LatentSpace(2), "uniform": LatentSpace(2, "uniform"), "class": CLASSED}


class Dial:
    """Decodes z to 4 × 6 pixels: z₀, z₁ or the class, and the number of the pixel."""

    shape = (3, 4, 6)
    weights = "decoder"

    def __init__(self, latent: LatentSpace = SPACES["gauss"]) -> None:
        self.latent = latent
        self.decoded = 0

    def decode(self, z: np.ndarray) -> np.ndarray:
        self.decoded += len(z)
        pixels = np.empty((len(z), 4, 6, 3), np.uint8)
        level = z[:, 1] if z.shape[1] == 2 else z[:, 2:].argmax(axis=1)
        pixels[..., 0] = np.clip(128 + 30 * z[:, 0], 0, 254)[:, None, None]
        pixels[..., 1] = np.clip(128 + 30 * level, 0, 254)[:, None, None]
        pixels[..., 2] = np.arange(24).reshape(4, 6)
        return pixels


def recipe(**changes: object) -> ZoomRecipe:
    values = {
        "base": (0.0, 0.0),
        "right": 0,
        "up": 1,
        "start": (-4.0, 4.0, -4.0, 4.0),
        "end": (0.5, 1.5, -1.25, -0.25),
        "width": 48,
        "height": 32,
        "count": 7,
    }
    return ZoomRecipe(**{**values, **changes})


def untold(_done: int) -> None:
    """Tell nobody."""


def test_a_frame_over_one_tile_is_the_pictures_of_that_tile() -> None:
    laid = recipe().laid(SPACES["gauss"])
    first, last = Address(0, 0, 0), Address(3, 4, 3)
    made = recipe(
        start=region(laid, first),
        end=region(laid, last),
        width=CELLS * 6,
        height=CELLS * 4,
    )

    frames = zoomed(Dial(), made, untold)

    for frame, tile in ((frames[0], first), (frames[-1], last)):
        pictures = Dial().decode(tile_latents(laid, tile)).reshape(CELLS, CELLS, 4, 6, 3)
        whole = pictures.transpose(0, 2, 1, 3, 4).reshape(CELLS * 4, CELLS * 6, 3)
        np.testing.assert_array_equal(frame, whole)


@pytest.mark.parametrize("name", ["gauss", "uniform", "class"])
@pytest.mark.parametrize("coordinates", ["linear", "quantile"])
def test_every_pixel_shows_the_picture_whose_cell_it_lies_in(
    name: str, coordinates: str
) -> None:
    space = SPACES[name]
    bounded = coordinates == "quantile" and name != "uniform"
    base = (0.0,) * 2 if space.dim == 2 else (0.0, 0.0, 1.0, 0.0, 0.0)
    made = recipe(
        base=base,
        up=1 if space.dim == 2 else 2,
        start=(0.1, 0.9, 0.2, 0.8) if bounded else (-0.8, 0.8, -0.6, 0.6),
        end=(0.31, 0.4, 0.63, 0.66),
        coordinates=coordinates,
    )
    laid, model = made.laid(space), Dial(space)

    frames = zoomed(model, made, untold)

    sides = (laid.right.side, laid.up.side)
    rng = np.random.default_rng(0)
    for frame, (left, right, low, high) in zip(frames, made.views(), strict=True):
        times = 48 / 6 * sides[0].cell(0) / (right - left)
        level = int(np.floor(np.log2(times) + 1e-9))
        for row, column in rng.integers(0, (32, 48), (20, 2)).tolist():
            x = left + (column + 0.5) / 48 * (right - left)
            y = high - (row + 0.5) / 32 * (high - low)
            cells = [
                np.floor((at - side.low) / side.cell(level))
                for side, at in zip(sides, (x, y), strict=True)
            ]
            middle = [
                side.low + (cell + 0.5) * side.cell(level)
                for side, cell in zip(sides, cells, strict=True)
            ]
            expected = Dial(space).decode(laid.at(*middle)[None])[0, 0, 0, :2]
            if all(side.held(at) == at for side, at in zip(sides, middle, strict=True)):
                np.testing.assert_array_equal(frame[row, column, :2], expected)
            else:
                assert (frame[row, column] == BEYOND).all()


def test_pictures_of_a_frame_are_upright_and_not_mirrored() -> None:
    made = recipe(start=(0.0, 2.0, 0.0, 2.0), end=(0.0, 2.0, 0.0, 2.0), width=12, height=8)

    frame = zoomed(Dial(), made, untold)[0, :, :, 2]

    np.testing.assert_array_equal(frame, np.tile(np.arange(24).reshape(4, 6), (2, 2)))


def test_what_lies_beyond_the_map_is_white() -> None:
    made = recipe(
        start=(-0.5, 1.5, -0.5, 1.5), end=(0.4, 0.6, 0.4, 0.6), coordinates="quantile"
    )

    first = zoomed(Dial(), made, untold)[0]

    assert (first[:7] == BEYOND).all()
    assert (first[:, :11] == BEYOND).all()
    assert (first[8:24, 12:36] != BEYOND).all()


def test_a_view_that_has_left_the_map_is_white_and_decodes_nothing() -> None:
    away = (3.0, 4.0, 3.0, 4.0)
    model = Dial()

    frames = zoomed(model, recipe(start=away, end=away, coordinates="quantile"), untold)

    assert (frames == BEYOND).all()
    assert model.decoded == 0
    assert np.isfinite(
        recipe(start=away, end=away, coordinates="quantile").latents(model.latent)
    ).all()


def test_one_latent_is_a_single_row() -> None:
    made = recipe(base=(0.0,), up=None, start=(-1.0, 1.0, 0.0, 1.0), end=(0.2, 0.4, 0.0, 1.0))

    class One(Dial):
        def decode(self, z: np.ndarray) -> np.ndarray:
            return super().decode(np.hstack([z, z]))

    frames = zoomed(One(LatentSpace(1)), made, untold)

    assert len(np.unique(frames[0, 5, :, 0])) > 3
    assert (frames[:, 0, :, 0] == frames[:, -1, :, 0]).all()


def test_pictures_seen_already_are_not_decoded_again() -> None:
    model = Dial()
    zoomed(
        model,
        recipe(count=50, start=(-4.0, 4.0, -4.0, 4.0), end=(-2.1, 2.1, -2.1, 2.1)),
        untold,
    )

    assert model.decoded == 8 * 8


sides = st.tuples(st.floats(-50, 50), st.floats(0.01, 80)).map(lambda s: (s[0], s[0] + s[1]))


@settings(max_examples=60, deadline=None)
@given(sides, sides, st.integers(2, 40))
def test_the_place_that_both_ends_share_stays_where_it_is(one, other, count: int) -> None:
    made = recipe(start=(*one, 0.0, 1.0), end=(*other, 0.0, 1.0), count=count)
    views = list(made.views())

    assert views[0] == made.start
    assert views[-1] == made.end
    lengths = np.array([right - left for left, right, _, _ in views])
    before, after = lengths[0], lengths[-1]
    np.testing.assert_allclose(
        np.diff(np.log(lengths)), np.log(after / before) / (count - 1), atol=1e-6
    )
    if abs(before - after) > 1e-3 * before:
        share = (other[0] - one[0]) / (before - after)
        fixed = one[0] + share * before
        found = [(fixed - left) / (right - left) for left, right, _, _ in views]
        np.testing.assert_allclose(found, share, atol=1e-5 * max(1, abs(share)))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"start": (1.0, 1.0, 0.0, 1.0)}, "length of a view must lie"),
        ({"start": (1.0, 0.0, 0.0, 1.0)}, "length of a view must lie"),
        ({"end": (0.0, float("nan"), 0.0, 1.0)}, "length of a view must lie"),
        ({"end": (-1e9, 0.0, 0.0, 1.0)}, "begin of a view must lie"),
        ({"width": 10**6}, "width must lie"),
        ({"height": 0}, "height must lie"),
        ({"count": 10**9}, "count must lie"),
        ({"count": 1}, "count must lie"),
        ({"base": ()}, "base length must lie"),
        ({"base": (float("inf"), 0.0)}, "base must lie"),
    ],
)
def test_a_zoom_outside_its_limits_is_refused(changes: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        recipe(**changes)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"start": (-5e3, 5e3, -5e3, 5e3)}, "would show .* pictures, more than 10,000"),
        ({"base": (0.0,)}, "the cursor has 1 values"),
        ({"up": 0}, "two different ways"),
        ({"right": 7}, "axis 7 does not exist"),
    ],
)
def test_a_zoom_that_does_not_fit_is_one_sentence(changes: dict, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        zoomed(Dial(), recipe(**changes), untold)


def test_a_zoom_is_read_back_from_its_text() -> None:
    made = recipe(right=(0.6, 0.8), coordinates="quantile")

    assert recipe_from(recipe_text(made)) == made


MADE = Made(recipe(), ClipLayout(rate=20, scale=1, order="ping-pong"), PROVENANCE)


def test_a_zoom_clip_carries_its_record_and_the_same_record_gives_the_same_bytes(
    tmp_path: Path,
) -> None:
    told: list[tuple[int, int]] = []
    for name in ("a.gif", "b.gif"):
        write_clip(tmp_path / name, Dial(), MADE, lambda *done: told.append(done))

    assert read_made(tmp_path / "a.gif") == MADE
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    half = told[: len(told) // 2]
    assert half == sorted(half)
    assert (half[0], half[-1]) == ((0, 19), (19, 19))


@pytest.mark.parametrize("after", [0, 3, 8])
def test_a_zoom_stops_when_it_is_told_to_and_leaves_nothing(tmp_path: Path, after: int) -> None:
    told: list[int] = []

    with pytest.raises(Cancelled):
        write_clip(
            tmp_path / "a.gif",
            Dial(),
            MADE,
            lambda done, _total: told.append(done),
            lambda: bool(told) and told[-1] >= after,
        )

    assert not list(tmp_path.iterdir())


def test_a_clip_of_frames_too_large_is_refused_before_anything_is_drawn(
    tmp_path: Path,
) -> None:
    model = Dial()
    wide = replace(MADE, recipe=recipe(width=2_000), layout=ClipLayout(scale=2))

    with pytest.raises(ValueError, match="choose a scale"):
        write_clip(tmp_path / "a.gif", model, wide)

    assert model.decoded == 0


def test_a_zoom_is_made_again_by_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = trained(tiny(tmp_path, steps=2), tmp_path / "runs")
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(folder.parent))
    monkeypatch.chdir(tmp_path)
    text = recipe_text(recipe(count=3, width=60, height=60))
    assert main(["clip", text, folder.name, "--out", "a.gif"]) == GOOD
    first = Path("a.gif").read_bytes()

    words = shlex.split(read_made(Path("a.gif")).provenance.command)
    Path("a.gif").unlink()
    assert main(words[1:]) == GOOD
    assert Path("a.gif").read_bytes() == first
    assert main(["clip", "a.gif", "--out", "a.gif"]) == GOOD
    assert Path("a.gif").read_bytes() == first
    assert main(["draw", "a.gif", "--out", "a.png"]) == GOOD  # the middles of its frames
    assert len(read_made(Path("a.png")).recipe.latents(LatentSpace(2))) == 3
