"""A game on points: networks, frozen looks at both players, and pictures of dots."""

import numpy as np
import pytest
import torch

from engines.catalog import FAMILIES, build
from engines.gans.engine import GanEngine
from engines.gans.objectives import OBJECTIVES
from engines.latent.priors import sample
from engines.snapshot import PointSnapshot, Snapshot
from engines.toys.dots import SIDE, dots
from engines.toys.mixtures import mixture_of
from tests.engines.rows import CPU, VARIANTS, labels, made, pictures, same, small, trained

PLANE, LINE = (2, 1, 1), (1, 1, 1)
GANS = {name: model for name, model in VARIANTS.items() if model.family == "gan"}

each_gan = pytest.mark.parametrize("model", GANS.values(), ids=GANS.keys())
each_shape = pytest.mark.parametrize("shape", [PLANE, LINE], ids=["plane", "line"])
each_objective = pytest.mark.parametrize("objective", OBJECTIVES)


def places(count, dim=2, seed=1):
    return np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)


@each_gan
@each_shape
def test_every_adversarial_choice_learns_points(model, shape):
    losses = trained(made(model, shape), steps=2, shape=shape)

    assert np.isfinite([list(step.values()) for step in losses]).all()


@each_gan
def test_a_run_on_points_resumes_where_it_was(model):
    one, other = made(model, PLANE), made(model, PLANE, seed=9)
    trained(one, steps=2, shape=PLANE)
    other.load(one.state())

    assert trained(one, 2, first=2, shape=PLANE) == trained(other, 2, first=2, shape=PLANE)
    assert same(one.state(), other.state())


@each_gan
def test_looking_changes_nothing(model):
    alone, watched = made(model, PLANE), made(model, PLANE)
    trained(alone, steps=3, shape=PLANE)

    for step in range(3):
        snapshot = watched.snapshot()
        z = sample(snapshot.latent, 5, seed=step)
        first = snapshot.look(z, places(7))
        again = snapshot.look(z, places(7))
        assert np.array_equal(first.scores, again.scores)
        assert np.array_equal(first.pull, again.pull)
        snapshot.decode(z)
        watched.measure(pictures(4, PLANE), torch.Generator(), labels(4))
        trained(watched, 1, first=step, shape=PLANE)

    assert same(watched.state(), alone.state())


@each_shape
def test_a_snapshot_of_points_is_one_of_pictures_too(shape):
    engine = made(small("gan"), shape)

    snapshot = engine.snapshot()
    z = sample(snapshot.latent, 4, seed=0)

    assert isinstance(snapshot, PointSnapshot)
    assert isinstance(snapshot, Snapshot)
    assert snapshot.points(z).shape == (4, shape[0])
    assert snapshot.decode(z).shape == (4, *snapshot.shape[1:], snapshot.shape[0])
    assert (snapshot.objective, snapshot.penalty) == ("ns", "none")


def test_a_snapshot_of_pictures_is_none_of_points():
    assert not isinstance(made(small("gan")).snapshot(), PointSnapshot)


def test_a_look_does_not_learn():
    engine = made(small("gan", ema=0.0), PLANE)
    snapshot = engine.snapshot()
    z = sample(snapshot.latent, 6, seed=0)
    before = snapshot.look(z, places(9))

    trained(engine, steps=20, shape=PLANE)

    np.testing.assert_array_equal(snapshot.look(z, places(9)).scores, before.scores)
    assert not np.array_equal(engine.snapshot().look(z, places(9)).scores, before.scores)


@each_objective
def test_the_pull_is_the_slope_of_the_generators_own_loss(objective):
    engine = made(small("gan", objective=objective, ema=0.0), PLANE)
    trained(engine, steps=2, shape=PLANE)
    snapshot = engine.snapshot()
    z = sample(snapshot.latent, 3, seed=0)

    look = snapshot.look(z, look_at := snapshot.points(z))

    # one point's own loss, by differences, in the precision the networks have
    row, loss = OBJECTIVES[objective], np.zeros((3, 2, 2))
    real = engine._discriminator(pictures(5, PLANE, 1))[:3].detach()
    for axis in (0, 1):
        for side, shift in enumerate((-1e-2, 1e-2)):
            moved = look_at.copy()
            moved[:, axis] += shift
            scores = torch.from_numpy(snapshot.look(z, moved).scores)
            for i in range(3):
                loss[i, axis, side] = row.generator(real[i : i + 1], scores[i : i + 1])
    slope = (loss[:, :, 1] - loss[:, :, 0]) / 2e-2
    np.testing.assert_allclose(look.pull, -slope, atol=2e-3)


@pytest.mark.parametrize("objective", ["ns", "relativistic"])
def test_each_point_is_pulled_as_if_it_were_alone(objective):
    engine = made(small("gan", objective=objective), PLANE)
    trained(engine, steps=1, shape=PLANE)
    snapshot = engine.snapshot()
    z = sample(snapshot.latent, 1100, seed=0)

    all_together, few = snapshot.look(z, places(1)), snapshot.look(z[:5], places(1))

    np.testing.assert_allclose(all_together.pull[:5], few.pull, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(all_together.points[:5], few.points, rtol=1e-5)


def test_a_game_that_compares_can_be_looked_at_before_its_first_step():
    snapshot = made(small("gan", objective="relativistic"), PLANE).snapshot()

    look = snapshot.look(sample(snapshot.latent, 3, seed=0), places(2))

    assert np.isfinite(look.pull).all()


def test_a_judge_of_points_begins_with_a_slope_that_teaches():
    engine = GanEngine(FAMILIES["gan"].config(), PLANE, 0, CPU)
    x = torch.from_numpy(places(200))[:, :, None, None].requires_grad_()

    (slope,) = torch.autograd.grad(engine._discriminator(x).sum(), x)

    assert slope.flatten(1).norm(dim=1).mean() > 0.05


def test_wrong_lengths_are_refused_in_one_sentence():
    snapshot = made(small("gan"), PLANE).snapshot()

    with pytest.raises(ValueError, match=r"takes 3 numbers, not 2$"):
        snapshot.points(np.zeros((1, 2), np.float32))
    with pytest.raises(ValueError, match=r"have 2 numbers, not 1$"):
        snapshot.look(np.zeros((1, 3), np.float32), places(4, dim=1))


@pytest.mark.parametrize("family", [n for n, row in FAMILIES.items() if not row.learns_points])
@each_shape
def test_a_family_of_pictures_refuses_points_and_names_one_that_learns_them(family, shape):
    with pytest.raises(ValueError, match="made of points; choose the model gan"):
        build(small(family), shape, 1, CPU)


# ---- dots


def test_a_dot_lies_where_its_point_does_with_y_upwards():
    frame = ((-1.0, 1.0), (-1.0, 1.0))
    points = np.array([[-1, 1], [1, 1], [-1, -1], [0.03, 0.03]], np.float32)

    found = [np.unravel_index(dot.argmax(), (SIDE, SIDE)) for dot in dots(points, frame)]

    last = SIDE - 1
    assert found[:3] == [(0, 0), (0, last), (last, 0)]
    assert found[3] == (SIDE // 2 - 1, SIDE // 2)


def test_a_point_without_a_second_number_lies_half_way_up():
    (dot,) = dots(np.array([[0.5]], np.float32), ((0.0, 1.0),))

    light = dot[:, :, 0].astype(float)
    np.testing.assert_array_equal(light, light[::-1])
    np.testing.assert_array_equal(light, light[:, ::-1])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_a_point_that_is_nowhere_near_is_still_a_picture(value):
    points = np.array([[value, 0.0]], np.float32)

    assert dots(points, mixture_of("ring").bounds()).shape == (1, SIDE, SIDE, 1)
