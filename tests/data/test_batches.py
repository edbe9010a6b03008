"""Batch k is a function of the seed and k alone, and an epoch is a permutation."""

from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from trainers.data.batches import Batches, held_out_batches, held_out_labelled
from trainers.data.dataset import Stored, parted

CPU = torch.device("cpu")
sizes = st.integers(1, 40)


def numbered(count: int, side: int = 2) -> Stored:
    """Pictures whose every pixel is their number."""
    pixels = torch.arange(count, dtype=torch.uint8)[:, None, None, None]
    return Stored(pixels.expand(count, 1, side, side))


def labelled(count: int) -> Stored:
    """Pictures whose every pixel is their number, of class number % 5."""
    return Stored(numbered(count).pixels, np.arange(count) % 5)


def numbers(batch: torch.Tensor) -> list[int]:
    return (batch[:, 0, 0, 0].add(1) * 127.5).round().int().tolist()


def flat(batches: Batches, first: int, count: int) -> list[int]:
    return [n for batch in islice(batches.stream(first), count) for n in numbers(batch)]


@settings(max_examples=60, deadline=None)
@given(count=sizes, batch=sizes, seed=st.integers(0, 2**40))
def test_every_epoch_is_a_permutation_of_the_whole_set(count, batch, seed):
    steps = -(-3 * count // batch)

    row = flat(Batches(numbered(count), batch, seed, CPU), 0, steps)

    epochs = [sorted(row[e * count : (e + 1) * count]) for e in range(3)]
    assert epochs == [list(range(count))] * 3


@settings(max_examples=60, deadline=None)
@given(count=sizes, batch=sizes, first=st.integers(0, 60), mirrored=st.booleans())
def test_a_stream_begun_later_is_the_tail_of_the_whole_stream(count, batch, first, mirrored):
    batches = Batches(numbered(count), batch, 7, CPU, mirrored=mirrored)

    whole = list(islice(batches.stream(), first + 3))
    tail = list(islice(batches.stream(first), 3))

    assert all(torch.equal(a, b) for a, b in zip(whole[first:], tail, strict=True))


def test_all_batches_are_full_even_when_the_set_is_smaller_than_one():
    batches = islice(Batches(numbered(3), 8, 0, CPU).stream(), 5)

    assert [len(batch) for batch in batches] == [8] * 5


def test_two_epochs_and_two_seeds_have_orders_of_their_own():
    first = flat(Batches(numbered(100), 100, 0, CPU), 0, 2)
    other = flat(Batches(numbered(100), 100, 1, CPU), 0, 1)

    assert first[:100] != first[100:]
    assert first[:100] != other


def test_two_streams_of_one_source_do_not_disturb_each_other():
    batches = Batches(numbered(10), 4, 3, CPU)
    one, two = batches.stream(), batches.stream()
    next(one), next(one)

    assert torch.equal(next(two), next(Batches(numbered(10), 4, 3, CPU).stream()))


def test_bytes_become_images_between_minus_one_and_one():
    pixels = torch.tensor([0, 255], dtype=torch.uint8).view(1, 1, 1, 2)

    image = next(Batches(Stored(pixels), 1, 0, CPU).stream())

    assert image.dtype == torch.float32
    assert image.flatten().tolist() == pytest.approx([-1, 1])


def test_mirroring_flips_about_half_of_the_pictures_left_to_right():
    pixels = torch.tensor([[0, 255], [0, 255]], dtype=torch.uint8).expand(400, 1, 2, 2)

    images = next(Batches(Stored(pixels), 400, 0, CPU, mirrored=True).stream())

    flipped = (images[:, 0, 0, 0] > 0).sum().item()
    assert 160 < flipped < 240
    assert (images[:, 0, 0, 0] == -images[:, 0, 0, 1]).all()
    assert (images[:, 0, 0] == images[:, 0, 1]).all()


def test_mirroring_leaves_the_stored_pictures_alone():
    store = Stored(torch.arange(64, dtype=torch.uint8).view(4, 1, 4, 4))
    before = store.pixels.clone()

    next(Batches(store, 4, 0, CPU, mirrored=True).stream())

    assert torch.equal(store.pixels, before)


@pytest.mark.parametrize("limit", [1, 5, 12, 100])
def test_held_out_batches_are_a_fixed_subset_in_a_fixed_order(limit):
    once, again = (
        [
            n
            for batch in held_out_batches(numbered(12), limit, 5, 3, CPU)
            for n in numbers(batch)
        ]
        for _ in range(2)
    )

    assert once == again
    assert len(once) == len(set(once)) == min(limit, 12)


def test_a_larger_limit_adds_to_the_same_subset():
    few, more = (
        torch.cat(list(held_out_batches(numbered(30), limit, 4, 3, CPU))) for limit in (7, 20)
    )

    assert torch.equal(few, more[:7])


@settings(max_examples=40, deadline=None)
@given(count=sizes, batch=sizes, first=st.integers(0, 30), mirrored=st.booleans())
def test_labels_belong_to_their_pictures_which_come_as_they_would_without(
    count, batch, first, mirrored
):
    batches = Batches(labelled(count), batch, 7, CPU, mirrored=mirrored)

    told = list(islice(batches.labelled(first), 3))

    for one, images in zip(told, batches.stream(first), strict=False):
        assert torch.equal(one.images, images)
        assert one.labels.tolist() == [n % 5 for n in numbers(images)]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_held_out_labels_belong_to_their_pictures(limit):
    told = list(held_out_labelled(labelled(12), limit, 5, 3, CPU))
    plain = list(held_out_batches(labelled(12), limit, 5, 3, CPU))

    assert sum(map(len, told)) == min(limit, 12)
    for one, images in zip(told, plain, strict=True):
        assert torch.equal(one.images, images)
        assert one.labels.tolist() == [n % 5 for n in numbers(images)]


def test_pictures_without_classes_come_without_labels():
    assert next(Batches(numbered(4), 2, 0, CPU).labelled()).labels is None
    assert next(held_out_labelled(numbered(4), 2, 2, 0, CPU)).labels is None


@pytest.mark.parametrize(("count", "batch"), [(0, 4), (4, 0)])
def test_no_pictures_or_no_batch_size_is_refused(count, batch):
    with pytest.raises(ValueError, match="at least one picture"):
        Batches(numbered(count), batch, 0, CPU)


@settings(max_examples=80, deadline=None)
@given(count=st.integers(2, 3000), share=st.floats(0.001, 0.5))
def test_the_parts_are_disjoint_together_whole_and_always_the_same(count, share):
    train, held_out = parted(count, share)

    assert sorted([*train, *held_out]) == list(range(count))
    assert len(held_out) == max(1, round(count * share))
    assert all(
        np.array_equal(a, b)
        for a, b in zip(parted(count, share), (train, held_out), strict=True)
    )


def test_the_held_out_part_is_spread_over_the_set():
    _, held_out = parted(10_000, 0.1)

    tenths = np.bincount(held_out // 1000, minlength=10)
    assert tenths.min() > 60
    assert held_out[:3].tolist() == parted(10_000, 0.1)[1][:3].tolist()


def test_one_picture_cannot_be_divided():
    with pytest.raises(ValueError, match="two pictures"):
        parted(1, 0.5)
