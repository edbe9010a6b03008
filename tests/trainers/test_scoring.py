"""Every number is what its name says, and what was remembered is what would be computed."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.metrics.extractors import EXTRACTORS, load_extractor
from engines.metrics.frechet import reference_of
from engines.snapshot import LatentSpace, Posterior
from trainers.data.dataset import Stored
from trainers.data.watch import Cancelled, Progress, Watch
from trainers.scoring import references
from trainers.scoring.looking import Looker, identity_of
from trainers.scoring.metrics import (
    METRICS,
    PUBLISHED,
    Pair,
    check_counts,
    metrics_named,
    value_row,
)
from trainers.scoring.references import References
from trainers.scoring.report import Match, Wanted, judge
from trainers.scoring.sources import CHUNK, Choice, Copied, Kept

OFFLINE = [name for name, row in METRICS.items() if row.reads != "logits"]
N, WIDTH = 120, 6


@pytest.fixture(scope="module")
def extractor():
    return load_extractor("fd-random-v1")


def noise(seed: int, count: int = 90, channels: int = 1) -> torch.Tensor:
    draws = np.random.default_rng(seed).integers(0, 256, (count, channels, 8, 8), np.uint8)
    return torch.from_numpy(draws)


def kept(pixels: torch.Tensor, name: str = "real", count: int = 1_000) -> Kept:
    return Kept(name, name, (Stored(pixels),), Choice(count, 7))


def a_pair(shift: float) -> Pair:
    """Two samples of one Gaussian, the second moved, and pictures that are moved likewise."""
    rng = np.random.default_rng(3)
    real, fake = rng.standard_normal((2, N, WIDTH)).astype(np.float32)
    pixels = rng.integers(0, 128, (2, N, 16, 16, 1), np.uint8)
    pixels[1, :, :, ::2] += np.uint8(40 * shift)
    return Pair(real, fake + np.float32(shift), 5, *pixels)


@pytest.mark.parametrize("metric", OFFLINE)
def test_a_metric_gives_the_values_of_its_row_and_finds_the_nearer_set_better(metric):
    near, far = (METRICS[metric].measure(a_pair(shift)) for shift in (0, 3))

    assert METRICS[metric].values.keys() <= near.values.keys()
    assert near.real_count == near.fake_count == N
    for name in METRICS[metric].values:
        better = METRICS[metric].values[name].better
        gap = far.values[name] - near.values[name]
        assert {"less": gap > 0, "more": gap < 0, "neither": True}[better], name


@pytest.mark.parametrize("metric", OFFLINE)
def test_what_draws_draws_the_same_again(metric):
    once, again = (METRICS[metric].measure(a_pair(1)).values for _ in range(2))

    assert once == again


def test_fd_of_moved_features_is_the_square_of_the_way():
    rng = np.random.default_rng(0)
    real = rng.standard_normal((N, WIDTH)).astype(np.float32)
    found = METRICS["fd"].measure(Pair(real, real + np.float32(2), 0)).values

    assert found["fd"] == pytest.approx(4 * WIDTH, rel=1e-4)
    assert found["fd_mean_term"] == pytest.approx(4 * WIDTH, rel=1e-4)
    assert found["fd_covariance_term"] == pytest.approx(0, abs=1e-4)
    assert found["fd_floor"] > 0


@pytest.mark.parametrize("extractor", EXTRACTORS)
def test_the_published_names_are_those_of_the_published_network_alone(extractor):
    titles = {
        value_row(metric, name).title_with(extractor)
        for metric, row in METRICS.items()
        for name in row.values
    }
    bare = {word for title in titles for word in re.split(r"[\s]", title)}

    assert bool(bare & {"FID", "KID"}) == (extractor == PUBLISHED)


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_says_of_how_many_pictures_it_is_at_least(metric):
    row = METRICS[metric]

    check_counts(metric, ("real", row.least_real), ("made", row.least_fake))
    with pytest.raises(ValueError, match=rf"made has {row.least_fake - 1} pictures.*-n"):
        check_counts(metric, ("real", 1_000), ("made", row.least_fake - 1))


@pytest.mark.parametrize("metric", OFFLINE)
def test_features_that_are_no_numbers_are_refused(metric):
    pair = a_pair(0)
    broken = pair.fake.copy()
    broken[4, 2] = np.nan

    if METRICS[metric].reads == "features":
        with pytest.raises(ValueError, match=r"1 of 120 pictures .* diverged"):
            METRICS[metric].measure(Pair(pair.real, broken, 0))


@pytest.mark.parametrize(
    ("text", "extractor", "complaint"),
    [
        ("", "fd-random-v1", "no metric named"),
        ("fd,fid", "fd-random-v1", "no metric 'fid'"),
        ("fd,is", "fd-random-v1", "Inception Score is defined by the published network"),
        ("is", "fid-clean", "Inception Score is defined by the published network"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_anything_is_read(text, extractor, complaint):
    with pytest.raises(ValueError, match=complaint):
        metrics_named(text, extractor)


def test_metrics_come_in_the_order_of_the_table_and_once():
    assert metrics_named("kid, fd,kid", "fd-random-v1") == ("fd", "kid")
    assert metrics_named("is", PUBLISHED) == ("is",)


@pytest.fixture
def looker(extractor, tmp_path: Path) -> Looker:
    return Looker(extractor, identity_of(extractor), tmp_path, Watch())


def looked_at(looker: Looker, source: Kept, monkeypatch: pytest.MonkeyPatch) -> tuple:
    """Return the features, and of how many pictures they were computed now."""
    seen: list[int] = []
    computed = type(looker.extractor).__call__

    def counting(self, pixels):
        seen.append(len(pixels))
        return computed(self, pixels)

    with monkeypatch.context() as patch:
        patch.setattr(type(looker.extractor), "__call__", counting)
        features = looker.see(source).features
    return features, sum(seen)


def test_a_hit_equals_a_miss(looker, monkeypatch):
    first, missed = looked_at(looker, kept(noise(1)), monkeypatch)
    second, hit = looked_at(looker, kept(noise(1)), monkeypatch)

    assert (missed, hit) == (90, 0)
    assert np.array_equal(first, second)


def changed_pixel(pixels: torch.Tensor) -> torch.Tensor:
    pixels[11, 0, 3, 3] ^= 1
    return pixels


@pytest.mark.parametrize(
    "other",
    [
        kept(changed_pixel(noise(1))),
        kept(noise(1)[:89]),
        kept(noise(1), count=80),
        kept(noise(1).repeat(1, 3, 1, 1)),
        kept(noise(1).reshape(90, 1, 4, 16)),
        Kept("real", "real", (Stored(noise(1)),), Choice(1_000, 8)),
    ],
    ids=["a pixel", "one less", "fewer chosen", "colours", "shape", "lot"],
)
def test_other_pictures_never_meet_what_was_remembered(other, looker, monkeypatch):
    looker.see(kept(noise(1)))

    _, computed = looked_at(looker, other, monkeypatch)

    assert computed == len(other)


def test_other_weights_never_meet_what_was_remembered(looker, extractor, monkeypatch):
    looker.see(kept(noise(1)))
    other = load_extractor("fd-random-v1")
    with torch.no_grad():
        next(iter(other.net.parameters())).view(-1)[0] += 1e-3
    assert identity_of(other) != identity_of(extractor) == looker.identity

    stranger = Looker(other, identity_of(other), looker.cache, Watch())

    assert looked_at(stranger, kept(noise(1)), monkeypatch)[1] == 90


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    ],
    ids=["empty", "short", "long", "a bit", "the sum"],
)
def test_a_damaged_memory_is_computed_anew(damage, looker, monkeypatch):
    whole = looker.see(kept(noise(1))).features
    (path,) = looker.cache.rglob("*.features")
    path.write_bytes(damage(path.read_bytes()))

    again, computed = looked_at(looker, kept(noise(1)), monkeypatch)

    assert computed == 90
    assert np.array_equal(again, whole)
    assert looked_at(looker, kept(noise(1)), monkeypatch)[1] == 0


def test_a_memory_that_cannot_be_written_costs_no_number(extractor, tmp_path):
    (tmp_path / "file").write_text("in the way")
    looker = Looker(extractor, identity_of(extractor), tmp_path / "file", Watch())

    assert looker.see(kept(noise(1))).features.shape == (90, extractor.dim)


def test_stopping_leaves_nothing_half_written(extractor, tmp_path):
    told: list[Progress] = []
    watch = Watch(told.append, lambda: any(p.what.startswith("Looking") for p in told))
    looker = Looker(extractor, identity_of(extractor), tmp_path, watch)

    with pytest.raises(Cancelled):
        looker.see(kept(noise(1, count=200)))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_pictures_are_those_of_the_features_hit_or_miss(extractor, tmp_path):
    looker = Looker(extractor, identity_of(extractor), tmp_path, Watch(), pictures=50)
    source = kept(noise(1))

    missed, hit = looker.see(source), looker.see(source)

    assert np.array_equal(missed.pixels, next(source.chunks())[:50])
    assert np.array_equal(missed.pixels, hit.pixels)


def test_parts_are_joined_and_every_picture_is_taken_once():
    pixels = noise(2, count=CHUNK + 90)
    source = Kept("a", "a", (Stored(pixels[:70]), Stored(pixels[70:])), Choice(10_000, 0))

    taken = np.concatenate(list(source.chunks())).transpose(0, 3, 1, 2)

    assert sorted(map(bytes, taken)) == sorted(map(bytes, pixels.numpy()))


class Repeating(Kept):
    """Says how often it is gone through."""

    reads = 0

    def chunks(self) -> Iterator[np.ndarray]:
        self.reads += 1
        return super().chunks()


def test_every_set_is_looked_at_once_however_many_pairs_it_is_in(looker):
    wanted = Wanted(("fd", "mind"), 90)
    a, b = (Repeating(n, n, (Stored(noise(3)),), Choice(90, 0)) for n in "ab")
    a.is_real = b.is_real = False

    series = judge([Match(a, b), Match(b, a, is_null=True)], wanted, looker, Watch())

    assert (a.reads, b.reads) == (1, 1)
    assert [one.is_null for one in series] == [False, True]
    assert [score.value for score in series[0].scores if score.name == "fd"] == [
        pytest.approx(0, abs=1e-9)
    ]


class Mirror:
    """A perfect autoencoder: the code of a picture is its pixels; `dimmed` makes it worse."""

    latent, shape, weights = LatentSpace(64), (1, 8, 8), "decoder"

    def __init__(self, dimmed: int = 0) -> None:
        self._dimmed = dimmed

    def encode(self, pixels: np.ndarray) -> Posterior:
        flat = pixels.reshape(len(pixels), -1).astype(np.float32)
        return Posterior(flat, np.zeros_like(flat))

    def decode(self, z: np.ndarray) -> np.ndarray:
        return (z.reshape(-1, 8, 8, 1) * (1 - self._dimmed / 10)).astype(np.uint8)


def test_a_perfect_autoencoder_scores_zero_and_a_worse_one_more(looker):
    wanted = Wanted(("fd", "kid", "precision-recall"), 90)
    originals = kept(noise(1), "held-out")
    found = []
    for dimmed in (0, 1, 4):
        copies = Copied(Mirror(dimmed), originals, batch=40)
        (series,) = judge([Match(originals, copies, is_copied=True)], wanted, looker, Watch())
        assert (series.fake.name, series.is_copied) == ("reconstructions", True)
        found.append({score.name: score.value for score in series.scores})

    perfect, worse, bad = found
    assert perfect.keys() == {"fd", "fd_mean_term", "fd_covariance_term", "kid"}
    assert perfect["fd"] == pytest.approx(0, abs=1e-9)
    assert perfect["kid"] == pytest.approx(0, abs=1e-9)
    assert perfect["fd"] < worse["fd"] < bad["fd"]
    assert perfect["kid"] < worse["kid"] < bad["kid"]


def test_grey_pictures_can_be_compared_with_coloured_ones(extractor, tmp_path):
    looker = Looker(extractor, identity_of(extractor), tmp_path, Watch(), pictures=90)
    grey, coloured = kept(noise(1), "grey"), kept(noise(1).repeat(1, 3, 1, 1), "coloured")
    wanted = Wanted(("fd", "swd"), 90)

    (series,) = judge([Match(grey, coloured)], wanted, looker, Watch())

    assert series.scores[0].value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("count", "seed"), [(1, 0), (0, 0), (-3, 0), (10**7, 0), (9, -1)])
def test_impossible_wishes_are_refused(count, seed):
    with pytest.raises(ValueError, match="must lie between"):
        Wanted(("fd",), count, seed)


# ---- what is kept of wide features


def wide(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((30, references.WIDE)).astype(np.float32)


def test_a_reference_of_wide_features_is_kept_and_is_what_would_be_computed(
    tmp_path, monkeypatch
):
    fresh = reference_of(wide(0))
    assert References(tmp_path).of(wide(0)).distance(wide(1)) == fresh.distance(wide(1))

    monkeypatch.setattr(references, "reference_of", lambda _: pytest.fail("computed again"))
    kept_one = References(tmp_path).of(wide(0))

    assert kept_one.distance(wide(1)) == fresh.distance(wide(1))
    assert kept_one.corrected(wide(1)) == fresh.corrected(wide(1))
    assert np.array_equal(kept_one.moments.scatter, fresh.moments.scatter)


def test_other_features_never_meet_a_kept_reference(tmp_path):
    References(tmp_path).of(wide(0))
    moved = wide(0)
    moved[3, 5] += 1e-6

    assert (
        References(tmp_path).of(moved).moments.mean[5] != reference_of(wide(0)).moments.mean[5]
    )
    assert len(list(tmp_path.rglob("*.reference"))) == 2


@pytest.mark.parametrize("spoil", [lambda b: b[:-1], lambda b: b"?" + b[1:], lambda b: b""])
def test_a_spoilt_reference_is_computed_again(tmp_path, spoil):
    References(tmp_path).of(wide(0))
    (path,) = tmp_path.rglob("*.reference")
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))

    found = References(tmp_path).of(wide(0))

    assert np.array_equal(found.root, reference_of(wide(0)).root)
    assert path.read_bytes() == whole


def test_narrow_features_leave_no_file(tmp_path):
    References(tmp_path).of(wide(0)[:, :100])

    assert not list(tmp_path.rglob("*"))
