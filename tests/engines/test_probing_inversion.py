"""Inversion finds the latent vector of a picture that the model can make (T-OP-8)."""

import numpy as np
import pytest
import torch
from torch import nn

from engines.autoencoders.config import VaeConfig
from engines.catalog import build
from engines.gans.config import GanConfig
from engines.latent.priors import sample
from engines.probing.factorisation import factorise
from engines.probing.inpainting import inpainting
from engines.probing.inversion import InversionOptions, invert, inverting
from engines.probing.jacobian import jacobian_directions
from engines.probing.leeway import starts
from engines.probing.plausibility import TERMS
from engines.slices import drained
from engines.snapshot import LatentPart, LatentSpace
from tests.engines.probed import (
    GAUSS,
    MIXED,
    SHAPE,
    SPACES,
    UNIFORM,
    convolved,
    encoding_snapshot,
    judging_snapshot,
    snapshot_of,
)

QUICK = InversionOptions(restarts=3, iterations=5)
SEARCH = InversionOptions(restarts=8, iterations=300)
FREE = InversionOptions(restarts=3, iterations=5, prior="none")


def pictures_of(snapshot, count=1, seed=7):
    return snapshot.decode(sample(snapshot.latent, count, seed))


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES.keys())
def test_a_picture_of_the_model_is_found_again(space):
    snapshot = snapshot_of(space)

    found = invert(snapshot, pictures_of(snapshot), SEARCH)

    assert found.curves[:, :, 0].min() > 1e-3  # no start is the answer already
    assert found.mse[0] < 1e-4
    assert found.psnr[0] > 40


def test_a_picture_of_a_convolutional_generator_is_found_again():
    snapshot = snapshot_of(GAUSS, convolved())

    found = invert(snapshot, pictures_of(snapshot), SEARCH)

    assert found.curves[:, :, 0].min() > 1e-3
    assert found.mse[0] < 1e-4


def test_errors_are_told_of_the_picture_that_is_shown():
    snapshot = snapshot_of()
    given = pictures_of(snapshot, 2)

    found = invert(snapshot, given, QUICK)

    shown = snapshot.decode(found.chosen)
    np.testing.assert_array_equal(shown, found.pictures)
    errors = (shown / 255 - given / 255).reshape(2, -1)
    np.testing.assert_allclose((errors**2).mean(1), found.mse, rtol=0.05)
    np.testing.assert_allclose(found.psnr, -10 * np.log10(found.mse.astype(np.float64)))
    assert found.ivom == pytest.approx(found.mse.mean())


def test_without_a_prior_the_best_of_a_restart_is_the_lowest_of_its_curve():
    snapshot = snapshot_of()

    found = invert(snapshot, pictures_of(snapshot, 2), FREE)

    assert found.curves.shape == (2, 3, 6)
    np.testing.assert_array_equal(found.curves.min(2), found.fits)
    np.testing.assert_array_equal(found.fits.argmin(1), found.best)


def test_a_picture_finds_the_same_in_any_company():
    snapshot = snapshot_of()
    given = pictures_of(snapshot, 30)  # more than are searched for together

    many = invert(snapshot, given, QUICK)

    alone = invert(snapshot, given[25:26], QUICK)
    np.testing.assert_allclose(many.z[25], alone.z[0], atol=1e-5)


def test_the_same_seed_finds_the_same_and_draws_from_no_global_stream():
    snapshot = snapshot_of()
    given = pictures_of(snapshot)
    before = torch.get_rng_state()

    one, other = (invert(snapshot, given, QUICK) for _ in range(2))

    np.testing.assert_array_equal(one.z, other.z)
    assert torch.equal(torch.get_rng_state(), before)


def test_choices_stay_choices_and_codes_stay_in_their_range():
    snapshot = snapshot_of(MIXED)

    found = invert(
        snapshot, pictures_of(snapshot), InversionOptions(restarts=6, rate=2.0, iterations=30)
    )

    choices = found.z[0, :, 4:7]
    np.testing.assert_array_equal(np.sort(choices, axis=1), [[0, 0, 1]] * 6)
    np.testing.assert_array_equal(choices.sum(0), [2, 2, 2])  # each is tried
    assert np.abs(found.z[..., 7:]).max() <= 1


def test_the_limits_of_an_even_prior_hold():
    snapshot = snapshot_of(UNIFORM)

    found = invert(snapshot, pictures_of(snapshot), InversionOptions(rate=2.0, iterations=20))

    assert np.abs(found.z).max() <= 1


def test_restarts_go_round_all_combinations_of_choices():
    parts = (LatentPart("a", 2, "categorical"), LatentPart("b", 3, "categorical"))

    z = starts(LatentSpace(5, "gauss", parts), 12, 0)

    seen, times = np.unique(z, axis=0, return_counts=True)
    assert len(seen) == 6
    assert (times == 2).all()


def test_too_many_combinations_are_drawn_from():
    parts = tuple(LatentPart(f"c{i}", 10, "categorical") for i in range(30))

    z = starts(LatentSpace(300, "gauss", parts), 4, 0)

    np.testing.assert_array_equal(z.sum(1), [30] * 4)


def test_an_encoder_gives_the_first_restart_its_start():
    snapshot = encoding_snapshot()
    given = pictures_of(snapshot)

    found = invert(snapshot, given, InversionOptions(restarts=2, iterations=0))

    np.testing.assert_allclose(found.z[0, 0], snapshot.encode(given).mean[0])
    assert found.best[0] == 0


def test_progress_rises_to_the_whole_and_never_forgets_the_best():
    snapshot = snapshot_of()
    given = pictures_of(snapshot, 30)

    told = list(inverting(snapshot, given, QUICK))

    shares = [progress.share for progress in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert {progress.first for progress in told} == {0, 21}
    assert told[-1].pictures.shape == (9, 16, 16, 1)
    np.testing.assert_array_equal(snapshot.decode(told[-1].z), told[-1].pictures)


def test_a_search_that_nobody_listens_to_is_over():
    snapshot = snapshot_of()
    search = inverting(snapshot, pictures_of(snapshot), InversionOptions(iterations=10**6))

    next(search)
    search.close()

    assert not torch.is_inference_mode_enabled()
    assert list(search) == []


def test_large_pictures_are_made_a_few_at_once():
    sizes = []

    class Watched(nn.Module):
        def __init__(self):
            super().__init__()
            self.made = nn.Linear(2, 3 * 128 * 128)

        def forward(self, z):
            sizes.append(len(z))
            return self.made(z).reshape(-1, 3, 128, 128)

    snapshot = type(snapshot_of())(Watched(), LatentSpace(2), (3, 128, 128), "test")

    told = list(inverting(snapshot, np.zeros((1, 128, 128, 3), np.uint8), QUICK))

    assert max(sizes) <= 5
    assert len(told) >= 6


@pytest.mark.parametrize("prior", TERMS)
def test_every_prior_can_be_asked_for_where_there_is_a_judge(prior):
    snapshot = judging_snapshot()

    found = invert(
        snapshot, pictures_of(snapshot), InversionOptions(iterations=3, restarts=2, prior=prior)
    )

    assert np.isfinite(found.curves).all()


def test_a_heavy_shell_keeps_vectors_at_the_length_of_draws():
    snapshot = snapshot_of()
    dark = np.zeros((1, 16, 16, 1), np.uint8)  # no picture of this model

    heavy, light = (
        invert(snapshot, dark, InversionOptions(prior="shell", prior_weight=w, iterations=200))
        for w in (100.0, 0.0)
    )

    assert abs((heavy.chosen**2).mean() - 1) < abs((light.chosen**2).mean() - 1)
    assert (heavy.chosen**2).mean() == pytest.approx(1, abs=0.1)


def diverged():
    network = nn.Sequential(nn.Linear(6, 256), nn.Unflatten(1, SHAPE))
    nn.init.constant_(network[0].weight, torch.nan)
    return snapshot_of(GAUSS, network)


@pytest.mark.parametrize(
    ("snapshot", "options", "words"),
    [
        (snapshot_of(), InversionOptions(start="encoder"), "no encoder"),
        (snapshot_of(), InversionOptions(prior="minimax"), "no judge"),
        (snapshot_of(), InversionOptions(prior="hope"), "'hope'; choose auto, minimax"),
        (diverged(), InversionOptions(), "has diverged, so choose an earlier step"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(snapshot, options, words):
    with pytest.raises(ValueError, match=words):
        invert(snapshot, np.zeros((1, 16, 16, 1), np.uint8), options)


@pytest.mark.parametrize("count", [0, 1])
def test_pictures_of_another_shape_and_none_at_all_are_refused(count):
    side = 16 if not count else 8

    with pytest.raises(ValueError, match=r"at least one|not of 8 × 8"):
        invert(snapshot_of(), np.zeros((count, side, side, 1), np.uint8))


@pytest.mark.parametrize("wrong", [{"restarts": 0}, {"iterations": -1}, {"rate": 0.0}])
def test_options_without_meaning_are_refused(wrong):
    with pytest.raises(ValueError, match="at least 1 restart"):
        InversionOptions(**wrong)


def test_a_model_of_points_cannot_be_probed():
    snapshot = build(GanConfig(), (2, 1, 1), 0, torch.device("cpu")).snapshot()

    with pytest.raises(ValueError, match="no network of pictures"):
        invert(snapshot, np.zeros((1, 1, 1, 1), np.uint8))


@pytest.mark.parametrize(
    "config", [VaeConfig(latent_dim=3, hidden=8), GanConfig(latent_dim=3, width=4)]
)
def test_a_model_that_is_probed_while_it_learns_ends_where_another_does(config):
    images = torch.rand(4, *SHAPE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    probed, left = (build(config, SHAPE, 0, torch.device("cpu")) for _ in range(2))

    for engine in (probed, left):
        for _ in range(2):
            engine.step(images)
            if engine is probed:
                snapshot = engine.snapshot()
                found = invert(snapshot, pictures_of(snapshot), QUICK)
                factorise(snapshot)
                jacobian_directions(snapshot, found.chosen[0])
                drained(inpainting(snapshot, found.pictures[0], np.eye(16, dtype=bool), QUICK))

    for name, value in left.state().items():
        assert torch.equal(probed.state()[name], value), name
