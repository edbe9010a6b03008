"""An extractor gives the same features for the same pictures, today and in ten years."""

import numpy as np
import pytest
import torch

from engines.metrics.extractors import EXTRACTORS, NOT_COMPARABLE, load_extractor
from engines.metrics.frechet import Reference
from engines.metrics.mini_net import WEIGHTS, WIDTH, WIDTHS, MiniNet, balance
from engines.metrics.moments import Moments
from engines.metrics.random_net import hashed


def pictures(count, side=32, channels=3):
    """The same pictures on every machine."""
    even = hashed("golden/pictures", (count, side, side, channels))
    return ((even + 1) * 128).astype(np.uint8)


def noise(count, side, channels, seed=0):
    size = (count, side, side, channels)
    return np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8)


@pytest.fixture(scope="module", params=["fd-random-v1", "fd-mini-v1"])
def extract(request):
    return load_extractor(request.param)


# ---- those that need nothing


def test_features_of_known_pictures_are_pinned(extract):
    """Taken from each network when it was made; another value is another extractor."""
    found = extract(pictures(2))

    assert found.shape == (2, 192)
    wanted = np.array(GOLDEN[extract.name])
    assert found[:, [0, 31, 32, 95, 96, 191]] == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("side", [28, 32, 64, 100, 128])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_of_any_side_grey_or_colour_have_features(extract, side, channels):
    found = extract(noise(3, side, channels))

    assert found.shape == (3, extract.dim)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


def test_grey_is_colour_with_three_like_channels(extract):
    grey = noise(4, 28, 1)

    assert np.array_equal(extract(grey), extract(np.repeat(grey, 3, axis=3)))


def test_features_do_not_depend_on_who_else_is_there(extract):
    many = noise(130, 32, 3)

    assert extract(many)[:70] == pytest.approx(extract(many[:70]), abs=1e-5)


def test_no_feature_is_dead_and_stages_count_about_alike(extract):
    soft = np.random.default_rng(0).standard_normal((400, 8, 8, 3)).cumsum(1).cumsum(2)
    blurred = (
        (128 + 12 * soft).clip(0, 255).astype(np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    )

    spread = extract(blurred).std(axis=0)

    assert spread.min() > 0.01 * np.median(spread)


def test_more_noise_is_further_away(extract):
    real, other = (
        noise(300, 8, 1, seed).repeat(4, axis=1).repeat(4, axis=2) for seed in (0, 1)
    )
    grain = np.random.default_rng(0).standard_normal(other.shape)
    reference = Reference.of(Moments.of(extract(real)))

    distances = [
        reference.distance(extract((other + s * grain).clip(0, 255).astype(np.uint8))).distance
        for s in (0, 10, 20, 40)
    ]

    assert distances == sorted(distances)
    assert distances[1] > 1.2 * distances[0]


def test_nothing_is_drawn_from_the_global_stream(extract):
    before = torch.random.get_rng_state()

    load_extractor(extract.name)(noise(2, 28, 1))

    assert torch.equal(torch.random.get_rng_state(), before)


def test_read_only_pictures_and_none_at_all_are_taken(extract):
    fixed = noise(2, 28, 1)
    fixed.setflags(write=False)

    assert extract(fixed).shape == (2, 192)
    assert extract(fixed[:0]).shape == (0, 192)


@pytest.mark.parametrize("channels", [2, 4])
def test_pictures_neither_grey_nor_colour_are_refused(extract, channels):
    with pytest.raises(ValueError, match=f"with {channels} channels"):
        extract(noise(2, 28, channels))


def test_the_built_in_weights_are_small_and_their_own():
    assert WEIGHTS.size < 2_000_000
    assert sum(p.numel() for p in load_extractor("fd-mini-v1").net.parameters()) == 183_248


def test_a_balance_halves_the_exponents_of_the_spread_and_moves_the_middle_to_zero():
    draws = torch.randn((4000, WIDTH), generator=torch.Generator().manual_seed(0))
    spread = torch.logspace(0, 1, WIDTH)[torch.arange(WIDTH) * 5 % WIDTH]
    net = MiniNet()

    balance(net, [spread * draws + 7, spread * draws - 3])

    mixed = (spread * draws + 2 - net.centre) @ net.mixer
    before, after = ((table.var(dim=0)).log().numpy() for table in (spread * draws, mixed))
    stage = slice(0, WIDTHS[0])  # each stage is stretched to one spread first
    slope = np.polyfit(before[stage], after[stage], 1)[0]
    assert slope == pytest.approx(0.5, abs=0.03)
    assert mixed.mean().abs() < 0.01
    assert mixed.std(dim=0).mean() == pytest.approx(1, abs=0.01)


def test_what_damages_change_most_is_stretched_least():
    table = torch.randn((500, WIDTH), generator=torch.Generator().manual_seed(0))
    moved = table.clone()
    moved[:, 3] += 30.0
    net = MiniNet()

    balance(net, [table], [(table, moved)])

    assert net.mixer[3, 3] < 0.5 * net.mixer[4, 4]


def test_a_direction_in_which_nothing_varies_is_not_stretched_without_end():
    table = torch.randn((500, WIDTH), generator=torch.Generator().manual_seed(0))
    table[:, 3] = 5.0
    net = MiniNet()

    balance(net, [table])

    assert net.mixer.isfinite().all()
    assert net.mixer[3].abs().max() < 10 * net.mixer[4].abs().max()


# ---- the table


@pytest.mark.parametrize("name", EXTRACTORS)
def test_only_the_published_network_with_its_resize_may_be_called_fid(name):
    row = EXTRACTORS[name]

    named_fid = row.title.startswith("FID")
    assert named_fid == (name == "fid-tf1")
    assert (NOT_COMPARABLE in row.comparable) != named_fid


def test_an_unknown_extractor_is_answered_with_the_known():
    with pytest.raises(ValueError, match=r"no extractor 'vgg'; choose one of fd-mini-v1, fd-"):
        load_extractor("vgg")


GOLDEN = {
    "fd-random-v1": [
        [3.9192667, 0.0829750, 3.2227108, 0.7418078, 1.3028851, 1.3696870],
        [3.5701580, 0.4701020, 3.9953017, 0.4304236, 0.6343530, 1.2951806],
    ],
    "fd-mini-v1": [
        [-2.2673302, 2.2052834, 2.2401800, -0.6135050, 1.2834167, -1.4591844],
        [-2.2914276, 2.0892441, 2.3589337, -0.7375463, -0.0850692, -1.4132611],
    ],
}
