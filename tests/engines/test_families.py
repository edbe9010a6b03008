"""Every family keeps the engine's promises on every size of picture."""

import numpy as np
import pytest
import torch

from engines import frozen as frozen_module
from engines.catalog import FAMILIES, build, read_model
from engines.frozen import DECODE_CHUNK
from engines.latent.priors import sample
from engines.snapshot import Snapshot
from tests.engines.rows import (
    CPU,
    SHAPES,
    TINY,
    VARIANTS,
    labels,
    made,
    pictures,
    same,
    small,
    trained,
)

each_family = pytest.mark.parametrize("family", FAMILIES)
each_shape = pytest.mark.parametrize(
    "shape", SHAPES, ids=lambda shape: "x".join(map(str, shape))
)
each_variant = pytest.mark.parametrize("model", VARIANTS.values(), ids=VARIANTS.keys())


def judge():
    return torch.Generator().manual_seed(3)


def names(channels):
    return {channel.name for channel in channels}


@each_family
@each_shape
def test_two_steps_on_any_picture_give_a_finite_value_per_channel(family, shape):
    engine = made(small(family), shape)

    measured = [engine.step(pictures(3, shape, seed)) for seed in range(2)]

    assert all(step.keys() == names(engine.channels) for step in measured)
    assert all(value.isfinite() for step in measured for value in step.values())


@each_variant
def test_every_choice_can_be_trained(model):
    losses = trained(made(model), steps=2)

    assert np.isfinite([list(step.values()) for step in losses]).all()


@each_variant
def test_what_a_step_returns_holds_no_graph_alive(model):
    measured = made(model).step(pictures(5), labels(5))

    assert not any(value.requires_grad for value in measured.values())


@each_family
@each_shape
def test_judging_gives_a_finite_value_per_image_and_channel(family, shape):
    engine = made(small(family), shape)

    judged = engine.measure(pictures(3, shape), judge())

    assert judged.keys() == names(engine.held_out_channels)
    by_axis = (3, engine.latent.dim)
    for name, value in judged.items():
        assert value.shape == (by_axis if name in engine.axis_channels else (3,))
        assert value.isfinite().all()


@each_variant
def test_judging_changes_nothing(model):
    engine = made(model)
    trained(engine, steps=1)
    before = engine.state()

    engine.measure(pictures(3), judge(), labels(3))

    assert same(engine.state(), before)


@each_variant
def test_judging_again_with_the_same_stream_gives_the_same_values(model):
    engine = made(model)

    first = engine.measure(pictures(3), judge(), labels(3))

    assert same(engine.measure(pictures(3), judge(), labels(3)), first)


@each_variant
@pytest.mark.parametrize("count", [1, 2, 7])
def test_any_number_of_images_makes_a_step(model, count):
    engine = made(model)
    updates = engine.batch_size // model.batch_size

    measured = engine.step(pictures(count * updates), labels(count * updates))

    assert all(value.isfinite() for value in measured.values())


@each_family
def test_every_channel_can_be_drawn_and_explained(family):
    engine = made(small(family))
    channels = (*engine.channels, *engine.held_out_channels)

    assert all(channel.label and channel.group and channel.help for channel in channels)
    assert len(names(engine.channels)) == len(engine.channels)
    assert len({(channel.group, channel.label) for channel in engine.channels}) == len(
        engine.channels
    )


@each_family
def test_an_engine_says_its_batch_size_and_its_latent_space(family):
    model = small(family)

    engine = made(model)

    assert engine.batch_size == model.batch_size
    assert engine.latent.dim == model.latent_dim


# ---- snapshots


@each_family
@each_shape
def test_a_snapshot_decodes_latents_to_bytes_of_the_pictures_shape(family, shape):
    snapshot = made(small(family), shape).snapshot()

    pixels = snapshot.decode(sample(snapshot.latent, 4, seed=0))

    assert isinstance(snapshot, Snapshot)
    assert snapshot.shape == shape
    assert snapshot.weights
    assert pixels.dtype == np.uint8
    assert pixels.shape == (4, *shape[1:], shape[0])


@each_variant
def test_a_snapshot_does_not_learn(model):
    engine = made(model)
    snapshot = engine.snapshot()
    z = sample(snapshot.latent, 16, seed=0)
    before = snapshot.decode(z)

    trained(engine, steps=6)

    assert np.array_equal(snapshot.decode(z), before)
    assert not np.array_equal(engine.snapshot().decode(z), before)


@each_family
def test_a_large_sheet_is_decoded_as_its_parts_would_be(family):
    snapshot = made(small(family)).snapshot()
    z = sample(snapshot.latent, DECODE_CHUNK + 40, seed=0)

    parts = [snapshot.decode(z[:DECODE_CHUNK]), snapshot.decode(z[DECODE_CHUNK:])]

    assert np.array_equal(snapshot.decode(z), np.concatenate(parts))


@each_family
def test_the_size_of_a_chunk_does_not_show_in_the_picture(family, monkeypatch):
    snapshot = made(small(family)).snapshot()
    z = sample(snapshot.latent, 20, seed=0)
    whole = snapshot.decode(z).astype(int)

    monkeypatch.setattr(frozen_module, "DECODE_CHUNK", 3)

    assert np.abs(snapshot.decode(z) - whole).max() <= 1  # a sum in another order


@each_family
@pytest.mark.parametrize("count", [0, 1])
def test_few_latents_give_as_few_pictures(family, count):
    snapshot = made(small(family)).snapshot()

    assert len(snapshot.decode(sample(snapshot.latent, count, seed=0))) == count


@each_family
def test_views_of_latents_are_as_good_as_copies(family):
    snapshot = made(small(family)).snapshot()
    z = sample(snapshot.latent, 6, seed=0)
    frozen = z.copy()
    frozen.flags.writeable = False
    pixels = snapshot.decode(z)

    assert np.array_equal(snapshot.decode(frozen), pixels)
    assert np.array_equal(snapshot.decode(z[::-1]), pixels[::-1])


@each_family
@pytest.mark.parametrize("length", [1, 2, 4, 64])
def test_latents_of_another_length_are_refused_in_one_sentence(family, length):
    snapshot = made(small(family)).snapshot()

    with pytest.raises(ValueError, match=f"takes 3 numbers, not {length}$"):
        snapshot.decode(np.zeros((2, length), np.float32))


# ---- what cannot be built


CONVOLUTIONAL = {
    "gan": small("gan"),
    "began": small("began"),
    "vae": small("vae", body="conv"),
    "beta-vae": small("beta-vae", body="conv"),
}


@pytest.mark.parametrize("model", CONVOLUTIONAL.values(), ids=CONVOLUTIONAL.keys())
@pytest.mark.parametrize("shape", [(1, 30, 28), (1, 7, 7), (3, 6, 6), (1, 29, 29), (1, 64, 32)])
def test_pictures_that_cannot_be_halved_are_refused_with_a_way_out(model, shape):
    with pytest.raises(
        ValueError, match=f"not {shape[2]} × {shape[1]}; choose side 28"
    ) as told:
        build(model, shape, 1, CPU)

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("family", ["vae", "beta-vae"])
@pytest.mark.parametrize("shape", [(1, 30, 28), (1, 7, 7), (1, 1, 2), (3, 30, 28)])
def test_fully_connected_layers_take_pictures_of_any_shape(family, shape):
    engine = made(small(family, body="mlp"), shape)

    assert engine.step(pictures(2, shape))["negative_elbo"].isfinite()


@pytest.mark.parametrize("family", ["pixelcnn", None, 3, ["vae"]])
def test_an_unknown_family_is_refused_by_naming_the_known_ones(family):
    with pytest.raises(ValueError, match="choose vae, beta-vae, gan"):
        read_model({"family": family})


@each_family
def test_a_familys_name_finds_its_configuration_and_its_engine(family):
    model = read_model({"family": family})

    assert type(model) is FAMILIES[family].config
    assert FAMILIES[family].title
    assert FAMILIES[family].summary.endswith(".")


@each_family
def test_a_model_of_one_latent_number_can_be_trained(family):
    engine = made(small(family, latent_dim=1), TINY)

    trained(engine, steps=1)

    assert engine.snapshot().decode(np.zeros((1, 1), np.float32)).shape == (1, 16, 16, 1)
