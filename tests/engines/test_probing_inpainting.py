"""Semantic inpainting: what is known weighs, holes are filled, edges fit (T-IN-1 to T-IN-4)."""

import numpy as np
import pytest

from engines.latent.priors import sample
from engines.probing.blending import paste, poisson
from engines.probing.effort import Effort
from engines.probing.inpainting import context_weights, hole_psnr, inpainting
from engines.slices import drained
from tests.engines.probed import GAUSS, SPACES, encoding_snapshot, judging_snapshot, snapshot_of

FREE = Effort(restarts=3, iterations=5, prior="none")


def known_but(rows, columns, size=(16, 16)):
    known = np.ones(size, bool)
    known[rows, columns] = False
    return known


CENTRE = known_but(slice(5, 11), slice(5, 11))
EDGE = known_but(slice(0, 6), slice(9, 16))
HALF = known_but(slice(None), slice(8, 16))
DOTS = np.random.default_rng(0).random((16, 16)) < 0.3
HOLES = {"centre": CENTRE, "corner": EDGE, "half": HALF, "scattered": DOTS}


def test_without_holes_every_pixel_weighs_1():  # T-IN-1
    np.testing.assert_array_equal(context_weights(np.ones((9, 12), bool)), np.ones((9, 12)))


def test_a_missing_pixel_weighs_its_share_around_it():  # T-IN-3
    expected = np.zeros((16, 16), np.float32)
    expected[5:12, 4:11] = 1 / 49
    expected[8, 7] = 0

    np.testing.assert_allclose(context_weights(known_but(8, 7)), expected)


def test_fewer_pixels_lie_around_one_at_the_border():
    weights = context_weights(known_but(0, 0))

    assert weights[0, 1] == pytest.approx(1 / (4 * 5))
    assert weights[3, 3] == pytest.approx(1 / 49)
    assert weights[4, 0] == 0


@pytest.mark.parametrize("known", HOLES.values(), ids=HOLES.keys())
def test_weights_are_the_definition(known):
    expected = np.zeros(known.shape)
    for row, column in np.argwhere(known):
        around = known[max(0, row - 3) : row + 4, max(0, column - 3) : column + 4]
        expected[row, column] = (~around).mean()

    np.testing.assert_allclose(context_weights(known), expected, rtol=1e-6)


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES.keys())
def test_a_start_at_the_answer_gives_the_answer(space):  # T-IN-2
    snapshot = snapshot_of(space)
    z = sample(space, 1, 3)
    truth = snapshot.decode(z)[0]
    holed = np.where(CENTRE[..., None], truth, 0).astype(np.uint8)

    found = drained(inpainting(snapshot, holed, CENTRE, FREE, z))

    assert found.best == 0
    assert found.contextual_curves[0, 0] == found.contextual_curves.min()
    np.testing.assert_array_equal(found.chosen, z[0])
    for filled in (found.made, found.pasted):
        np.testing.assert_array_equal(filled, truth)
    assert np.abs(found.blended.astype(int) - truth).max() <= 1


def test_a_hole_is_filled_from_nothing():
    snapshot = snapshot_of()
    truth = snapshot.decode(sample(GAUSS, 1, 3))[0]
    holed = np.where(HALF[..., None], truth, 0).astype(np.uint8)

    found = drained(inpainting(snapshot, holed, HALF, Effort(restarts=8, iterations=200)))

    assert hole_psnr(holed, truth, HALF) < 12
    assert hole_psnr(found.made, truth, HALF) > 25
    np.testing.assert_array_equal(found.blended[HALF], truth[HALF])
    np.testing.assert_array_equal(found.pasted[HALF], truth[HALF])
    np.testing.assert_array_equal(found.pasted[~HALF], found.made[~HALF])


def test_what_lies_in_the_hole_is_not_looked_at():
    snapshot = snapshot_of()
    one = snapshot.decode(sample(GAUSS, 1, 3))[0]
    other = np.where(CENTRE[..., None], one, 255 - one)

    results = [drained(inpainting(snapshot, picture, CENTRE, FREE)) for picture in (one, other)]

    np.testing.assert_array_equal(results[0].z, results[1].z)
    np.testing.assert_array_equal(results[0].blended, results[1].blended)


@pytest.mark.parametrize(
    ("snapshot", "words"),
    [
        (judging_snapshot(), "log(1 − D)"),
        (judging_snapshot(SPACES["uniform"]), "log(1 − D)"),
        (judging_snapshot(log_odds=False), "−score of the judge"),
        (encoding_snapshot(), "−log p(z), in nats"),
        (snapshot_of(), "(‖z‖²/d − 1)²"),
        (snapshot_of(SPACES["uniform"]), "none"),
    ],
)
def test_the_prior_is_the_judge_or_that_of_the_latent_space(snapshot, words):
    picture = snapshot.decode(sample(snapshot.latent, 1, 3))[0]

    found = drained(inpainting(snapshot, picture, CENTRE, Effort(restarts=2, iterations=2)))

    assert found.prior == words
    assert (found.prior_curves != 0).any() == (words != "none")


def test_a_judge_that_counts_raises_the_score_of_what_is_made():
    snapshot = judging_snapshot()
    picture = snapshot.decode(sample(GAUSS, 1, 3))[0]

    scores = [
        snapshot.judge(drained(inpainting(snapshot, picture, CENTRE, effort)).made[None])[0]
        for effort in (
            Effort(iterations=60, prior="critic", prior_weight=100.0),
            Effort(iterations=60, prior="none"),
        )
    ]

    assert scores[0] > scores[1] + 0.1


def test_a_search_goes_no_farther_than_3_sigma():
    snapshot = snapshot_of()

    found = drained(
        inpainting(
            snapshot,
            np.full((16, 16, 1), 255, np.uint8),
            CENTRE,
            Effort(rate=5.0, iterations=10, prior="none", restarts=4),
        )
    )

    assert np.abs(found.z).max() == pytest.approx(3)


def test_progress_tells_the_best_so_far():
    snapshot = snapshot_of()
    picture = snapshot.decode(sample(GAUSS, 1, 3))[0]

    told = list(inpainting(snapshot, picture, CENTRE, FREE))

    assert told[-1].share == 1
    assert told[-1].fits.shape == (1, 3)
    np.testing.assert_array_equal(snapshot.decode(told[-1].z), told[-1].pictures)


@pytest.mark.parametrize("known", HOLES.values(), ids=HOLES.keys())
def test_blending_forgives_another_brightness(known):  # T-IN-4
    picture = np.random.default_rng(1).random((16, 16, 3))

    blended = poisson(picture, picture + np.array([0.5, -0.2, 3.0]), known)

    np.testing.assert_allclose(blended, picture, atol=1e-7)


@pytest.mark.parametrize("known", HOLES.values(), ids=HOLES.keys())
def test_blending_solves_the_equation(known):
    rng = np.random.default_rng(2)
    picture, made = rng.random((16, 16, 1)), rng.random((16, 16, 1))

    blended = poisson(picture, made, known)[..., 0]

    np.testing.assert_array_equal(blended[known], picture[known][:, 0])
    assert np.abs(slopes(blended) - slopes(made[..., 0]))[~known].max() < 1e-7


def slopes(values):
    """∇² with nothing outside the picture."""
    total = np.zeros_like(values)
    for axis in (0, 1):
        steps = np.diff(values, axis=axis)
        ends = [(1, 1) if a == axis else (0, 0) for a in (0, 1)]
        total += np.diff(np.pad(steps, ends), axis=axis)
    return total


def test_a_hole_in_front_of_a_plain_is_filled_with_the_plain():
    plain = np.full((16, 16, 1), 0.25)

    blended = poisson(plain, np.full((16, 16, 1), 0.9), EDGE)

    np.testing.assert_allclose(blended, plain)


def test_pasting_takes_each_pixel_from_where_it_is_known():
    picture, made = np.zeros((16, 16, 1)), np.ones((16, 16, 1))

    np.testing.assert_array_equal(paste(picture, made, CENTRE)[..., 0], ~CENTRE)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (np.zeros((16, 16), bool), "nothing of the picture is known"),
        (np.ones((8, 12), bool), "the mask is of 12 × 8 pixels and the picture of 16 × 16"),
    ],
)
def test_masks_that_do_not_fit_are_refused(known, words):
    with pytest.raises(ValueError, match=words):
        drained(inpainting(snapshot_of(), np.zeros((16, 16, 1), np.uint8), known))


def test_blending_asks_for_an_edge():
    with pytest.raises(ValueError, match="nothing of the picture is known"):
        poisson(np.zeros((4, 4, 1)), np.ones((4, 4, 1)), np.zeros((4, 4), bool))


def test_a_picture_without_a_hole_has_none_to_judge():
    whole = np.ones((16, 16), bool)

    with pytest.raises(ValueError, match="no hole"):
        hole_psnr(np.zeros((16, 16, 1), np.uint8), np.zeros((16, 16, 1), np.uint8), whole)
