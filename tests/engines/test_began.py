"""A boundary-equilibrium GAN keeps its balance: k, both energies, and who moves when."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from engines.began import objectives
from engines.began.config import BeganConfig
from engines.began.engine import BeganEngine
from engines.began.presets import PRESETS
from engines.nets.elu import elu_decoder, elu_encoder, halvings
from engines.nets.initialise import make
from tests.engines.rows import CPU, SHAPES, TINY, VARIANTS, made, pictures, same, small, trained
from tests.engines.test_updates import PLAYERS, Turns, weights

BEGANS = {name: model for name, model in VARIANTS.items() if model.family == "began"}
each_began = pytest.mark.parametrize("model", BEGANS.values(), ids=BEGANS.keys())
each_preset = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())


def number(value):
    return torch.tensor(value, dtype=torch.float64)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


# ---- the terms


def test_one_correction_is_the_known_one():
    """T-BE-1: ℒ(x) = 0.2, ℒ(G) = 0.05, γ = ½, k = 0.1 give k' = 0.10005 and M = 0.25."""
    gap = objectives.balance(number(0.2), number(0.05), 0.5)

    k = objectives.corrected(number(0.1), gap, 1e-3)

    assert k.item() == pytest.approx(0.10005, abs=1e-12)
    assert objectives.convergence(number(0.2), gap).item() == pytest.approx(0.25, abs=1e-12)


@pytest.mark.parametrize(("gap", "end"), [(10.0, 1.0), (-10.0, 0.0)])
def test_k_is_pinned_at_its_ends(gap, end):
    """T-BE-2."""
    assert objectives.corrected(number(0.5), number(gap), 1.0).item() == end


def test_an_energy_is_a_mean_over_channels_and_pixels():
    images, rebuilt = torch.zeros(2, 3, 4, 4), torch.zeros(2, 3, 4, 4)
    rebuilt[1, 0] = -1.5

    assert objectives.energies(images, rebuilt).tolist() == [0.0, 0.5]


def test_an_energy_is_kept_in_single_precision_where_networks_run_in_half():
    one = torch.ones(2, 1, 4, 4, dtype=torch.bfloat16)

    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert objectives.energies(one, one).dtype == torch.float32


def test_gradients_agree_with_finite_differences():
    inputs = [torch.randn(3, 1, 2, 2, generator=rng(n), dtype=torch.float64) for n in (0, 1)]
    rebuilt = [(i + 0.5).requires_grad_() for i in inputs]  # away from the corner of |·|

    def loss(real, fake):
        terms = [
            objectives.energies(*pair).mean() for pair in zip(inputs, (real, fake), strict=True)
        ]
        return objectives.judge_loss(*terms, number(0.3))

    assert torch.autograd.gradcheck(loss, rebuilt)


# ---- the networks


@pytest.mark.parametrize(
    ("side", "count", "smallest"), [(8, 0, 8), (16, 1, 8), (28, 2, 7), (32, 2, 8), (64, 3, 8)]
)
def test_a_side_is_halved_down_to_about_eight(side, count, smallest):
    assert halvings((1, side, side)) == (count, smallest)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_judge_rebuilds_pictures_of_their_own_shape(shape, layers):
    encoder = make(lambda: elu_encoder(shape, 4, layers, 5), rng(), "glorot")
    decoder = make(lambda: elu_decoder(5, 4, layers, shape), rng(), "glorot")

    codes = encoder(pictures(3, shape))

    assert codes.shape == (3, 5)
    assert decoder(codes).shape == (3, *shape)


def test_no_player_has_a_norm_or_squashes_its_pictures():
    engine = made(small("began"))

    for name, _ in PLAYERS:
        layers = [m for m in engine.parts()[name].modules() if not list(m.children())]
        kinds = {type(layer) for layer in layers}
        assert kinds <= {nn.Conv2d, nn.Linear, nn.ELU, nn.Upsample, nn.Flatten, nn.Unflatten}
        assert isinstance(layers[-1], nn.Conv2d)


def test_the_generator_is_built_as_the_judges_decoder_with_weights_of_its_own():
    engine = made(small("began", hidden=3))
    generator, judge = (engine.parts()[name] for name in ("generator", "discriminator"))
    pairs = list(zip(generator.parameters(), judge[1].parameters(), strict=True))

    assert str(generator) == str(judge[1])
    assert not any(mine.data_ptr() == its.data_ptr() for mine, its in pairs)
    assert not torch.equal(generator[0].weight, judge[1][0].weight)


def test_a_deep_body_begins_at_the_scale_of_pictures():
    decoder = make(lambda: elu_decoder(64, 16, 2, (3, 64, 64)), rng(), "glorot")

    deviation = decoder(torch.randn(4, 64, generator=rng(1))).std().item()

    assert 0.03 < deviation < 3


def test_pictures_beyond_the_range_are_cut_off_where_they_are_shown():
    engine = made(small("began"))
    with torch.no_grad():
        engine.parts()["average"].network[-1].bias.fill_(7.0)

    assert (engine.snapshot().decode(torch.zeros(2, 3).numpy()) == 255).all()


# ---- a step


@each_began
def test_the_judge_moves_first_and_each_moves_once(model):
    engine = made(model)
    turns = Turns(engine)

    trained(engine, steps=2)

    movers = [mover for mover, _, _ in turns.notes]
    assert movers == ["start", *["discriminator", "generator"] * 2]


@each_began
def test_a_player_whose_turn_it_is_not_neither_moves_nor_collects_gradients(model):
    """T-BE-3: the judge's loss has no slope by the generator, nor the other way round."""
    engine = made(model)
    turns = Turns(engine)

    trained(engine, steps=2)

    for (_, was, pulled), (mover, now, pulling) in pairwise(turns.notes):
        (idle,) = {"generator", "discriminator"} - {mover}
        assert same(now[idle], was[idle])
        assert same(pulling[idle], pulled[idle])
        assert not any(torch.equal(now[mover][n], was[mover][n]) for n in now[mover])
    assert not turns.notes[1][2]["generator"]


def test_a_step_measures_what_its_names_say():
    engine = made(small("began", gamma=0.7, k_rate=0.5))
    trained(engine, steps=2)
    k = engine.parts()["weight"].k.item()
    judged = engine.measure(pictures(5, seed=2), rng())["real_energy"].mean().item()

    (told,) = trained(engine, steps=1, first=2)

    gap = 0.7 * told["real_energy"] - told["fake_energy"]
    after = engine.parts()["weight"].k.item()
    assert told["k"] == k
    assert told["real_energy"] == pytest.approx(judged, rel=1e-5)
    assert told["balance"] == pytest.approx(gap, abs=1e-6)
    assert told["convergence"] == pytest.approx(told["real_energy"] + abs(gap), rel=1e-5)
    assert told["discriminator"] == pytest.approx(
        told["real_energy"] - k * told["fake_energy"], abs=1e-6
    )
    assert after == pytest.approx(min(1.0, max(0.0, k + 0.5 * gap)), abs=1e-6)


def test_k_begins_at_nothing_and_no_gradient_reaches_it():
    engine = made(small("began"))

    (told,) = trained(engine, steps=1)

    assert told["k"] == 0
    assert told["discriminator"] == told["real_energy"]
    assert not engine.parts()["weight"].k.requires_grad
    assert not list(engine.parts()["weight"].parameters())


def test_k_is_resumed():
    engine, other = made(small("began", k_rate=0.1)), made(small("began", k_rate=0.1), seed=2)
    trained(engine, steps=3)

    other.load(engine.state())

    assert 0 < engine.parts()["weight"].k == other.parts()["weight"].k
    assert trained(other, steps=2, first=3) == trained(engine, steps=2, first=3)


def test_fresh_latents_are_drawn_for_each_player():
    engine = made(small("began"))
    twin = rng()
    twin.set_state(engine.parts()["latents"].get_state())

    trained(engine, steps=1)
    torch.rand((5, 3), generator=twin), torch.rand((5, 3), generator=twin)

    assert torch.equal(engine.parts()["latents"].get_state(), twin.get_state())


def test_a_generator_that_shows_what_the_judge_knows_by_heart_pays_nothing():
    engine = made(small("began"))
    for name, _ in PLAYERS:
        with torch.no_grad():
            for weight in engine.parts()[name].parameters():
                weight.zero_()

    (told,) = trained(engine, steps=1)

    assert told["fake_energy"] == 0
    assert told["real_energy"] == pytest.approx(pictures(5).abs().mean().item(), rel=1e-5)


# ---- settings


def test_the_defaults_are_the_papers_where_a_cpu_can_follow():
    config = BeganConfig()

    assert (config.gamma, config.k_rate, config.batch_size) == (0.5, 1e-3, 16)
    assert (config.latent_dim, config.hidden, config.prior) == (64, 64, "uniform")
    assert (config.learning_rate, config.discriminator_rate, config.beta1) == (1e-4, 1e-4, 0.5)


@each_preset
def test_every_preset_is_a_configuration_that_trains(preset):
    config = preset.applied(BeganConfig()).changed(width=4, latent_dim=3, hidden=8)
    engine = BeganEngine(config, TINY, 1, CPU)

    assert all(value.isfinite() for value in engine.step(pictures(2)).values())
    assert "arXiv:" in preset.paper
    assert set(preset.values) <= set(BeganConfig.model_fields)


@pytest.mark.slow
def test_convergence_falls_as_it_learns():
    engine = BeganEngine(BeganConfig(width=8, learning_rate=1e-3), TINY, 1, CPU)
    ramps = (
        torch.linspace(-1, 1, 16).expand(16, 1, 16, 16)
        * torch.linspace(-1, 1, 16)[:, None, None, None]
    )

    told = [engine.step(ramps)["convergence"].item() for _ in range(300)]

    assert sum(told[-20:]) < 0.5 * sum(told[:20])


# ---- one player by hand


@pytest.mark.parametrize(
    ("player", "idle"), [("discriminator", "generator"), ("generator", "discriminator")]
)
def test_one_player_can_be_advanced_alone(player, idle):
    engine = made(small("began"))
    before = {name: weights(engine.parts()[name]) for name in (player, idle)}
    names = {channel.name for channel in engine.channels}

    told = engine.turn(player, pictures(3))

    assert player in engine.turns
    assert same(weights(engine.parts()[idle]), before[idle])
    assert not same(weights(engine.parts()[player]), before[player])
    assert told.keys() < names
    assert f"{player}_norm" in told


def test_a_step_is_both_turns_in_order():
    whole, parts = made(small("began")), made(small("began"))

    step = whole.step(pictures(4))
    turns = [parts.turn(name, pictures(4)) for name in parts.turns]

    assert same(whole.state(), parts.state())
    assert same(step, {**turns[0], **turns[1]})


def test_a_player_that_is_not_there_is_refused():
    with pytest.raises(
        ValueError, match=r"no player .judge..*choose discriminator or generator"
    ):
        made(small("began")).turn("judge", pictures(2))
