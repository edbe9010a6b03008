"""The meter keeps every step; the judge averages over every image and touches nothing."""

import numpy as np
import pytest
import torch

from engines.catalog import build
from engines.engine import stream
from tests.trainers.small_runs import VARIANTS, Counting, batch, differing, tiny
from trainers.data.batches import Batch
from trainers.evaluation import Judge
from trainers.meter import DivergedError, Meter, refuse_broken, refuse_lost

SHAPE = (1, 28, 28)


def test_the_meter_gives_back_every_step_of_every_channel():
    meter = Meter()
    for step in range(4):
        meter.add({"up": torch.tensor(float(step)), "down": torch.tensor(-2.0 * step)})

    assert len(meter) == 4
    read = meter.read()

    assert {name: trace.tolist() for name, trace in read.items()} == {
        "up": [0.0, 1.0, 2.0, 3.0],
        "down": [0.0, -2.0, -4.0, -6.0],
    }
    assert {trace.dtype for trace in read.values()} == {np.dtype(np.float64)}


def test_a_meter_that_was_read_begins_again():
    meter = Meter()
    meter.add({"loss": torch.tensor(1.0)})
    meter.read()
    assert len(meter) == 0
    meter.add({"loss": torch.tensor(2.0)})

    assert meter.read()["loss"].tolist() == [2.0]


def test_a_single_precision_scalar_is_told_as_it_is():
    meter = Meter()
    meter.add({"loss": torch.tensor(0.1)})

    assert meter.read()["loss"][0] == np.float64(np.float32(0.1))


@pytest.mark.parametrize(
    ("value", "words"),
    [(np.nan, "kl became not a number at step 1,002;"), (np.inf, "kl became infinite at step")],
)
def test_the_quantity_and_the_step_that_broke_are_named(value, words):
    with pytest.raises(DivergedError, match=words):
        refuse_lost({"loss": np.ones(4), "kl": np.array([0, 0, value, 0])}, 1_000)


def test_a_name_of_several_words_is_written_as_words():
    with pytest.raises(DivergedError, match=r"^real score became"):
        refuse_lost({"real_score": np.array([np.nan])}, 1)


def test_values_are_refused_for_what_is_not_finite_and_not_for_their_size():
    refuse_lost({"loss": np.array([1e308, -1e308, 0.0])}, 1)
    with pytest.raises(DivergedError, match="loss became infinite at step 2"):
        refuse_lost({"loss": np.array([1e308, -np.inf, 0.0])}, 1)


def test_bytes_are_no_numbers_that_could_break():
    state = {"stream": torch.full((3,), 255, dtype=torch.uint8), "weights": torch.ones(3)}
    refuse_broken(state, 1)
    with pytest.raises(DivergedError, match="weights was not finite any more"):
        refuse_broken(state | {"weights": torch.ones(3) / 0}, 1)


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_a_tensor_that_is_not_finite_is_named(value):
    state = {"decoder/a": torch.ones(2), "decoder/b": torch.tensor([0.0, value])}

    with pytest.raises(DivergedError, match="decoder/b was not finite any more by step 9;"):
        refuse_broken(state, 9)


def test_means_are_over_images_however_the_last_batch_comes_out():
    def three_and_one():
        return [batch(0.0, 3), batch(1.0, 1)]

    told = Judge(three_and_one, seed=0).judge(Counting(), 12)

    assert told.step == 12
    assert told.count == 4
    assert told.values == {"brightness": pytest.approx(0.25)}  # not (0 + 1) / 2


def engine_of(folder, variant):
    config = tiny(folder, variant)
    return build(config.model, SHAPE, 3, torch.device("cpu"), ("one", "two", "three"))


def held_out():
    rng = stream(0, "held-out pictures of this test")
    images = torch.rand((13, *SHAPE), generator=rng) * 2 - 1
    labels = torch.arange(13) % 3
    return [Batch(*part) for part in zip(images.split(5), labels.split(5), strict=True)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_judging_twice_gives_the_same_and_changes_nothing(tmp_path, variant):
    engine = engine_of(tmp_path, variant)
    images = held_out()
    engine.step(images[0].images, images[0].labels)
    judge = Judge(held_out, seed=3)
    before, global_stream = engine.state(), torch.get_rng_state()

    first, second = judge.judge(engine, 1), judge.judge(engine, 1)

    assert first == second
    assert first.count == 13
    assert set(first.values) == {channel.name for channel in engine.held_out_channels}
    assert differing(before, engine.state()) == []
    assert torch.equal(global_stream, torch.get_rng_state())


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_step_after_judging_is_the_step_without(tmp_path, variant):
    judged, alone = engine_of(tmp_path, variant), engine_of(tmp_path, variant)
    images = held_out()

    for engine in (judged, alone):
        engine.step(images[0].images, images[0].labels)
    Judge(held_out, seed=3).judge(judged, 1)
    judged.snapshot()
    for engine in (judged, alone):
        engine.step(images[1].images, images[1].labels)

    assert differing(judged.state(), alone.state()) == []
