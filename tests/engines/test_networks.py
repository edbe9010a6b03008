"""Bodies have the shapes, the layers and the first weights that their papers give."""

from itertools import pairwise

import pytest
import torch
from torch import nn

from engines.nets.conv import (
    conv_decoder,
    conv_encoder,
    dcgan_discriminator,
    dcgan_generator,
    stages,
)
from engines.nets.initialise import SCHEMES, make
from engines.nets.mlp import mlp_decoder, mlp_encoder
from tests.engines.rows import SHAPES

each_shape = pytest.mark.parametrize(
    "shape", SHAPES, ids=lambda shape: "x".join(map(str, shape))
)
each_scheme = pytest.mark.parametrize("scheme", SCHEMES)

BODIES = {
    "mlp encoder": lambda shape: mlp_encoder(shape, (8,), 6),
    "conv encoder": lambda shape: conv_encoder(shape, 4, 8, 6),
    "mlp decoder": lambda shape: mlp_decoder(6, (8,), shape),
    "conv decoder": lambda shape: conv_decoder(6, 8, 4, shape),
    "generator": lambda shape: dcgan_generator(6, 4, shape),
}


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def mixed():
    """Every kind of layer that draws its first weights."""
    return nn.Sequential(
        nn.Linear(300, 200),
        nn.BatchNorm1d(200),
        nn.Unflatten(1, (200, 1, 1)),
        nn.ConvTranspose2d(200, 30, 4),
        nn.BatchNorm2d(30),
        nn.Conv2d(30, 200, 3),
    )


# ---- shapes


@pytest.mark.parametrize(
    ("side", "count", "smallest"),
    [(8, 1, 4), (10, 1, 5), (16, 2, 4), (28, 2, 7), (32, 3, 4), (64, 4, 4), (128, 5, 4)],
)
def test_a_side_is_halved_down_to_a_small_map(side, count, smallest):
    assert stages((1, side, side)) == (count, smallest)
    assert smallest * 2**count == side


@each_shape
@pytest.mark.parametrize("body", ["mlp encoder", "conv encoder"])
def test_encoders_turn_pictures_into_numbers(body, shape):
    assert BODIES[body](shape)(torch.zeros(2, *shape)).shape == (2, 6)


@each_shape
@pytest.mark.parametrize("body", ["mlp decoder", "conv decoder", "generator"])
def test_decoders_turn_numbers_into_pictures(body, shape):
    assert BODIES[body](shape)(torch.zeros(2, 6)).shape == (2, *shape)


@each_shape
def test_a_discriminator_gives_one_logit_per_picture(shape):
    logits = dcgan_discriminator(4, shape)(torch.zeros(3, *shape))

    assert logits.shape == (3,)


@pytest.mark.parametrize(
    ("every_second", "side", "widths"),
    [(True, 64, [4, 4, 8, 8]), (False, 64, [4, 8, 16, 32]), (False, 128, [4, 8, 16, 32, 32])],
)
def test_widths_double_up_to_eight_times_the_first(every_second, side, widths):
    shape = (1, side, side)
    body = conv_encoder(shape, 4, 8, 2) if every_second else dcgan_discriminator(4, shape)

    convolutions = [layer for layer in body if isinstance(layer, nn.Conv2d)]

    assert [layer.out_channels for layer in convolutions][: len(widths)] == widths


# ---- the guidelines of DCGAN (arXiv:1511.06434, section 3)


@each_shape
def test_the_generator_follows_the_guidelines(shape):
    layers = list(dcgan_generator(6, 4, shape))
    convolutions = [
        i for i, layer in enumerate(layers) if isinstance(layer, nn.ConvTranspose2d)
    ]

    for index in convolutions[:-1]:
        assert isinstance(layers[index + 1], nn.BatchNorm2d)
        assert isinstance(layers[index + 2], nn.ReLU)
        assert layers[index].bias is None  # the norm's own shift does its work
    assert [type(layer) for layer in layers[convolutions[-1] :]] == [
        nn.ConvTranspose2d,
        nn.Tanh,
    ]


@each_shape
def test_the_discriminator_follows_the_guidelines(shape):
    layers = list(dcgan_discriminator(4, shape))
    kinds = [type(layer) for layer in layers]

    assert kinds[:2] == [nn.Conv2d, nn.LeakyReLU]
    assert kinds[-2:] == [nn.Conv2d, nn.Flatten]
    for layer, after in pairwise(layers[2:-2]):
        assert isinstance(after, nn.BatchNorm2d) or not isinstance(layer, nn.Conv2d)
    assert all(layer.negative_slope == 0.2 for layer in layers if type(layer) is nn.LeakyReLU)


@each_shape
def test_neither_player_has_a_hidden_linear_layer_or_pools(shape):
    allowed = {"Conv2d", "ConvTranspose2d", "BatchNorm2d", "ReLU", "LeakyReLU", "Tanh"}
    players = dcgan_generator(6, 4, shape), dcgan_discriminator(4, shape)

    kinds = {type(layer).__name__ for player in players for layer in player}

    assert kinds == {*allowed, "Flatten", "Unflatten"}


@each_shape
def test_auto_encoders_have_no_batch_norm(shape):
    bodies = [BODIES[name](shape) for name in BODIES if name != "generator"]

    assert not any(isinstance(m, nn.BatchNorm2d) for body in bodies for m in body.modules())


@each_shape
def test_a_generators_pictures_stay_in_range_however_long_the_vector(shape):
    generator = dcgan_generator(6, 4, shape).eval()

    pictures = generator(1e6 * torch.randn(4, 6, generator=rng()))

    assert pictures.abs().max() <= 1


# ---- first weights


@each_scheme
def test_first_weights_come_from_the_given_stream_alone(scheme):
    before = torch.get_rng_state()

    one, twin = make(mixed, rng(), scheme), make(mixed, rng(), scheme)
    other = make(mixed, rng(1), scheme)

    assert torch.equal(torch.get_rng_state(), before)
    pairs = zip(one.state_dict().values(), twin.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    assert not torch.equal(one[0].weight, other[0].weight)


@each_scheme
def test_no_number_of_a_new_network_is_left_to_chance(scheme):
    network = make(mixed, rng(), scheme)

    assert all(t.device.type == "cpu" for t in network.state_dict().values())
    assert all(t.isfinite().all() for t in network.state_dict().values())
    for norm in (network[1], network[4]):
        assert norm.running_mean.eq(0).all()
        assert norm.running_var.eq(1).all()
        assert norm.num_batches_tracked.item() == 0
        assert norm.bias.eq(0).all()


@pytest.mark.parametrize("index", [0, 3, 5])
def test_dcgan_weights_are_normal_with_a_deviation_of_a_fiftieth(index):
    layer = make(mixed, rng(), "dcgan")[index]

    assert layer.weight.mean().item() == pytest.approx(0, abs=4e-4)
    assert layer.weight.std().item() == pytest.approx(0.02, rel=0.02)
    assert layer.bias.eq(0).all()


def test_dcgan_norms_start_near_one():
    scale = make(mixed, rng(), "dcgan")[1].weight

    assert scale.mean().item() == pytest.approx(1, abs=0.006)
    assert scale.std().item() == pytest.approx(0.02, rel=0.2)


def test_other_norms_start_at_one():
    assert make(mixed, rng())[1].weight.eq(1).all()


@pytest.mark.parametrize(("index", "fan_in"), [(0, 300), (3, 30 * 16), (5, 30 * 9)])
def test_fan_in_weights_and_biases_are_even_within_the_root_of_the_inputs(index, fan_in):
    """The bound of torch's own layers, which count a transposed kernel by its outputs."""
    layer, bound = make(mixed, rng())[index], fan_in**-0.5

    for drawn, slack in ((layer.weight, 0.02), (layer.bias, 0.25)):
        assert drawn.abs().max() <= bound
        assert drawn.std().item() == pytest.approx(bound / 3**0.5, rel=slack)


@pytest.mark.parametrize("index", [0, 3, 5])
def test_fan_in_is_as_wide_as_torchs_own_default(index):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        theirs = mixed()[index].weight

    ours = make(mixed, rng())[index].weight

    assert ours.std().item() == pytest.approx(theirs.std().item(), rel=0.02)
