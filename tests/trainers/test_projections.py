"""Codes on a plane: reproducible, and exact where a way is linear."""

import importlib.util
import warnings

import numpy as np
import pytest

from trainers.projections import WAYS, Asked, principal, projected, usual_way

RNG = np.random.default_rng(0)
CODES = (RNG.standard_normal((300, 4)) * (1, 5, 0.1, 2)).astype(np.float32)
LINEAR = ("axes", "pca")


def test_two_axes_are_the_codes_themselves() -> None:
    made = projected(CODES, Asked("axes", (2, 0)))
    np.testing.assert_array_equal(made.points, CODES[:, [2, 0]])
    assert made.names == ("z2", "z0")


def test_pca_finds_the_axes_of_a_known_normal_distribution() -> None:
    rows, shares = principal(CODES)
    assert abs(rows[0, 1]) > 0.99
    assert abs(rows[1, 3]) > 0.99
    assert shares[0] == pytest.approx(25 / 30.01, abs=0.05)
    np.testing.assert_allclose(rows @ rows.T, np.eye(2), atol=1e-9)


def test_pca_does_not_flip_when_codes_change_a_little() -> None:
    first, _ = principal(CODES)
    noise = 1e-3 * RNG.standard_normal(CODES.shape).astype(np.float32)
    again, _ = principal(CODES + noise)
    assert (np.sum(first * again, axis=1) > 0.99).all()


@pytest.mark.parametrize("way", LINEAR)
def test_what_is_linear_places_its_own_codes_where_it_drew_them(way: str) -> None:
    made = projected(CODES, Asked(way))
    placed = made.place(CODES)
    assert placed is not None
    np.testing.assert_allclose(placed, made.points, atol=1e-5)


@pytest.mark.parametrize("way", ["axes", "pca", "tsne"])
def test_the_same_codes_and_seed_give_the_same_picture(way: str) -> None:
    one, again = (projected(CODES[:60], Asked(way, seed=3)) for _ in range(2))
    np.testing.assert_array_equal(one.points, again.points)
    assert np.isfinite(one.points).all()


def test_neighbours_of_far_groups_stay_together_in_tsne() -> None:
    groups = np.repeat([-20.0, 20.0], 40)[:, None]
    made = projected((groups + CODES[:80]).astype(np.float32), Asked("tsne")).points
    middles = made[:40].mean(0), made[40:].mean(0)
    own = np.linalg.norm(made[:40] - middles[0], axis=1)
    other = np.linalg.norm(made[:40] - middles[1], axis=1)
    assert (own < other).all()


def test_a_slow_way_shows_a_part_of_many_and_says_which(monkeypatch) -> None:
    way = WAYS["tsne"]
    assert way.most < WAYS["pca"].most
    from dataclasses import replace

    small = {**WAYS, "tsne": replace(way, most=50)}
    monkeypatch.setattr("trainers.projections.WAYS", small)
    made = projected(CODES, Asked("tsne"))
    assert len(made.points) == len(made.rows) == 50
    assert (np.diff(made.rows) > 0).all()


@pytest.mark.parametrize("dim", [1, 2, 5])
@pytest.mark.parametrize("way", LINEAR)
def test_any_number_of_axes_makes_a_plane(way: str, dim: int) -> None:
    made = projected(
        CODES[:, :dim] if dim < 5 else np.hstack([CODES, CODES[:, :1]]), Asked(way)
    )
    assert made.points.shape == (300, 2)
    assert np.isfinite(made.points).all()


def test_what_is_flat_is_shown_as_it_is() -> None:
    assert usual_way(2) == "axes"
    assert usual_way(10) == "pca"


@pytest.mark.parametrize(
    ("codes", "asked", "why"),
    [
        (CODES[:2], Asked("pca"), "at least 3 codes; there are 2"),
        (np.full((5, 2), np.nan, np.float32), Asked("pca"), "diverged"),
        (CODES, Asked("axes", (0, 9)), "axis 9 does not exist"),
    ],
)
def test_what_makes_no_plane_is_refused_in_a_sentence(codes, asked, why) -> None:
    with pytest.raises(ValueError, match=why):
        projected(codes, asked)


@pytest.fixture
def umap(monkeypatch: pytest.MonkeyPatch) -> None:
    """UMAP without what it brings along: a thread that watches progress bars."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImportWarning)  # of parts that need Tensorflow
        pytest.importorskip("umap")
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)


@pytest.mark.parametrize(("count", "dim"), [(3, 2), (4, 5), (17, 2), (40, 1), (200, 4)])
def test_umap_is_reproducible_for_any_number_of_codes(umap: None, count: int, dim: int) -> None:
    codes = np.random.default_rng(count).standard_normal((count, dim)).astype(np.float32)
    one, again, other = (projected(codes, Asked("umap", seed=s)).points for s in (3, 3, 4))
    np.testing.assert_array_equal(one, again)
    assert one.shape == (count, 2)
    assert np.isfinite(one).all()
    assert not np.array_equal(one, other)


def test_neighbours_of_far_groups_stay_together_in_umap(umap: None) -> None:
    groups = np.repeat([-20.0, 20.0], 40)[:, None]
    made = projected((groups + CODES[:80]).astype(np.float32), Asked("umap")).points
    middles = made[:40].mean(0), made[40:].mean(0)
    own = np.linalg.norm(made[:40] - middles[0], axis=1)
    other = np.linalg.norm(made[:40] - middles[1], axis=1)
    assert (own < other).all()


@pytest.mark.skipif(
    importlib.util.find_spec("umap") is not None, reason="UMAP is installed here"
)
def test_without_umap_it_is_said_how_to_get_it() -> None:
    with pytest.raises(ValueError, match="pip install"):
        projected(CODES, Asked("umap"))
