"""The network of the published FID is the published one, and takes no other weights."""

import hashlib
import io
import pickle

import numpy as np
import pytest
import torch
from torch.nn.functional import avg_pool2d, max_pool2d

from engines.metrics.extractors import EXTRACTORS, Extractor, load_extractor
from engines.metrics.inception import WEIGHTS, Inception, from_state, load_inception
from engines.metrics.inception_blocks import average
from engines.metrics.random_net import hashed
from engines.metrics.weights import Pinned, published_state


def pictures(count):
    """The same pictures on every machine."""
    even = hashed("golden/pictures", (count, 32, 32, 3))
    return ((even + 1) * 128).astype(np.uint8)


def filled(name, shape):
    """An entry of a state that follows from its name alone; activations stay near one."""
    if not shape:
        return torch.zeros((), dtype=torch.int64)
    even = hashed(f"golden/{name}", tuple(shape))
    if name.endswith("running_var"):
        even = 1 + 0.5 * even
    elif name.endswith("bn.weight"):
        even = 1 + 0.1 * even
    elif len(shape) > 1:
        even = even * (6 / np.prod(shape[1:])) ** 0.5
    else:
        even = 0.1 * even
    return torch.from_numpy(even.astype(np.float32))


@pytest.fixture(scope="module")
def hash_filled():
    with torch.device("meta"):
        shapes = {name: tensor.shape for name, tensor in Inception().state_dict().items()}
    state = {name: filled(name, shape) for name, shape in shapes.items()}
    return from_state(state).eval().requires_grad_(False)


def with_network(name, net):
    row = EXTRACTORS[name]
    return Extractor(name, row.title, row.dim, row.comparable, row.prepare, net, row.batch)


def test_the_published_network_has_the_published_size(hash_filled):
    state = hash_filled.state_dict()

    assert len(state) == 566
    assert sum(p.numel() for p in hash_filled.parameters()) == 23_850_960
    assert sum(t.numel() * t.element_size() for t in state.values()) == 95_542_320


@pytest.mark.parametrize("name", ["fid-tf1", "fid-clean"])
def test_its_features_for_a_hash_filled_state_are_pinned(hash_filled, name):
    """Taken with torch 2.13 on a CPU, when all features of fid-tf1, and the logits, were equal
    bit by bit to those of torch-fidelity 0.4.0 with the same state and pictures."""
    found = with_network(name, hash_filled)(pictures(2))

    assert found.shape == (2, 2048)
    assert found[:, :4] == pytest.approx(np.array(GOLDEN_FID[name]), rel=1e-4)


def test_all_features_and_logits_for_a_hash_filled_state_are_pinned(hash_filled):
    """Along directions that every feature is part of; taken as the features above were."""
    found = with_network("fid-tf1", hash_filled)(pictures(2)).astype(np.float64)
    logits = hash_filled.logits(torch.from_numpy(found).float()).double().numpy()

    assert found @ hashed("golden/features", (2048, 3)) == pytest.approx(
        np.array(GOLDEN_ALONG["features"]), abs=0.01
    )
    assert logits @ hashed("golden/logits", (1008, 3)) == pytest.approx(
        np.array(GOLDEN_ALONG["logits"]), abs=0.01
    )


def test_bytes_are_brought_to_the_range_of_the_published_graph():
    """(x − 128)/128: 255 becomes 127/128, not 1."""
    flat = torch.tensor([0, 128, 255], dtype=torch.uint8)[:, None, None, None]

    for name in ("fid-tf1", "fid-clean"):
        shown = EXTRACTORS[name].prepare(flat.expand(-1, 3, 32, 32))

        assert shown.shape == (3, 3, 299, 299)
        assert shown[:, 0, 7, 7].numpy() == pytest.approx([-1, 0, 127 / 128], abs=1e-6)


def test_the_logits_leave_the_bias_out(hash_filled):
    nothing = torch.zeros(1, 2048)

    assert torch.equal(hash_filled.logits(nothing), torch.zeros(1, 1008))
    assert not torch.equal(hash_filled.fc(nothing), torch.zeros(1, 1008))


def test_another_state_is_refused_and_nothing_is_drawn():
    before = torch.random.get_rng_state()

    with pytest.raises(ValueError, match="do not fit the network"):
        from_state({"fc.bias": torch.zeros(3)})

    assert torch.equal(torch.random.get_rng_state(), before)


def test_average_pools_leave_the_padding_out():
    flat = torch.ones(1, 2, 5, 5)

    assert torch.equal(average(flat), flat)


@pytest.mark.parametrize("name", ["Mixed_5b", "Mixed_6c", "Mixed_7b", "Mixed_7c"])
def test_each_block_pools_as_the_published_graph(hash_filled, name):
    block = hash_filled.get_submodule(name)
    maps = torch.from_numpy(hashed("maps", (1, block.branch_pool.conv.in_channels, 5, 5)))
    maps = maps.float()
    pooled = avg_pool2d(maps, 3, 1, 1, count_include_pad=False)
    if name == "Mixed_7c":
        pooled = max_pool2d(maps, 3, 1, 1)

    wanted = block.branch_pool(pooled)

    assert torch.equal(block(maps)[:, -wanted.shape[1] :], wanted)


# ---- its weights


def test_without_its_weights_it_says_what_to_do():
    with pytest.raises(
        ValueError, match=r"not part of this program; fetch them once, or choose"
    ):
        load_extractor("fid-tf1")


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        (b"12345", None),
        (b"1234", r"end after 4 of the 5 bytes"),
        (b"123456", r"more than the 5 bytes"),
        (b"54321", r"SHA-256 is another; fetch the published file again"),
    ],
)
def test_only_the_whole_published_file_is_read(sent, complaint):
    pinned = Pinned("digits", 5, hashlib.sha256(b"12345").hexdigest())

    if complaint is None:
        assert pinned.read(io.BytesIO(sent)).read() == sent
    else:
        with pytest.raises(ValueError, match=complaint):
            pinned.read(io.BytesIO(sent))


def test_an_endless_file_is_left_at_once():
    class Endless(io.BytesIO):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"0" * size

    endless = Endless()

    with pytest.raises(ValueError, match="more than"):
        Pinned("short", 100, "").read(endless)
    assert endless.given < 1 << 22


def test_another_file_is_not_taken_for_the_published_weights():
    with pytest.raises(ValueError, match=f"of the {WEIGHTS.size} bytes"):
        load_inception(io.BytesIO(b"not these"))


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("a weights file ran code",))


def test_even_a_file_with_the_right_sum_cannot_run_code():
    file = io.BytesIO()
    torch.save({"fc.weight": Bomb()}, file)
    held = file.getvalue()

    with pytest.raises(pickle.UnpicklingError):
        published_state(
            Pinned("bomb", len(held), hashlib.sha256(held).hexdigest()), io.BytesIO(held)
        )


GOLDEN_FID = {
    "fid-tf1": [
        [1.28874063, 1.70598853, 0.18335983, 0.30946535],
        [1.42940962, 1.69452381, 0.19052932, 0.21838138],
    ],
    "fid-clean": [
        [1.54860091, 2.29843760, 0.21732961, 0.34429690],
        [1.76032591, 2.24834681, 0.20671386, 0.28589022],
    ],
}

GOLDEN_ALONG = {
    "features": [
        [-12.69720804, -56.79673168, -118.55483688],
        [-13.18529763, -58.83220948, -119.59087229],
    ],
    "logits": [
        [-24.61697970, -7.59045777, 106.16694735],
        [-23.53459821, -7.73616636, 110.28440942],
    ],
}
