"""What the sliders tell of their axes is what the codes say, to the last digit told."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.latent.priors import span
from engines.latent.spans import SPANS
from engines.snapshot import LatentPart, LatentSpace, Posterior
from explorer.walking.carried import MOST, carried
from explorer.walking.choices import Choices
from explorer.walking.facts import (
    Change,
    Measured,
    Weights,
    conventions,
    drawn,
    measured,
    ordered,
    reaches,
)
from explorer.walking.knowledge import Facts
from explorer.walking.tracks import summary, tracks
from trainers.codes import CodeTable
from trainers.events import Evaluated, Snapped

SPACE = LatentSpace(4)


@dataclass(frozen=True)
class Coder:
    """Only its latent space is asked for."""

    latent: LatentSpace = SPACE
    shape: tuple[int, int, int] = (1, 4, 4)
    weights: str = "decoder"

    def decode(self, z):
        return np.zeros((len(z), 4, 4, 1), np.uint8)

    def encode(self, pixels):
        return Posterior(np.zeros((len(pixels), 4), np.float32), np.ones((len(pixels), 4)))


def table(mean, deviation, step=7):
    count = len(mean)
    return CodeTable(
        Snapped(step, Coder()),
        np.asarray(mean, np.float32),
        np.asarray(deviation, np.float32),
        np.zeros((count, 4, 4, 1), np.uint8),
        np.arange(count),
        None,
        (),
        None,
        (),
        source=f"{count:,} of its pictures",
        is_data=True,
    )


@pytest.fixture
def codes():
    """Axes 0 and 2 are used, 1 and 3 are as the prior."""
    rng = np.random.default_rng(1)
    mean = np.zeros((2_000, 4))
    mean[:, 0] = rng.standard_normal(2_000)
    mean[:, 2] = 0.5 * rng.standard_normal(2_000) + 1
    deviation = np.tile([0.1, 1.0, 0.5, 1.0], (2_000, 1))
    return table(mean, deviation)


def test_the_bars_of_a_told_evaluation_sum_to_the_kl_it_tells(codes):
    told = Evaluated(5, {"kl": 6.5}, 100, {"kl": (4.0, 0.0, 2.5, 0.0)})

    weights = measured(codes, told, None).weights

    assert sum(weights.values.values()) == pytest.approx(told.values["kl"], abs=1e-5)
    assert weights.unit == "nats"
    assert "100 held-out pictures at step 5" in weights.says


def test_without_one_they_are_the_closed_form_over_the_table(codes):
    weights = measured(codes, None, None).weights

    mean, variance = codes.mean.astype(float), codes.deviation.astype(float) ** 2
    kl = 0.5 * (mean**2 + variance - 1 - np.log(variance)).mean(0)
    assert list(weights.values.values()) == pytest.approx(kl.tolist(), abs=1e-5)
    assert "2,000 of its pictures at step 7" in weights.says


def test_exactly_the_planted_dead_axes_are_inactive(codes):
    known = measured(codes, None, None)

    assert known.inactive == {1, 3}
    assert known.judged == 2_000


def test_the_threshold_says_which_are(codes):
    assert measured(codes, None, None, threshold=0.5).inactive == {1, 2, 3}
    assert measured(codes, None, None, threshold=5.0).inactive == {0, 1, 2, 3}


def test_without_an_encoder_bars_are_the_change_of_the_picture():
    known = measured(None, None, Change({0: 0.02, 1: 0.01}, 16, 9))

    assert known.weights.values == {0: 2.0, 1: 1.0}
    assert known.weights.unit == "%"
    assert known.inactive == frozenset()


def test_one_may_ask_for_the_change_where_there_is_an_encoder_too(codes):
    change = Change(dict.fromkeys(range(4), 0.5), 16, 9)

    assert measured(codes, None, change, "kl").weights.unit == "nats"
    assert measured(codes, None, change, "change").weights.unit == "%"
    assert measured(codes, None, None, "change").weights.unit == "nats"


@pytest.mark.parametrize(
    ("order", "expected"),
    [("index", (0, 1, 2, 3)), ("kl", (2, 0, 1, 3)), ("change", (2, 0, 1, 3))],
)
def test_what_matters_comes_first_and_what_is_not_used_last(order, expected):
    weights = Weights({0: 1.0, 1: 9.0, 2: 3.0, 3: 2.0}, "nats", "", "", 0)

    assert ordered(SPACE, Measured(weights, frozenset({1, 3})), order) == expected


@given(st.lists(st.integers(0, 3), min_size=4, max_size=4))
def test_equals_keep_their_places(values):
    known = Measured(Weights(dict(enumerate(map(float, values))), "nats", "", "", 0))

    order = ordered(SPACE, known, "kl")

    assert sorted(order) == [0, 1, 2, 3]
    for one, next_one in pairwise(order):
        assert (-values[one], one) < (-values[next_one], next_one)


def test_codes_that_mean_something_stay_before_the_noise():
    space = LatentSpace(
        3, "gauss", (LatentPart("z", 2, "gauss"), LatentPart("c", 1, "uniform"))
    )
    known = Measured(Weights({0: 1.0, 1: 5.0, 2: 0.5}, "%", "", "", 0))

    assert ordered(space, known, "change") == (2, 1, 0)


@pytest.mark.parametrize("convention", SPANS)
def test_the_ends_of_a_slider_are_those_of_its_convention_exactly(codes, convention):
    points = drawn(codes).astype(np.float64)

    found = reaches(SPACE, codes, convention)

    for axis in range(4):
        column = points[:, axis]
        expected = {
            "prior": (-3.0, 3.0),
            "fitted": (
                column.mean() - 3 * column.std(),
                column.mean() + 3 * column.std(),
            ),
            "quantiles": tuple(np.percentile(column, [1, 99])),
            "range": (column.min(), column.max()),
            "fixed": (-2.0, 2.0),
        }[convention]
        assert (found[axis].low, found[axis].high) == expected


def test_shading_begins_at_the_empirical_quantiles(codes):
    points = drawn(codes).astype(np.float64)

    low, high = reaches(SPACE, codes)[0].shaded

    assert (low, high) == tuple(np.quantile(points[:, 0], [0.01, 0.99]))
    assert (points[:, 0] < low).mean() <= 0.01
    assert (points[:, 0] > high).mean() <= 0.01


def test_automatic_is_the_aggregate_posterior_with_codes_and_the_prior_without(codes):
    with_codes, without = reaches(SPACE, codes), reaches(SPACE, None)

    assert with_codes[2].low == pytest.approx(1 - 3 * np.hypot(0.5, 0.5), abs=0.15)
    assert with_codes[1].high == pytest.approx(3, abs=0.15)  # not used: as the prior
    assert (without[2].low, without[2].high) == (-span(SPACE, 2), span(SPACE, 2))
    assert without[2].shaded == pytest.approx((-2.3263, 2.3263), abs=1e-3)
    assert next(iter(conventions())) == "auto"


def test_a_row_says_its_number_its_unit_and_over_what(codes):
    known = measured(codes, None, None)
    facts = Facts(SPACE, Choices(), reaches(SPACE, codes), known)

    first, dead = list(tracks(SPACE, (0, 1), facts, {0: "slant"}))

    assert (first.name, first.label) == ("slant", "z0")
    assert first.bar.share == 1.0
    assert first.bar.text.endswith(" nats")
    assert "2,000 of its pictures" in first.bar.tip
    assert first.is_active
    assert not dead.is_active
    assert "inactive" in dead.bar.tip
    brief, whole = summary(facts)
    assert brief.endswith("nats of KL (n = 2,000) · 2 of 4 active (n = 2,000)")
    assert "2 of 4 active: Var μ > 0.01 over 2,000 pictures" in whole


def test_too_few_pictures_to_judge_activity_are_told(codes):
    few = table(codes.mean[:500], codes.deviation[:500])
    facts = Facts(SPACE, Choices(), reaches(SPACE, few), measured(few, None, None))

    assert all("too few to be sure" in words for words in summary(facts))


# ---- how the KL splits


def test_codes_far_apart_say_that_more_pictures_would_show_more():
    apart = table(10.0 * np.arange(64)[:, None] * np.ones(4), np.full((64, 4), 0.1))

    found = carried(apart)

    assert found.brief.startswith("I(x; z) ≥ 4.16 · gap ≤ ")
    assert "over 64 pictures, which cannot show more than ln 64 = 4.16" in found.says


def test_codes_as_the_prior_that_tell_little_have_no_gap():
    rng = np.random.default_rng(7)
    noisy = table(0.5 * rng.standard_normal((2000, 4)), np.full((2000, 4), 0.75**0.5))

    found = carried(noisy)

    assert found.split.mutual == pytest.approx(2 * np.log(4 / 3), abs=0.1)
    assert found.split.gap == pytest.approx(0, abs=0.1)
    assert "I(x; z) ≈ " in found.brief
    assert found.split.rate == pytest.approx(
        sum(measured(noisy, None, None).weights.values.values())
    )


def test_of_many_codes_an_even_share_is_taken():
    many = table(np.random.default_rng(0).standard_normal((5000, 4)), np.full((5000, 4), 0.5))

    assert carried(many).count == MOST


@pytest.mark.parametrize("codes", [None, table(np.zeros((1, 4)), np.ones((1, 4)))])
def test_without_enough_codes_nothing_is_split(codes):
    assert carried(codes) is None


def test_codes_that_are_points_pay_no_kl_to_split():
    assert carried(table(np.eye(4), np.zeros((4, 4)))) is None
