"""The weights that learn can be seen beside their average, and seeing them changes nothing."""

import numpy as np
import pytest
import torch

from engines.engine import Engine
from engines.latent.priors import sample
from tests.engines.rows import VARIANTS, made, same, small, trained

each_variant = pytest.mark.parametrize("model", VARIANTS.values(), ids=VARIANTS.keys())


def judged(engine: Engine) -> np.ndarray:
    """What the learning generator draws, judged with its running statistics as a decoder is."""
    generator = engine.parts()["generator"]
    z = torch.from_numpy(sample(engine.latent, 3, seed=2))
    with torch.no_grad():
        return generator.eval()(z).numpy()


def test_raw_weights_are_those_that_learn_with_their_statistics():
    engine, twin = made(small("gan")), made(small("gan"))
    trained(engine, steps=4)
    twin.load(engine.state())

    pixels = engine.variant("raw").decode(sample(engine.latent, 3, seed=2))

    wanted = np.rint((judged(twin) + 1) * 127.5).clip(0, 255)
    assert np.abs(pixels.astype(int) - wanted.transpose(0, 2, 3, 1)).max() <= 1
    assert not np.array_equal(engine.snapshot().decode(sample(engine.latent, 3, 2)), pixels)


def test_a_variant_says_which_weights_it_shows_and_does_not_learn():
    engine = made(small("gan"))
    raw = engine.variant("raw")
    z = sample(engine.latent, 3, seed=2)
    before = raw.decode(z)

    trained(engine, steps=3)

    assert raw.weights == "generator, raw"
    assert np.array_equal(raw.decode(z), before)


@each_variant
def test_every_variant_named_can_be_seen_and_copying_it_changes_nothing(model):
    engine = made(model)
    trained(engine, steps=1)
    before = engine.state()

    for name in engine.variants:
        assert engine.variant(name).latent == engine.latent

    assert same(engine.state(), before)


@pytest.mark.parametrize("model", [small("vae"), small("gan", ema=0.0)], ids=["vae", "no EMA"])
def test_a_model_with_one_kind_of_weights_has_no_variants(model):
    engine = made(model)

    assert engine.variants == ()
    with pytest.raises(ValueError, match="no weights named 'raw' beside those it shows"):
        engine.variant("raw")
