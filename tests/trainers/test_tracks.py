"""Ways between pictures: ends exact, even where evenness is asked for, refused in sentences."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from engines.snapshot import LatentSpace
from trainers.tracks import DATA, WAYS, Wanted, track

RNG = np.random.default_rng(2)
ENDS = RNG.standard_normal((3, 4)).astype(np.float32)
CODES = RNG.standard_normal((200, 4)).astype(np.float32)


@dataclass(frozen=True)
class Bend:
    """A model whose brightness rises slowly first and fast at last: 255 · sigmoid(2 z₀ + 1)."""

    latent: LatentSpace = field(default_factory=lambda: LatentSpace(4))
    shape: tuple[int, int, int] = (1, 2, 2)
    weights: str = "decoder"

    def decode(self, z: np.ndarray) -> np.ndarray:
        level = 255 / (1 + np.exp(-2 * z[:, :1] - 1))
        return np.broadcast_to(level[:, None, None], (len(z), 2, 2, 1)).round().astype(np.uint8)


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("count", [2, 3])
def test_ends_are_met_exactly(way: str, count: int) -> None:
    made = track(Bend(), ENDS[:count], Wanted(way, 11), CODES)
    np.testing.assert_array_equal(made.latents[0], ENDS[0])
    np.testing.assert_array_equal(made.latents[-1], ENDS[count - 1])
    assert len(made.norms) == len(made.steps) + 1 == 11


@pytest.mark.parametrize("way", list(WAYS))
def test_a_loop_comes_back(way: str) -> None:
    made = track(Bend(), ENDS, Wanted(way, 13, loop=True), CODES)
    np.testing.assert_array_equal(made.latents[-1], ENDS[0])


@pytest.mark.parametrize("way", list(WAYS))
def test_identical_ends_make_a_row_of_one_picture(way: str) -> None:
    made = track(Bend(), ENDS[[0, 0]], Wanted(way, 5), CODES)
    assert (made.steps == 0).all()
    np.testing.assert_allclose(made.latents, np.tile(ENDS[0], (5, 1)), atol=1e-6)


def test_even_steps_are_even() -> None:
    ends = np.array([[-2, 0, 0, 0], [2.5, 0, 0, 0]], np.float32)
    plain = track(Bend(), ends, Wanted("lerp", 9))
    even = track(Bend(), ends, Wanted("lerp", 9, even=True))
    assert plain.unevenness > 2
    assert even.unevenness < 1.2
    np.testing.assert_array_equal(even.latents[[0, -1]], ends)


def test_the_arc_keeps_to_the_lengths_of_its_ends() -> None:
    ends = (ENDS[:2] / np.linalg.norm(ENDS[:2], axis=1, keepdims=True) * 2).astype(np.float32)
    made = track(Bend(), ends, Wanted("slerp", 21))
    np.testing.assert_allclose(made.norms, 2, atol=1e-5)
    assert track(Bend(), ends, Wanted("lerp", 21)).norms.min() < 2


def test_a_data_path_says_which_pictures_it_passes() -> None:
    made = track(Bend(), ENDS[:2], Wanted(DATA, 15), CODES)
    assert made.passed
    assert all(0 <= row < len(CODES) for row in made.passed)


@pytest.mark.parametrize(
    ("ends", "wanted", "codes", "why"),
    [
        (ENDS[:1], Wanted("lerp", 5), None, "2 to 4 ends; there are 1"),
        (np.tile(ENDS, (2, 1)), Wanted("lerp", 9), None, "2 to 4 ends; there are 6"),
        (ENDS, Wanted("lerp", 2), None, "between 3 and 600 frames"),
        (ENDS, Wanted("lerp", 601), None, "between 3 and 600 frames"),
        (ENDS, Wanted("flight", 5), None, "no way 'flight'"),
        (ENDS, Wanted(DATA, 5), None, "there are none yet"),
        (ENDS, Wanted(DATA, 5), CODES[:0], "there are none yet"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(ends, wanted, codes, why) -> None:
    with pytest.raises(ValueError, match=why):
        track(Bend(), ends, wanted, codes)
