"""Contradictions are refused with their reason, published settings are kept to the letter."""

import pytest
import torch
from pydantic import ValidationError
from torch.optim import Adam, RMSprop

from engines.catalog import channels_of, read_model
from engines.config import explain
from engines.gans.config import GanConfig
from engines.gans.objectives import OBJECTIVES
from engines.gans.penalties import PENALTIES
from engines.gans.presets import PRESETS
from tests.engines.rows import made, pictures, small

each_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())
SMALL = {"latent_dim": 3, "width": 4, "batch_size": 2}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"objective": "wasserstein", "penalty": "none"}, "nothing holds"),
        (
            {"objective": "wasserstein", "bound": "spectral", "norm": "layer"},
            "nothing holds",
        ),
        *[({"penalty": name, "norm": "batch"}, "and batch norm makes") for name in PENALTIES],
        *[
            ({"penalty": name, "minibatch": True}, "choose one of the two")
            for name in PENALTIES
        ],
        ({"objective": "wasserstein", "norm": "batch"}, "and batch norm makes"),
        ({"unroll": 1, "norm": "batch"}, "batch norm would remember"),
        ({"unroll": 1, "penalty": "r1"}, "plain gradient steps"),
        ({"unroll": 1, "bound": "clip"}, "plain gradient steps"),
        ({"unroll": 1, "bound": "spectral"}, "plain gradient steps"),
    ],
)
def test_a_contradiction_is_refused_with_the_reason_and_a_way_out(values, reason):
    """T-GP-3 among them: no batch norm under the price of one picture's slope."""
    with pytest.raises(ValidationError) as caught:
        read_model({"family": "gan", **values})

    told = explain(caught.value)
    assert reason in told
    assert "choose" in told
    assert "\n" not in told


def test_two_contradictions_are_told_at_once():
    with pytest.raises(ValidationError) as caught:
        GanConfig(penalty="gp", norm="batch", minibatch=True)

    assert explain(caught.value).count("choose") == 2


@pytest.mark.parametrize(
    ("values", "penalty", "norm"),
    [
        ({}, "none", "batch"),
        ({"penalty": "r1"}, "r1", "none"),
        ({"penalty": "r1", "norm": "layer"}, "r1", "layer"),
        ({"bound": "spectral"}, "none", "none"),
        ({"bound": "clip"}, "none", "batch"),
        ({"unroll": 3}, "none", "none"),
        ({"objective": "wasserstein"}, "gp", "none"),
        ({"objective": "wasserstein", "bound": "clip"}, "none", "batch"),
        ({"objective": "wasserstein", "bound": "spectral"}, "none", "none"),
        ({"objective": "wasserstein", "penalty": "dragan"}, "dragan", "none"),
    ],
)
def test_auto_chooses_what_goes_together(values, penalty, norm):
    config = GanConfig(**values)

    assert (config.penalty_used, config.norm_used) == (penalty, norm)


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("penalty", ["none", *PENALTIES])
def test_any_objective_goes_with_any_penalty_but_a_free_critic(objective, penalty):
    free = objective == "wasserstein" and penalty == "none"
    bound = "clip" if free else "none"

    engine = made(small("gan", objective=objective, penalty=penalty, bound=bound))

    assert all(value.isfinite() for value in engine.step(pictures(3)).values())


# ---- what is measured


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_score_is_called_a_probability_only_where_it_is_one(objective):
    engine = made(small("gan", objective=objective))
    logits = engine.parts()["discriminator"](pictures(4))
    likely = objective in {"ns", "mm", "ml", "ml-normalised", "lsgan-sigmoid"}

    score = engine.measure(pictures(4), torch.Generator())["real_score"]
    channels = {channel.name: channel for channel in engine.channels}

    assert score.tolist() == pytest.approx((logits.sigmoid() if likely else logits).tolist())
    assert channels["real_score"].unit == ("probability" if likely else "")
    assert channels["discriminator"].unit == OBJECTIVES[objective].unit


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ({}, set()),
        ({"penalty": "gp"}, {"penalty", "slope", "slope_max"}),
        ({"bound": "clip"}, {"clipped"}),
        ({"bound": "spectral"}, {"stretch"}),
        ({"minibatch": True}, {"real_likeness", "fake_likeness"}),
        ({"unroll": 1}, {"generator_now"}),
        ({"objective": "ml"}, {"effective_samples"}),
    ],
)
def test_an_engine_lists_what_it_measures_and_so_does_its_configuration(values, more):
    model = small("gan", **values)
    engine = made(model)
    usual = {channel.name for channel in made(small("gan")).channels}

    assert {channel.name for channel in engine.channels} - usual == more
    assert engine.step(pictures(2)).keys() == {channel.name for channel in engine.channels}
    assert channels_of(model).step == engine.channels
    assert channels_of(model).held_out == engine.held_out_channels


# ---- published settings


@each_preset
def test_every_preset_is_a_configuration_that_trains(preset):
    engine = made(preset.applied(GanConfig()).changed(**SMALL))

    measured = engine.step(pictures(engine.batch_size))

    assert all(value.isfinite() for value in measured.values())
    assert preset.title
    assert "arXiv:" in preset.paper


@each_preset
def test_a_preset_sets_only_settings_that_exist_and_leaves_the_rest(preset):
    mine = GanConfig(width=8)

    applied = preset.applied(mine).model_dump()

    assert {name for name in applied if name in preset.values} == set(preset.values)
    assert {k: v for k, v in applied.items() if k not in preset.values} == {
        k: v for k, v in mine.model_dump().items() if k not in preset.values
    }


def test_wgan_is_algorithm_1_to_the_letter():
    """RMSProp 5e-5 with the memory of Torch, c 0.01, m 64, five critic updates exactly."""
    config = PRESETS["wgan"].applied(GanConfig(width=4))
    engine = made(config)
    optimisers = [engine.parts()[name] for name in ("d_optimizer", "g_optimizer")]

    assert [type(one) for one in optimisers] == [RMSprop] * 2
    for group in (one.param_groups[0] for one in optimisers):
        assert (group["lr"], group["alpha"], group["momentum"]) == (5e-5, 0.99, 0)
    assert (config.clip, config.batch_size, config.discriminator_steps) == (0.01, 64, 5)
    assert engine.batch_size == 320
    assert not config.ema


def test_adams_memories_are_those_chosen():
    engine = made(small("gan", beta1=0.0, beta2=0.9))

    for name in ("d_optimizer", "g_optimizer"):
        assert type(engine.parts()[name]) is Adam
        assert engine.parts()[name].param_groups[0]["betas"] == (0.0, 0.9)


def test_fewer_pictures_than_updates_are_refused_with_a_way_out():
    engine = made(small("gan", discriminator_steps=5))

    with pytest.raises(ValueError, match=r"at least 5 images, not 4; choose"):
        engine.step(pictures(4))


def test_each_update_of_the_judge_sees_pictures_of_its_own():
    engine = made(small("gan", norm="none", discriminator_steps=3, batch_size=2))
    seen = []
    engine.parts()["discriminator"].register_forward_pre_hook(
        lambda _, given: seen.append(given[0].clone())
    )
    images = pictures(6)

    engine.step(images)

    assert engine.batch_size == 6
    assert [
        (part == other).all().item()
        for part, other in zip(seen[0:6:2], images.split(2), strict=True)
    ] == [True] * 3
    assert len(seen) == 7


@pytest.mark.parametrize(("objective", "count"), [("ns", 3), ("relativistic", 4)])
def test_only_a_game_that_compares_looks_at_real_pictures_in_the_generators_turn(
    objective, count
):
    engine, passes = made(small("gan", objective=objective)), []
    engine.parts()["discriminator"].register_forward_hook(lambda *_: passes.append(1))

    engine.step(pictures(3))

    assert len(passes) == count
