"""Looking does not change learning, and the same seed learns the same, bit for bit."""

import numpy as np
import pytest
import torch

from engines.catalog import FAMILIES
from engines.engine import stream
from engines.latent.priors import sample
from tests.engines.rows import VARIANTS, labels, made, pictures, same, small, trained

each_family = pytest.mark.parametrize("family", FAMILIES)
each_variant = pytest.mark.parametrize("model", VARIANTS.values(), ids=VARIANTS.keys())


def global_streams():
    return torch.get_rng_state().tolist(), np.random.get_state()[1].tolist()  # noqa: NPY002


@each_variant
def test_the_same_seed_learns_the_same(model):
    one, other = made(model), made(model)

    assert trained(one, steps=3) == trained(other, steps=3)
    assert same(one.state(), other.state())


@each_family
def test_another_seed_learns_otherwise(family):
    one, other = made(small(family), seed=1), made(small(family), seed=2)

    assert trained(one, steps=1) != trained(other, steps=1)


@each_variant
def test_nothing_is_drawn_from_the_global_streams(model):
    before = global_streams()

    engine = made(model)
    trained(engine, steps=2)
    engine.measure(pictures(2), torch.Generator(), labels(2))
    engine.snapshot().decode(sample(engine.latent, 2, seed=0))
    engine.load(engine.state())

    assert global_streams() == before


def look(engine, seed):
    """Do all that a curious person may do between two steps."""
    torch.manual_seed(seed)
    snapshot = engine.snapshot()
    snapshot.decode(sample(snapshot.latent, 5, seed=seed))
    engine.measure(pictures(4, seed=seed), torch.Generator().manual_seed(seed), labels(4))
    engine.state()


@each_variant
def test_a_watched_run_ends_where_an_unwatched_one_does(model):
    alone, watched = made(model), made(model)
    trained(alone, steps=4)

    with torch.random.fork_rng(devices=[]):
        for step in range(4):
            look(watched, seed=step)
            trained(watched, steps=1, first=step)

    assert same(watched.state(), alone.state())


@each_family
@pytest.mark.parametrize("neighbour", FAMILIES)
def test_another_engine_trained_beside_it_changes_nothing(family, neighbour):
    alone, beside, other = made(small(family)), made(small(family)), made(small(neighbour))
    trained(alone, steps=3)

    for step in range(3):
        trained(other, steps=1, first=step + 7)
        trained(beside, steps=1, first=step)

    assert same(beside.state(), alone.state())


@each_variant
def test_the_pictures_given_are_not_written_to(model):
    images = pictures(5)

    engine = made(model)
    engine.step(images, labels(5))
    engine.measure(images, torch.Generator(), labels(5))

    assert torch.equal(images, pictures(5))


def test_streams_differ_by_seed_and_by_purpose_and_repeat():
    def first(seed, purpose):
        return torch.rand(1, generator=stream(seed, purpose)).item()

    assert len({first(seed, word) for seed in (0, 1, 2**40) for word in ("a", "b")}) == 6
    assert first(5, "noise") == first(5, "noise")
