"""Directions that weights, activations and derivatives tell (T-OP-5, T-OP-6), and slopes."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from engines.autoencoders.config import VaeConfig
from engines.began.config import BeganConfig
from engines.catalog import build
from engines.gans.config import GanConfig
from engines.latent.parts import movable
from engines.latent.priors import sample
from engines.probing import crowd
from engines.probing.activations import Wanted, analysing, layers, principal
from engines.probing.cycle import cycle
from engines.probing.factorisation import factorise, first_matrix
from engines.probing.jacobian import jacobian, jacobian_directions
from engines.probing.sensitivity import sensing
from engines.slices import drained
from engines.snapshot import LatentPart, LatentSpace
from tests.engines.probed import (
    GAUSS,
    MIXED,
    SHAPE,
    SPACES,
    UNIFORM,
    convolved,
    curved,
    encoding_snapshot,
    linear,
    matrix,
    snapshot_of,
)

FAMILIES = {
    "mlp vae": VaeConfig(latent_dim=5, hidden=8),
    "conv vae": VaeConfig(latent_dim=5, hidden=8, body="conv", width=4),
    "gan": GanConfig(latent_dim=5, width=4),
    "began": BeganConfig(latent_dim=5, width=4, hidden=4),
}
CHOICES = LatentSpace(3, "gauss", (LatentPart("class", 3, "categorical"),))


def graded(rows=40, dim=6):
    """A matrix whose singular values are well apart."""
    left, _, right = torch.linalg.svd(matrix(rows, dim), full_matrices=False)
    return left @ torch.diag(2.0 ** -torch.arange(dim)) @ right


def through(weight, *behind):
    """A decoder whose first layer is `weight`."""
    rest = [nn.Linear(weight.shape[0], 256), nn.Unflatten(1, SHAPE), nn.Tanh()]
    return nn.Sequential(linear(weight), *behind, *rest)


def aligned(found, expected):
    """|cosine| of each found direction with the expected one of its rank."""
    unit = expected / np.linalg.norm(expected, axis=1, keepdims=True)
    return np.abs((found.vectors * unit[: len(found.vectors)]).sum(1))


def right_singular(weight):
    return torch.linalg.svd(weight.double(), full_matrices=False)[2].numpy()


def test_factorisation_is_the_singular_value_decomposition():  # T-OP-6
    weight = graded()

    found = factorise(snapshot_of(GAUSS, through(weight)))

    assert aligned(found, right_singular(weight)).min() > 1 - 1e-6
    np.testing.assert_allclose(found.strengths, 2.0 ** -np.arange(6), rtol=1e-5)
    assert found.shares.sum() == pytest.approx(1)


def test_no_direction_moves_the_first_layer_more_than_the_first():  # T-OP-6
    weight = matrix(40, 6)
    first = factorise(snapshot_of(GAUSS, through(weight)), count=1)
    ways = matrix(200, 6, seed=3)
    ways /= ways.norm(dim=1, keepdim=True)

    moved = (ways @ weight.T).norm(dim=1)

    assert moved.max() < first.strengths[0]
    assert (weight @ torch.from_numpy(first.vectors[0])).norm() == pytest.approx(
        first.strengths[0], rel=1e-5
    )


def test_normalised_rows_have_every_output_count_alike():
    weight = matrix(40, 6)
    loud = weight * torch.logspace(-3, 3, 40)[:, None]

    found = factorise(snapshot_of(GAUSS, through(loud)), rows="normalised")

    expected = right_singular(weight / weight.norm(dim=1, keepdim=True))
    assert aligned(found, expected).min() > 1 - 1e-5


def test_the_first_matrix_of_a_convolution_is_its_kernel():
    network = convolved()
    kernel = network[1].weight.detach()  # (d, out, k, k)

    made = first_matrix(snapshot_of(GAUSS, network))

    np.testing.assert_allclose(made, kernel.flatten(1).T, atol=1e-6)


def test_folding_scales_each_channel_by_the_norm_behind():
    network = convolved()
    norm = network[2]
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()

    folded = first_matrix(snapshot_of(GAUSS, network), fold="norm")

    expected = (network[1].weight * scale[:, None, None]).flatten(1).T
    np.testing.assert_allclose(folded, expected.detach(), rtol=1e-4, atol=1e-6)


def test_folding_changes_nothing_without_a_norm():
    snapshot = snapshot_of()

    np.testing.assert_array_equal(first_matrix(snapshot), first_matrix(snapshot, "norm"))


@pytest.mark.parametrize("config", FAMILIES.values(), ids=FAMILIES.keys())
def test_every_family_is_analysed(config):
    snapshot = build(config, SHAPE, 0, torch.device("cpu")).snapshot()
    z = sample(snapshot.latent, 1, 0)[0]

    all_found = [
        factorise(snapshot),
        principal(snapshot, Wanted(count=3, draws=50)),
        jacobian_directions(snapshot, z),
    ]

    for found in all_found:
        np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, rtol=1e-5)
        assert (np.diff(found.strengths) <= 0).all()
        assert (found.vectors.max(1) >= -found.vectors.min(1)).all()


@pytest.mark.parametrize("width", [40, 3000], ids=["narrow", "wide"])
def test_components_of_a_linear_layer_are_its_right_singular_vectors(width):  # T-OP-5
    weight = graded(width)

    found = principal(snapshot_of(GAUSS, through(weight)), Wanted(count=4))

    assert aligned(found, right_singular(weight)).min() > 0.999
    np.testing.assert_allclose(found.strengths, 2.0 ** -np.arange(4), rtol=0.03)
    assert found.shares.sum() == pytest.approx(1, abs=0.01)


def test_a_wide_layer_gives_what_its_whole_covariance_would(monkeypatch):
    snapshot = snapshot_of(GAUSS, convolved())
    wanted = Wanted(count=4, draws=600, layer="3: ReLU")

    exact = principal(snapshot, wanted)
    monkeypatch.setattr(crowd, "NARROW", 10)
    sought = principal(snapshot, wanted)

    np.testing.assert_allclose(sought.strengths, exact.strengths, rtol=1e-3)
    assert np.abs((sought.vectors * exact.vectors).sum(1)).min() > 0.999


def test_components_are_those_of_the_activations_themselves():
    snapshot = snapshot_of(GAUSS, convolved())
    z = torch.from_numpy(sample(GAUSS, 600, 0))
    answers = snapshot.network[:4](z).flatten(1).double()

    found = principal(snapshot, Wanted(count=5, draws=600, layer="3: ReLU"))

    values = torch.linalg.eigvalsh(torch.cov(answers.T, correction=0)).flip(0)
    np.testing.assert_allclose(found.strengths, values[:5].sqrt(), rtol=1e-4)
    np.testing.assert_allclose(found.shares, values[:5] / values.sum(), rtol=1e-4)


def test_layers_are_named_in_the_order_z_meets_them():
    assert layers(snapshot_of(GAUSS, convolved()))[:3] == (
        "1: ConvTranspose2d",
        "2: BatchNorm2d",
        "3: ReLU",
    )


def test_layers_end_where_something_else_happens_between_two():
    class Halved(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Linear(6, 8), nn.Linear(8, 256)

        def forward(self, z):
            return self.two(self.one(z) / 2).reshape(-1, *SHAPE)

    assert layers(snapshot_of(GAUSS, Halved())) == ("0: Linear",)


def test_an_analysis_tells_its_share_and_can_be_left():
    snapshot = snapshot_of()

    shares = list(analysing(snapshot, Wanted(count=2, draws=600)))

    assert shares == sorted(shares)
    assert shares[-1] == 1
    analysing(snapshot).close()


@pytest.mark.parametrize("network", [curved(), convolved()], ids=["mlp", "convolutions"])
def test_the_jacobian_is_the_limit_of_differences(network):
    snapshot = snapshot_of(GAUSS, network)
    z = sample(GAUSS, 1, 5)[0]
    double = network.eval().double()
    steps = torch.eye(6).double() * 1e-6
    place = torch.from_numpy(z).double()

    made = jacobian(snapshot, z)

    with torch.no_grad():
        ahead, behind = double(place + steps), double(place - steps)
    slopes = (ahead - behind) / 2e-6 / 2
    np.testing.assert_allclose(made, slopes.permute(2, 3, 1, 0), atol=2e-5)


def test_jacobian_directions_are_right_singular_vectors():
    snapshot = snapshot_of()
    z = sample(GAUSS, 1, 5)[0]

    found = jacobian_directions(snapshot, z, count=3)

    slopes = torch.from_numpy(jacobian(snapshot, z)).reshape(-1, 6)
    assert aligned(found, right_singular(slopes)).min() > 1 - 1e-5
    np.testing.assert_allclose(
        found.strengths, torch.linalg.svdvals(slopes.double())[:3], rtol=1e-5
    )


def test_threads_may_ask_for_jacobians_at_once():
    snapshot = snapshot_of()
    places = sample(GAUSS, 8, 0)

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda z: jacobian(snapshot, z), places))

    for one, z in zip(together, places, strict=True):
        np.testing.assert_array_equal(one, jacobian(snapshot, z))


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES.keys())
def test_directions_leave_choices_alone_and_know_the_spread_of_draws(space):
    snapshot = snapshot_of(space)
    z = sample(space, 4000, 2)

    found = factorise(snapshot)

    along = (z @ found.vectors.T).std(0)
    np.testing.assert_allclose(found.sigmas, along, rtol=0.06)
    if space is MIXED:
        assert not found.vectors[:, 4:7].any()
        assert len(found.vectors) == 6


def test_sensitivity_of_a_linear_decoder_is_the_size_of_its_columns():
    weight = matrix(256, 6) * 0.01
    network = nn.Sequential(linear(weight), nn.Unflatten(1, SHAPE))

    found = drained(sensing(snapshot_of(GAUSS, network), draws=4))

    np.testing.assert_allclose(found.change, weight.abs().mean(0) / 2, rtol=1e-4)
    assert found.axes == movable(GAUSS)
    assert found.draws == 4


def test_the_sigma_of_an_even_prior_is_smaller():
    weight = matrix(256, 6) * 0.01
    network = nn.Sequential(linear(weight), nn.Unflatten(1, SHAPE))

    found = drained(sensing(snapshot_of(UNIFORM, network), draws=4))

    np.testing.assert_allclose(found.change, weight.abs().mean(0) / 2 / 3**0.5, rtol=1e-4)


def test_a_dead_axis_has_no_bar_and_a_choice_has_one():
    weight = matrix(256, 9) * 0.01
    weight[:, 2] = 0
    network = nn.Sequential(linear(weight), nn.Unflatten(1, SHAPE))

    found = drained(sensing(snapshot_of(MIXED, network), draws=300))

    assert found.axes == (0, 1, 2, 3, 4, 7, 8)
    assert found.change[2] == 0
    turns = [(weight[:, a] - weight[:, b]).abs().mean() for a, b in ((4, 5), (5, 6), (6, 4))]
    assert found.change[4] == pytest.approx(float(sum(turns)) / 3 / 2, rel=0.05)


def test_sensitivity_tells_its_share_after_each_axis():
    assert list(sensing(snapshot_of(), draws=1)) == pytest.approx([i / 6 for i in range(1, 7)])


def test_an_exact_encoder_closes_the_cycle():
    snapshot = encoding_snapshot(scale=0.3 / 6**0.5)

    found = cycle(snapshot, sample(GAUSS, 5, 0) * 0.5)

    assert found.latent.max() < 0.02  # but for rounding to 8 bits
    assert found.picture.max() < 0.005


class Tangled(nn.Module):
    """Layers of which the second also sees what the first saw."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(6, 256), nn.Linear(6, 256)

    def forward(self, z):
        return (self.one(z) + self.two(z)).reshape(-1, *SHAPE)


UNEVEN = nn.Sequential(nn.Tanh(), nn.Linear(6, 256), nn.Unflatten(1, SHAPE))
FLAT = through(torch.zeros(4, 6))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: factorise(snapshot_of(GAUSS, UNEVEN)), "meets Tanh first"),
        (
            lambda: factorise(snapshot_of(GAUSS, Tangled())),
            "enter this model through one layer",
        ),
        (lambda: factorise(snapshot_of(), count=0), "no direction to be found"),
        (lambda: factorise(snapshot_of(CHOICES)), "no direction to be found"),
        (lambda: principal(snapshot_of(CHOICES)), "nothing but choices"),
        (lambda: principal(snapshot_of(), Wanted(layer="9: Sun")), "no layer '9: Sun'; choose"),
        (lambda: principal(snapshot_of(GAUSS, FLAT)), "answers alike to all"),
        (lambda: Wanted(count=30, draws=20), "twice as many draws"),
        (lambda: jacobian(snapshot_of(), np.zeros(5, np.float32)), "takes 6 numbers, not 5"),
        (lambda: drained(sensing(snapshot_of(), draws=0)), "at least 1 draw"),
        (lambda: cycle(snapshot_of(), np.zeros((1, 6), np.float32)), "no encoder"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


def test_probing_leaves_the_snapshot_and_the_global_stream_as_they_are():
    snapshot = snapshot_of(GAUSS, convolved())
    z = sample(GAUSS, 3, 0)
    before = snapshot.decode(z), torch.get_rng_state()
    weights = {name: value.clone() for name, value in snapshot.network.state_dict().items()}

    factorise(snapshot)
    principal(snapshot, Wanted(count=2, draws=10))
    jacobian_directions(snapshot, z[0])
    drained(sensing(snapshot, draws=1))

    np.testing.assert_array_equal(snapshot.decode(z), before[0])
    assert torch.equal(torch.get_rng_state(), before[1])
    for name, value in snapshot.network.state_dict().items():
        assert torch.equal(value, weights[name]), name
    assert not any(module._forward_pre_hooks for module in snapshot.network.modules())
