"""What an update tells beside its losses is what its name says, and costs no pass."""

import pytest
import torch
from torch import nn

from engines.gans.objectives import OBJECTIVES
from engines.gans.readings import Readings, effective_count, variance_ratio
from engines.nets.minibatch import MinibatchFeatures
from tests.engines.rows import made, pictures, small, trained


def sure(shift, **values):
    """An engine whose judge says `shift` of every picture."""
    engine = made(small("gan", **values))
    *others, last = engine.parts()["discriminator"].parameters()
    with torch.no_grad():
        for weight in others:
            weight.zero_()
        last.fill_(shift)
    return engine


# ---- accuracy


@pytest.mark.parametrize(
    ("shift", "accuracies"), [(5.0, (1.0, 0.0)), (-5.0, (0.0, 1.0)), (0.0, (0.0, 0.0))]
)
def test_a_judge_is_right_where_the_sign_of_its_log_odds_is(shift, accuracies):
    (told,) = trained(sure(shift), steps=1)

    assert (told["real_accuracy"], told["fake_accuracy"]) == accuracies


def test_accuracy_is_the_share_of_the_batch():
    readings = Readings(small("gan"), nn.Identity())
    real, fake = torch.tensor([2.0, 1e-6, -1.0, 0.3]), torch.tensor([-3.0, 4.0, 5.0, 0.1])

    told = readings.of_judge(pictures(4), pictures(4), real, fake)

    assert (told["real_accuracy"].item(), told["fake_accuracy"].item()) == (0.75, 0.25)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_accuracy_is_told_only_where_nought_divides_real_from_made(objective):
    (told,) = trained(made(small("gan", objective=objective)), steps=1)

    assert ("real_accuracy" in told) is OBJECTIVES[objective].log_odds


# ---- the signal to the generator


@pytest.mark.parametrize(
    ("objective", "shift", "signal"),
    [
        ("ns", 0.0, 0.5),
        ("ns", -20.0, 1.0),
        ("mm", 0.0, 0.5),
        ("mm", -20.0, 2.06e-9),
        ("ml", 0.0, 0.5),
        ("lsgan", 0.0, 1.0),
        ("wasserstein", 3.0, 1.0),
        ("hinge", -7.0, 1.0),
    ],
)
def test_the_signal_is_the_mean_pull_on_the_logits_of_made_pictures(objective, shift, signal):
    held = {"penalty": "gp"} if objective == "wasserstein" else {}

    (told,) = trained(sure(shift, objective=objective, **held), steps=1)

    assert told["signal"] == pytest.approx(signal, rel=2e-2)


def test_the_signal_is_a_mean_however_large_the_batch():
    few, many = (sure(0.0) for _ in range(2))

    one, other = few.step(pictures(2))["signal"], many.step(pictures(40))["signal"]

    assert one.item() == pytest.approx(other.item(), rel=1e-4)


# ---- variance


def test_the_same_pictures_vary_as_much():
    assert variance_ratio(pictures(6), pictures(6)).item() == 1


def test_half_the_contrast_is_a_quarter_of_the_variance():
    assert variance_ratio(pictures(6), pictures(6) / 2).item() == pytest.approx(0.25)


def test_one_picture_over_and_over_has_none_however_rich_it_is():
    alike = variance_ratio(pictures(6), pictures(1).expand(6, -1, -1, -1))

    assert alike.item() == pytest.approx(0, abs=1e-9)  # a mean of equals may be off by rounding


@pytest.mark.parametrize("count", [1, 3])
def test_real_pictures_that_do_not_vary_give_a_finite_ratio(count):
    flat = torch.zeros(count, 1, 4, 4)

    assert variance_ratio(flat, flat).isfinite()
    assert variance_ratio(flat, pictures(count, (1, 4, 4))).isfinite()


# ---- how many count


@pytest.mark.parametrize(
    ("weights", "count"),
    [([1, 1, 1, 1], 4), ([7, 0, 0, 0], 1), ([1e-30, 1e-30], 2), ([2, 1], 1.8), ([0, 0], 0)],
)
def test_as_many_count_as_share_the_weight(weights, count):
    assert effective_count(torch.tensor(weights, dtype=torch.float32)).item() == pytest.approx(
        count
    )


@pytest.mark.parametrize("objective", ["ml", "ml-normalised"])
def test_the_game_of_likelihoods_tells_how_many_fakes_carry_it(objective):
    engine = made(small("gan", objective=objective))

    (told,) = trained(engine, steps=1)

    assert 1 <= told["effective_samples"] <= 5.0001


# ---- what the judge sees and how it is held


def test_likenesses_are_those_of_the_real_and_of_the_made_batch():
    engine = made(small("gan", minibatch=True))
    alike = pictures(1).expand(4, -1, -1, -1)

    told = engine.step(alike)

    assert told["real_likeness"].item() == pytest.approx(3, rel=1e-5)
    assert 0 <= told["fake_likeness"].item() <= 3.001


def test_judging_between_steps_does_not_disturb_the_likenesses():
    watched, alone = (made(small("gan", minibatch=True)) for _ in range(2))
    watched.measure(pictures(3), torch.Generator())

    assert trained(watched, steps=1) == trained(alone, steps=1)


def test_a_layer_of_likenesses_remembers_two_batches_only():
    layer = MinibatchFeatures(3, 2, 2)
    for count in (2, 3, 4):
        layer(torch.zeros(count, 3))

    assert [mean.item() for mean in layer.means] == [2, 3]


def test_the_stretch_is_the_largest_singular_value_of_any_layer():
    engine = made(small("gan", bound="spectral"))
    judge = engine.parts()["discriminator"]
    layers = [m for m in judge.modules() if hasattr(m, "parametrizations")]
    with torch.no_grad():
        layers[1].parametrizations.weight.original.mul_(50)
    for _ in range(60):
        judge(pictures(2))
    weights = [m.parametrizations.weight.original.detach().flatten(1) for m in layers]
    largest = max(torch.linalg.matrix_norm(weight, 2).item() for weight in weights)

    (told,) = trained(engine, steps=1)

    assert told["stretch"] == pytest.approx(largest, rel=1e-2)


def test_the_largest_slope_is_at_least_the_mean_one():
    (told,) = trained(made(small("gan", penalty="gp")), steps=1)

    assert told["slope_max"] >= told["slope"] > 0


def test_the_price_without_looking_ahead_is_told_beside_the_price_with():
    (told,) = trained(made(small("gan", unroll=3, objective="mm")), steps=1)

    assert told["generator_now"] == pytest.approx(-0.693, abs=1e-2)
    assert told["generator_now"] != told["generator"]
