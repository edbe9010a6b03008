"""Planted directions are found, and chance is told from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from engines.latent.attributes import auc, logistic, mean_difference, pca, split
from engines.latent.directions import moved
from engines.latent.evidence import (
    ESTIMATES,
    Groups,
    Known,
    attributing,
    cohens_d,
    examining,
    leakage,
)
from engines.latent.priors import sample
from engines.slices import drained
from engines.snapshot import LatentPart, LatentSpace

unhurried = settings(deadline=None)
each_method = pytest.mark.parametrize("method", ESTIMATES)
PLAIN = LatentSpace(16)
MIXED = LatentSpace(
    14,
    "gauss",
    (
        LatentPart("z", 9, "gauss"),
        LatentPart("class", 3, "categorical"),
        LatentPart("c", 2, "uniform"),
    ),
)
CHOICES = slice(9, 12)
seeds = st.integers(0, 2**32)


def planted(space, count, seed):
    """Return a unit vector, codes, and labels by a noisy threshold along it."""
    rng = np.random.default_rng(seed)
    vector = rng.normal(size=space.dim)
    if space is MIXED:
        vector[CHOICES] = 0
    vector /= np.linalg.norm(vector)
    codes = sample(space, count, seed)
    labels = codes @ vector + 0.1 * rng.normal(size=count) > 0
    return vector, codes, labels


# ---- finding


@each_method
def test_a_planted_direction_is_found(method):
    """T-OP-7, for groups two σ further apart than the halves of a normal distribution."""
    cosines = []
    for seed in range(5):
        vector, codes, labels = planted(PLAIN, 2000, seed)
        codes += (np.where(labels, 1, -1)[:, None] * vector).astype(np.float32)
        cosines.append(vector @ ESTIMATES[method](PLAIN, *split(labels, codes)))

    assert min(cosines) > 0.99


def test_the_boundary_through_a_single_cloud_is_found():
    """T-OP-7: labels are the side of a plane through one normal distribution."""
    cosines = []
    for seed in range(5):
        vector, codes, labels = planted(PLAIN, 2000, seed)
        cosines.append(vector @ ESTIMATES["logistic regression"](PLAIN, *split(labels, codes)))

    assert min(cosines) > 0.98


@each_method
def test_choices_are_no_part_of_a_direction(method):
    _, codes, labels = planted(MIXED, 400, 0)
    codes[labels, CHOICES] = (1, 0, 0)

    made = drained(attributing(MIXED, Groups("smile", *split(labels, codes)), method))

    assert not made.vector[CHOICES].any()
    assert np.linalg.norm(made.vector) == pytest.approx(1, abs=1e-6)
    assert np.array_equal(moved(codes, made, 1.5)[:, CHOICES], codes[:, CHOICES])


@pytest.mark.parametrize("penalty", [0.1, 1.0, 30.0])
def test_the_boundary_is_that_of_scikit_learn(penalty):
    _, codes, labels = planted(PLAIN, 300, 1)
    labels[:60] = False  # unbalanced, and noisy
    oracle = LogisticRegression(C=1 / penalty, class_weight="balanced", tol=1e-10, max_iter=999)
    oracle.fit(codes.astype(float), labels)

    found = logistic(PLAIN, *split(labels, codes), penalty=penalty)

    assert found.weights == pytest.approx(oracle.coef_[0], abs=1e-5)
    assert found.bias == pytest.approx(oracle.intercept_[0], abs=1e-5)
    assert found.scores(codes) == pytest.approx(oracle.decision_function(codes), abs=1e-4)


def test_groups_wholly_apart_still_have_a_finite_boundary():
    a, b = (np.full((5, 2), side, np.float32) for side in (30, -30))

    found = logistic(LatentSpace(2), a, b)

    assert np.isfinite(found.weights).all()
    assert found.weights[0] == pytest.approx(found.weights[1])


@unhurried
@given(seeds, st.integers(1, 30), st.integers(1, 30))
def test_the_area_under_the_curve_is_that_of_scikit_learn(seed, few, many):
    rng = np.random.default_rng(seed)
    positive, negative = (rng.integers(0, 6, n).astype(float) for n in (few, many))
    labels = np.repeat([1, 0], [few, many])

    expected = roc_auc_score(labels, np.concatenate([positive, negative]))
    assert auc(positive, negative) == pytest.approx(expected)


def test_principal_axes_of_a_known_normal_are_its_own():
    scales = np.array([0.5, 3, 1.5, 0])
    codes = (sample(LatentSpace(4), 4000, 0) * scales).astype(np.float32)

    found = pca(LatentSpace(4), codes, 9)

    assert [axis.vector.argmax() for axis in found] == [1, 2, 0]
    assert all(axis.vector.max() > 0.999 for axis in found)
    assert [axis.scale for axis in found] == pytest.approx([3, 1.5, 0.5], rel=0.03)
    assert sum(axis.share for axis in found) == pytest.approx(1)


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [
        (np.zeros((0, 16)), np.ones((2, 16)), "group A is empty"),
        (np.ones((2, 16)), np.ones((2, 9)), "group B holds codes of 9 axes"),
        (np.full((2, 16), np.nan), np.ones((2, 16)), "group A holds codes that are no"),
        (np.ones((2, 16)), np.ones((4, 16)), "points nowhere"),
    ],
)
def test_groups_that_show_no_direction_are_refused(a, b, why):
    with pytest.raises(ValueError, match=why):
        mean_difference(PLAIN, a.astype(np.float32), b.astype(np.float32))


# ---- evidence


@each_method
def test_a_planted_direction_is_reliable_and_the_same_seed_says_the_same(method):
    _, codes, labels = planted(PLAIN, 300, 2)
    groups = split(labels, codes)

    found = drained(examining(PLAIN, *groups, ESTIMATES[method], seed=0))

    assert found.is_reliable
    assert found.says.startswith("reliable")
    assert found.consistency > 0.9
    assert found.effect > 1.5
    assert found.auc > 0.95
    assert found == drained(examining(PLAIN, *groups, ESTIMATES[method], seed=0))


@each_method
@pytest.mark.parametrize("dim", [1, 2, 16, 64])
@pytest.mark.parametrize("count", [12, 200])
def test_shuffled_labels_are_reported_as_not_reliable(method, dim, count):
    space, effects = LatentSpace(dim), []
    for seed in range(5):
        codes = sample(space, count, seed)
        labels = np.random.default_rng(seed).permutation(count) < count // 2

        found = drained(examining(space, *split(labels, codes), ESTIMATES[method], seed))

        assert not found.is_reliable, found
        assert found.says.startswith("not reliable")
        effects.append(found.effect)
    assert abs(np.mean(effects)) < 4 * (4 / (0.3 * count) / 5) ** 0.5


@pytest.mark.parametrize(("count", "why"), [(3, "too few"), (20, "all items are alike")])
def test_too_little_to_compare_with_is_not_reliable_however_far_apart(count, why):
    a, b = (np.full((count, 4), side, np.float32) for side in (9, -9))

    found = drained(examining(LatentSpace(4), a, b, mean_difference, seed=0))

    assert (found.effect, found.is_reliable) == (None, False)
    assert why in found.says


def test_the_effect_is_that_of_groups_a_known_distance_apart():
    rng = np.random.default_rng(0)
    a, b = rng.normal(1.2, 1, 40_000), rng.normal(0, 1, 40_000)

    assert cohens_d(a, b) == pytest.approx(1.2, abs=0.02)
    assert cohens_d(np.ones(3), np.ones(3)) == 0
    assert cohens_d(np.ones(3), np.zeros(3)) == np.inf


def test_leakage_is_what_an_attribute_moves_in_its_own_units():
    codes = sample(PLAIN, 4000, 3)
    codes[:, 1] += codes[:, 0]  # they go together in the data, and only there
    attributes = {
        "own": codes[:, 0] * 5 + 2,
        "other": codes[:, 1].copy(),
        "both": codes[:, 0] + codes[:, 2],
        "constant": np.ones(4000),
    }
    step = np.eye(16, dtype=np.float32)[0]

    found = leakage(PLAIN, step, codes, attributes)

    assert found == pytest.approx(
        {"own": 1, "other": 0, "both": 0.5**0.5, "constant": 0}, abs=0.03
    )


@each_method
def test_an_attribute_direction_carries_its_evidence(method):
    vector, codes, labels = planted(PLAIN, 1000, 4)
    other = codes @ np.linalg.svd(vector[None])[2][-1] > 0
    known = Known(codes, {"smile": labels.astype(float), "other": other.astype(float)}, "ab12")

    made = drained(attributing(PLAIN, Groups("smile", *split(labels, codes)), method, known))

    assert made.is_reliable
    assert made.vector @ vector > 0.98
    assert made.scale == pytest.approx(codes.astype(float).dot(made.vector).std(), rel=1e-6)
    assert made.leakage["smile"] > 0.7
    assert abs(made.leakage["other"]) < 0.1
    assert (made.checkpoint, made.parameters["A"]) == ("ab12", labels.sum())


def test_a_boundary_no_better_than_chance_is_refused_with_its_number():
    codes = sample(PLAIN, 400, 0)
    groups = Groups("luck", codes[:200], codes[200:])

    with pytest.raises(ValueError, match=r"luck cannot be told apart.* 0\.[45]\d, and 0\.6"):
        drained(attributing(PLAIN, groups, "logistic regression"))


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="no method 'divination'"):
        drained(attributing(PLAIN, Groups("x", *[sample(PLAIN, 9, 0)] * 2), "divination"))
