"""A scene holds what a moment of a game on points looks like, and says nothing untrue of it."""

import numpy as np
import pytest

from engines.snapshot import PointSnapshot
from engines.toys.lattice import Lattice
from engines.toys.level_lines import level_lines
from engines.toys.mixtures import mixture_of
from engines.toys.optimum import OPTIMA
from engines.toys.scene import MADE, compose, stage_for
from tests.explorer.games import Game

PLANE = Lattice(((-2.0, 2.0), (-2.0, 2.0)), 60)


def scene_of(source: str, objective: str = "ns", **rest):
    game = Game(source, objective, **rest)
    return compose(game, stage_for(mixture_of(source), game.latent), thorough=True)


@pytest.mark.parametrize("source", ["ring", "moons", "line", "drawn:0.2@0,0;1,1"])
def test_a_perfect_sampler_leaves_the_best_judge_undecided(source):
    scene = scene_of(source)

    where = scene.settled == 1
    both = scene.stage.p + scene.q.density
    assert where.any()
    assert scene.best @ both / both.sum() == pytest.approx(0.5, abs=1e-3)
    assert scene.reading.exact < 0.03  # 2,048 points on a thousand cells are not quite p


@pytest.mark.parametrize("objective", OPTIMA)
@pytest.mark.parametrize("source", ["ring", "line"])
def test_every_objective_can_be_looked_at(objective, source):
    scene = scene_of(source, objective)

    assert np.isfinite(scene.judge).all()
    assert scene.best is None or np.isfinite(scene.best).all()
    assert (scene.best is None) == (
        objective == "began" or (objective == "wasserstein" and source == "ring")
    )
    assert len(scene.points) == MADE
    assert scene.coverage.high_quality > 0.97


def test_an_objective_nobody_has_heard_of_is_drawn_without_an_optimum():
    scene = scene_of("ring", "novel")

    assert scene.best is None
    assert scene.reading is None


def test_a_hasty_look_reads_nothing():
    game = Game()

    scene = compose(game, stage_for(mixture_of("ring"), game.latent), thorough=False)

    assert scene.reading is None
    assert scene.coverage is None


@pytest.mark.parametrize("objective", ["wasserstein", "relativistic"])
def test_scores_that_mean_only_differences_are_centred(objective):
    scene = scene_of("line", objective)

    both = scene.stage.p + scene.q.density
    for field in (scene.judge, scene.best):
        assert field @ both == pytest.approx(0, abs=1e-6 * both.sum())


def test_the_fake_game_is_a_game_on_points():
    assert isinstance(Game(), PointSnapshot)


def test_level_lines_lie_on_their_level():
    x, y = PLANE.places.T

    lines = level_lines(np.hypot(x, y), PLANE, [0.5, 1.5])

    radii = np.hypot(*lines.reshape(-1, 2).T)
    near = np.minimum(np.abs(radii - 0.5), np.abs(radii - 1.5))
    assert len(lines) > 100
    assert near.max() < 2e-3


def test_level_lines_of_a_circle_are_as_long_as_it_is():
    x, y = PLANE.places.T

    lines = level_lines(x * x + y * y, PLANE, [1.0])

    length = np.linalg.norm(lines[:, 0] - lines[:, 1], axis=1).sum()
    assert length == pytest.approx(2 * np.pi, rel=2e-3)


def test_a_saddle_is_cut_twice():
    lattice = Lattice(((0.0, 2.0), (0.0, 2.0)), 2)

    assert len(level_lines(np.array([1.0, -1.0, -1.0, 1.0]), lattice, [0.0])) == 2


def test_a_flat_field_has_no_level_lines():
    assert level_lines(np.zeros(3600), PLANE, [0.5]).shape == (0, 2, 2)
