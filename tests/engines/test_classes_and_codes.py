"""Classes reach both players; codes are read from pictures, and never more than they hold."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from engines.catalog import MOST_CLASSES, asks_classes, build
from engines.gans.config import GanConfig
from engines.gans.information import (
    category_bound,
    code_bound,
    reading,
    sharpest_code_bound,
)
from engines.nets.conv import dcgan_discriminator
from engines.nets.headed import Headed
from engines.nets.initialise import make
from tests.engines.rows import CLASSES, CPU, TINY, labels, made, pictures, small, stepped

unhurried = settings(deadline=None)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


# ---- the information bound


@unhurried
@given(count=st.integers(1, 12), choices=st.integers(2, 10), seed=st.integers(0, 10**6))
def test_no_guess_knows_more_than_the_category_holds(count, choices, seed):
    """T-IG-1: I(c; x) ≤ H(c) = ln K, and −∞ has no bound from below."""
    guesses = 50 * torch.randn(count, choices, generator=rng(seed))
    chosen = torch.eye(choices)[torch.randint(choices, (count,), generator=rng(seed))]

    assert category_bound(guesses, chosen) <= math.log(choices) + 1e-6


@pytest.mark.parametrize(
    ("sure", "known"),
    [(0.0, 0.0), (100.0, math.log(10)), (math.log(9), math.log(10) - math.log(2))],
)
def test_ten_choices_hold_2_3026_nats_and_an_even_guess_knows_none_of_it(sure, known):
    chosen = torch.eye(10)

    assert category_bound(sure * chosen, chosen).item() == pytest.approx(known, abs=1e-5)


def test_a_right_mean_of_width_1_is_worth_the_entropies_difference():
    codes = torch.rand(5, 2, generator=rng()) * 2 - 1
    each = math.log(2) - 0.5 * math.log(2 * math.pi)

    assert each == pytest.approx(-0.2258, abs=1e-4)
    assert code_bound(codes, codes).item() == pytest.approx(2 * each, abs=1e-6)
    assert code_bound(codes + 1, codes).item() == pytest.approx(2 * each - 1, abs=1e-6)


def test_the_width_of_the_error_is_the_best_fixed_width():
    codes = torch.rand(2000, 1, generator=rng()) * 2 - 1
    means = codes + 0.1 * torch.randn(2000, 1, generator=rng(1))
    error = (means - codes).square().mean().item()

    def at(width):
        nll = 0.5 * math.log(2 * math.pi * width**2) + 0.5 * error / width**2
        return math.log(2) - nll

    best = sharpest_code_bound(means, codes).item()
    assert best == pytest.approx(at(error**0.5), abs=1e-5)
    assert best > max(at(0.9 * error**0.5), at(1.1 * error**0.5))
    assert best > code_bound(means, codes).item()


def test_knowing_nothing_of_an_even_code_is_worth_minus_0_1765_nats():
    codes = torch.linspace(-1, 1, 100_001)[:, None]

    none = sharpest_code_bound(torch.zeros_like(codes), codes).item()

    assert none == pytest.approx(
        math.log(2) - 0.5 * math.log(2 * math.pi * math.e / 3), abs=1e-4
    )


def test_codes_that_are_read_perfectly_are_still_a_number():
    codes = torch.zeros(4, 2)

    assert sharpest_code_bound(codes, codes).isfinite()


def test_the_codes_of_a_latent_vector_are_its_last_axes():
    latents = torch.tensor([[9.0, 9.0, 0.0, 1.0, 0.5], [9.0, 9.0, 1.0, 0.0, -0.5]])
    guesses = torch.tensor([[-50.0, 50.0, 0.5], [50.0, -50.0, -0.5]])

    read = reading(guesses, latents, categories=2, codes=1)

    assert read.told["category_information"].item() == pytest.approx(math.log(2))
    assert read.bound.item() == pytest.approx(math.log(2) - 0.2258, abs=1e-4)
    assert not any(value.requires_grad for value in read.told.values())


@pytest.mark.parametrize("bound", [category_bound, code_bound, sharpest_code_bound])
def test_the_slope_of_a_bound_is_what_finite_differences_say(bound):
    guesses = torch.randn(3, 4, generator=rng(), dtype=torch.float64, requires_grad=True)
    codes = torch.eye(4, dtype=torch.float64)[:3]

    assert torch.autograd.gradcheck(lambda g: bound(g, codes), guesses)


# ---- reading codes


INFORMED = {"categories": 3, "codes": 2}


def test_both_players_pull_at_the_bound_and_only_the_judges_turn_moves_the_reader():
    engine = made(small("gan", **INFORMED))
    parts = engine.parts()
    start = {n: p.clone() for n, p in parts["reader"].named_parameters()}
    kept: list[dict[str, torch.Tensor]] = []
    for name in ("d_optimizer", "g_optimizer"):
        parts[name].register_step_post_hook(
            lambda *_: kept.append(
                {n: p.clone() for n, p in parts["reader"].named_parameters()}
            )
        )

    stepped(engine)

    after_judge, after_generator = kept
    assert not any(torch.equal(start[n], after_judge[n]) for n in start)
    assert all(torch.equal(after_judge[n], after_generator[n]) for n in start)
    assert all(p.requires_grad for p in parts["reader"].parameters())


@pytest.mark.parametrize("player", ["discriminator", "generator"])
def test_a_heavier_code_weight_pulls_harder_at_each_player(player):
    """The bound reaches the trunk of D and G alike: λ changes the gradient of both."""
    light, heavy = (
        stepped(made(small("gan", **INFORMED, code_weight=weight))) for weight in (1e-9, 10.0)
    )

    assert light[f"{player}_norm"] != pytest.approx(heavy[f"{player}_norm"], rel=1e-4)


def test_a_weight_clip_and_a_spectral_norm_leave_the_reader_free():
    clipped = made(small("gan", codes=1, bound="clip", clip=1e-4, objective="wasserstein"))
    spectral = made(small("gan", codes=1, bound="spectral"))

    stepped(clipped)

    assert max(p.abs().max() for p in clipped.parts()["reader"].parameters()) > 1e-4
    assert max(p.abs().max() for p in clipped.parts()["discriminator"].parameters()) <= 1.001e-4
    assert not any("parametrizations" in n for n in spectral.parts()["reader"].state_dict())


def test_the_information_told_never_exceeds_the_entropy():
    engine = made(small("gan", categories=4, learning_rate=1e-2, discriminator_rate=1e-2))

    told = [stepped(engine, seed=seed)["category_information"] for seed in range(40)]

    assert max(told) <= math.log(4) + 1e-6
    assert sum(told[-5:]) > sum(told[:5])


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"categories": 1}, "one choice tells nothing"),
        ({"codes": 1, "unroll": 2}, "second aim"),
        ({"categories": 3, "minibatch": True}, "read from one picture"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(values, why):
    with pytest.raises(ValueError, match=why):
        GanConfig(**values)


# ---- classes


def test_the_judge_is_told_a_class_by_projection():
    """f(x, y) = ψ(φ(x)) + v_yᵀφ(x)."""
    judge = make(lambda: Headed(dcgan_discriminator(4, TINY), 3), rng(), "fan-in").eval()
    images, told = pictures(6), labels(6)

    plain, features = judge.read(images)

    projected = (judge.classes.weight[told] * features).sum(1)
    torch.testing.assert_close(judge(images, told), plain + projected)
    assert features.shape == (6, judge.features)


@pytest.mark.parametrize("kernels", [0, 5])
def test_a_split_judge_without_classes_judges_as_the_whole_one(kernels):
    body = make(lambda: dcgan_discriminator(4, TINY, "none", kernels), rng())

    torch.testing.assert_close(Headed(body)(pictures(4)), body(pictures(4)))


def test_any_body_that_ends_in_one_output_can_be_split():
    body = nn.Sequential(nn.Flatten(), nn.Linear(4, 7), nn.Linear(7, 1), nn.Flatten(0))

    logits, features = Headed(body).read(torch.zeros(3, 1, 2, 2))

    assert (logits.shape, features.shape) == ((3,), (3, 7))


def test_a_class_is_a_choice_of_the_latent_vector_and_has_its_name():
    space = made(small("gan", conditional=True)).latent

    assert [(part.name, part.size, part.kind) for part in space.parts] == [
        ("z", 3, "gauss"),
        ("class", 3, "categorical"),
    ]
    assert space.parts[1].choices == CLASSES


def test_labels_change_what_is_learned_only_where_they_are_asked_for():
    for conditional in (False, True):
        one, other = (made(small("gan", conditional=conditional)) for _ in range(2))
        first = one.step(pictures(5), torch.zeros(5, dtype=torch.int64))
        second = other.step(pictures(5), torch.ones(5, dtype=torch.int64))

        same = first["discriminator"].item() == second["discriminator"].item()
        assert same != conditional


def test_labels_come_at_no_draw():
    """The noise of a conditional model is that of the plain one, step by step."""
    plain, told = made(small("gan")), made(small("gan", conditional=True))

    stepped(plain), stepped(told)

    assert torch.equal(plain.state()["latents/state"], told.state()["latents/state"])


def test_a_conditional_model_without_labels_says_so():
    engine = made(small("gan", conditional=True))

    with pytest.raises(ValueError, match="needs the label of every image"):
        engine.step(pictures(3))
    with pytest.raises(ValueError, match="needs the label of every image"):
        engine.measure(pictures(3), rng())


@pytest.mark.parametrize(
    ("classes", "why"),
    [
        ((), "no classes; choose"),
        (("all",), "no classes; choose"),
        (
            tuple(map(str, range(MOST_CLASSES + 1))),
            "at most 1,000 classes, and there are 1,001",
        ),
    ],
)
def test_data_without_classes_or_with_too_many_are_refused_with_a_way_out(classes, why):
    with pytest.raises(ValueError, match=why) as told:
        build(small("gan", conditional=True), TINY, 0, CPU, classes)

    assert "\n" not in str(told.value)


def test_who_does_not_ask_for_classes_is_built_without():
    assert not asks_classes(small("gan"))
    assert build(small("gan"), TINY, 0, CPU).latent.dim == 3


@pytest.mark.parametrize("penalty", ["gp", "none"])
def test_each_class_learns_its_own_brightness(penalty):
    """Three classes of flat pictures: what the generator makes of a class is its mean."""
    values = {"conditional": True, "batch_size": 48, "width": 4, "ema": 0.9, "norm": "none"}
    rates = {"learning_rate": 2e-3, "discriminator_rate": 2e-3}
    shape, levels = (1, 8, 8), torch.tensor([-0.7, 0.0, 0.7])
    engine = made(small("gan", **(values | rates), penalty=penalty), shape)
    for seed in range(250):
        told = labels(48, seed)
        flat = levels[told][:, None, None, None].expand(48, *shape)
        engine.step(flat + 0.05 * pictures(48, shape, seed), told)

    z = torch.zeros(3 * 20, 6)
    z[:, :3] = torch.randn(60, 3, generator=rng())
    z[:, 3:] = torch.eye(3).repeat_interleave(20, 0)
    pixels = engine.snapshot().decode(z.numpy()).astype(float)

    means = (pixels / 127.5 - 1).reshape(3, -1).mean(1)
    assert means.tolist() == pytest.approx(levels.tolist(), abs=0.25)
