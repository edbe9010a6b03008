"""What live metrics are: known answers, errors that hold, and lines of a perfect model."""

import math

import numpy as np
import pytest

from engines.metrics.extractors import EXTRACTORS
from engines.metrics.frechet import Reference
from engines.metrics.kernel import paired_kernel_distance
from engines.metrics.moments import Moments
from engines.slices import drained
from trainers.live.scores import LIVE, Yardstick, jackknife_error
from trainers.plan import LIVE_METRICS, Plan

DIM = 4


def drawn(seed, count=200, scale=1.0):
    return scale * np.random.default_rng(seed).standard_normal((count, DIM))


@pytest.fixture(scope="module")
def real():
    return Yardstick.of(drawn(0))


def test_a_plan_names_the_metrics_of_the_table_and_extractors_that_need_no_weights():
    plan = Plan.model_json_schema()["properties"]["live_extractor"]

    assert tuple(LIVE) == LIVE_METRICS
    assert all(EXTRACTORS[name].weights is None for name in plan["enum"])


@pytest.mark.parametrize("name", [n for n in LIVE if "reconstructions" in LIVE[n].measures])
def test_a_perfect_copy_of_every_picture_reaches_the_line_of_every_metric(real, name):
    found = drained(LIVE[name].measures["reconstructions"](real, real.features))

    assert found["value"] == pytest.approx(found["null"], abs=1e-9)


@pytest.mark.parametrize(
    ("name", "line"), [("fd", "floor"), ("kid", "null"), ("coverage", "null")]
)
def test_as_many_other_real_pictures_score_about_the_line(real, name, line):
    found = [
        drained(LIVE[name].measures["samples"](real, drawn(seed))) for seed in range(1, 21)
    ]
    values = np.array([row["value"] for row in found])

    assert values.mean() == pytest.approx(found[0][line], abs=4 * values.std())


@pytest.mark.parametrize("name", LIVE)
def test_pictures_of_another_kind_score_worse_than_the_line(real, name):
    measure = LIVE[name].measures["samples"]

    good, bad = (drained(measure(real, drawn(9) + shift))["value"] for shift in (0, 3))

    assert (good < bad) == (LIVE[name].better == "less")


def test_a_distance_is_the_sum_of_its_two_terms(real):
    found = drained(LIVE["fd"].measures["samples"](real, drawn(3)))

    assert found["value"] == pytest.approx(found["mean_term"] + found["covariance_term"])


def test_the_error_of_a_distance_is_the_spread_that_other_draws_have():
    real = Reference.of(Moments.of(drawn(0, 1_000)))
    many = [drawn(seed, 300, scale=1.3) for seed in range(1, 61)]

    spread = np.std([real.distance(made).distance for made in many], ddof=1)
    errors = [drained(jackknife_error(real, made)) for made in many]

    assert np.mean(errors) == pytest.approx(spread, rel=0.3)


def test_a_jackknife_of_too_few_pictures_is_refused_and_then_left_out(real):
    with pytest.raises(ValueError, match="19 pictures are too few for a jackknife of 10 parts"):
        drained(jackknife_error(real.reference, drawn(1, 19)))
    assert "error" not in drained(LIVE["fd"].measures["samples"](real, drawn(1, 19)))


def test_the_kernel_distance_of_copies_is_the_sum_over_pairs_of_other_pictures():
    left, right = drawn(1, 12), drawn(2, 12) + drawn(1, 12)

    def kernel(x, y):
        return (x @ y / DIM + 1) ** 3

    total = math.fsum(
        kernel(left[i], left[j]) + kernel(right[i], right[j]) - 2 * kernel(left[i], right[j])
        for i in range(12)
        for j in range(12)
        if i != j
    )

    assert paired_kernel_distance(left, right) == pytest.approx(total / (12 * 11), rel=1e-12)


def test_copies_of_a_different_number_of_pictures_are_refused():
    with pytest.raises(ValueError, match="3 pictures cannot be copied by 4"):
        paired_kernel_distance(drawn(1, 3), drawn(1, 4))
