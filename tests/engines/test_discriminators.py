"""What holds a discriminator, what it sees of its batch, and which guidelines it keeps."""

import pytest
import torch
from torch import nn

from engines.catalog import advice_on
from engines.gans.guidelines import GUIDELINES, broken, broken_by
from engines.nets.conv import NORMS, dcgan_discriminator, dcgan_generator
from engines.nets.initialise import make
from engines.nets.minibatch import MinibatchFeatures
from engines.nets.spectral import hold_spectrally
from tests.engines.rows import SHAPES, made, pictures, small, trained

each_norm = pytest.mark.parametrize("norm", NORMS)


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


# ---- norms


@each_norm
@pytest.mark.parametrize("kernels", [0, 7])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_judge_gives_one_logit_per_picture(norm, kernels, shape):
    judge = make(lambda: dcgan_discriminator(4, shape, norm, kernels), rng())

    assert judge(pictures(3, shape)).shape == (3,)


@each_norm
def test_only_batch_norm_lets_a_picture_feel_its_neighbours(norm):
    judge = make(lambda: dcgan_discriminator(4, (1, 16, 16), norm), rng())
    two, other = pictures(2, (1, 16, 16)), pictures(2, (1, 16, 16), seed=1)

    alike = torch.allclose(judge(two)[0], judge(torch.stack((two[0], other[0])))[0])

    assert alike is (norm != "batch")


def test_layer_norm_starts_at_one_and_norms_over_channels_and_pixels():
    judge = make(lambda: dcgan_discriminator(4, (1, 16, 16), "layer"), rng(), "dcgan")
    layer = next(m for m in judge if isinstance(m, nn.GroupNorm))

    normed = layer(5 * torch.randn(3, 8, 4, 4, generator=rng()) + 2).flatten(1)

    assert layer.weight.eq(1).all()
    assert layer.bias.eq(0).all()
    assert normed.mean(1).abs().max().item() == pytest.approx(0, abs=1e-5)
    assert normed.std(1, correction=0).tolist() == pytest.approx([1] * 3, abs=1e-3)


# ---- weights held


@pytest.mark.parametrize(
    "layer", [lambda: nn.Linear(12, 6), lambda: nn.Conv2d(6, 12, 4)], ids=["linear", "conv"]
)
def test_spectral_norm_brings_the_largest_stretch_to_one(layer):
    """T-SN-1: within a thousandth after 50 power iterations."""
    net = nn.Sequential(make(layer, rng()))
    hold_spectrally(net, rng(1))

    for _ in range(50):
        weight = net[0].weight

    stretch = torch.linalg.matrix_norm(weight.flatten(1), 2).item()
    assert stretch == pytest.approx(1, abs=1e-3)


def test_a_held_weight_cannot_grow_by_growing():
    """The gradient goes through σ: to scale the weight changes nothing, so it is not pulled."""
    net = nn.Sequential(make(lambda: nn.Linear(8, 5), rng()))
    hold_spectrally(net, rng(1))
    free = net[0].parametrizations.weight.original

    (pull,) = torch.autograd.grad(
        (net[0].weight * torch.randn(5, 8, generator=rng())).sum(), free
    )

    assert pull.abs().max() > 0.1
    assert (pull * free).sum().item() == pytest.approx(0, abs=1e-5)


def test_looking_at_a_held_weight_without_training_moves_nothing():
    net = nn.Sequential(make(lambda: nn.Linear(8, 5), rng()))
    hold_spectrally(net, rng(1))

    assert not torch.equal(net[0].weight, net[0].weight)
    net.eval()
    assert torch.equal(net[0].weight, net[0].weight)


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_after_every_update_each_weight_of_a_clipped_critic_is_within_the_limit(optimiser):
    """T-W-1, biases and norms included."""
    engine = made(
        small(
            "gan",
            objective="wasserstein",
            bound="clip",
            clip=0.02,
            norm="batch",
            optimiser=optimiser,
            discriminator_steps=2,
        )
    )
    judge, largest = engine.parts()["discriminator"], []
    engine.parts()["d_optimizer"].register_step_post_hook(
        lambda *_: largest.append(max(w.abs().max().item() for w in judge.parameters()))
    )

    measured = trained(engine, steps=3)

    assert len(largest) == 6
    assert largest == pytest.approx([0.02] * 6)
    assert all(0 < step["clipped"] <= 1 for step in measured)


# ---- minibatch discrimination


def closeness(features):
    layer = make(lambda: MinibatchFeatures(6, 4, 5), rng())
    return layer(features)[:, 6:]


def test_five_equal_pictures_have_four_neighbours_each():
    """T-MBD, a picture not counted as its own neighbour."""
    assert torch.equal(closeness(torch.ones(5, 6)), torch.full((5, 4), 4.0))


def test_pictures_far_apart_have_none():
    far = 1e6 * torch.randn(5, 6, generator=rng(1))

    assert torch.equal(closeness(far), torch.zeros(5, 4))


def test_the_order_of_a_batch_does_not_matter():
    features = torch.randn(5, 6, generator=rng(1))
    order = torch.tensor([3, 0, 4, 1, 2])

    torch.testing.assert_close(closeness(features)[order], closeness(features[order]))


def test_the_features_themselves_pass_unchanged_and_a_picture_alone_has_no_neighbour():
    layer = make(lambda: MinibatchFeatures(6, 4, 5), rng())
    features = torch.randn(1, 6, generator=rng(1))

    assert torch.equal(layer(features), torch.cat((features, torch.zeros(1, 4)), dim=1))


def test_likenesses_have_a_gradient_at_equal_pictures():
    features = torch.ones(3, 6, requires_grad=True)

    closeness(features).sum().backward()

    assert features.grad.isfinite().all()


def test_held_out_pictures_are_counted_in_batches_of_the_training_size():
    engine = made(small("gan", minibatch=True))
    images = pictures(8)

    whole = engine.measure(images, rng())["real_score"]
    parts = [engine.measure(part, rng())["real_score"] for part in images.split(4)]

    torch.testing.assert_close(whole, torch.cat(parts))


# ---- the five guidelines of DCGAN


GENERATOR = dcgan_generator(3, 4, (1, 16, 16))
JUDGE = dcgan_discriminator(4, (1, 16, 16))


def but(network, index, layer):
    """Copy a network with one layer replaced."""
    return nn.Sequential(*network[:index], layer, *network[index + 1 :])


BREAKS = {
    "strided": (GENERATOR, nn.Sequential(nn.AvgPool2d(2), *JUDGE)),
    "batch norm": (GENERATOR, but(JUDGE, 3, nn.Identity())),
    "no hidden layer": (GENERATOR, nn.Sequential(*JUDGE[:-2], nn.Linear(4, 4), *JUDGE[-2:])),
    "rectified generator": (but(GENERATOR, len(GENERATOR) - 1, nn.Sigmoid()), JUDGE),
    "leaky discriminator": (GENERATOR, but(JUDGE, 1, nn.ReLU())),
}


def test_there_are_five_guidelines():
    assert [rule.name for rule in GUIDELINES] == list(BREAKS)
    assert all(rule.words.endswith(".") for rule in GUIDELINES)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_guideline_is_named(name):
    assert [rule.name for rule in broken(*BREAKS[name])] == [name]
    assert not broken(GENERATOR, JUDGE)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({}, []),
        ({"norm": "layer"}, ["batch norm"]),
        ({"penalty": "r1"}, ["batch norm"]),
        ({"minibatch": True}, ["no hidden layer"]),
        ({"norm": "none", "minibatch": True}, ["batch norm", "no hidden layer"]),
    ],
)
def test_a_configuration_is_told_which_guidelines_it_breaks(values, names, shape):
    assert [rule.name for rule in broken_by(small("gan", **values), shape)] == names


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({}, []),
        ({"norm": "layer"}, ["has norm layer"]),
        ({"penalty": "r1"}, ["a gradient penalty rules"]),
        ({"bound": "spectral"}, ["spectral norm rules"]),
        ({"unroll": 2}, ["unrolling rules"]),
        ({"norm": "none", "minibatch": True}, ["has norm none", "Minibatch discrimination"]),
    ],
)
def test_advice_counts_what_is_kept_and_says_which_choice_breaks_the_rest(values, reasons):
    advice = advice_on(small("gan", **values), (1, 28, 28))

    assert advice.summary == f"DCGAN guidelines: {5 - len(reasons)} of 5 kept"
    assert len(advice.broken) == len(reasons)
    assert all(word in note.reason for word, note in zip(reasons, advice.broken, strict=True))


@pytest.mark.parametrize("family", ["vae", "beta-vae", "began"])
def test_families_without_guidelines_give_no_advice(family):
    assert advice_on(small(family), (1, 28, 28)) is None
