"""A player advanced alone learns, and leaves the other as it was."""

import pytest
import torch

from engines.catalog import FAMILIES
from engines.engine import Engine
from tests.engines.rows import VARIANTS, labels, made, pictures, same, small, trained

GANS = {name: model for name, model in VARIANTS.items() if model.family == "gan"}
OTHERS = [name for name in FAMILIES if not made(small(name)).turns]
OWNED = {
    "discriminator": ("discriminator", "d_optimizer"),
    "generator": ("generator", "average", "g_optimizer"),
}
each_gan = pytest.mark.parametrize("model", GANS.values(), ids=GANS.keys())
each_player = pytest.mark.parametrize("name", OWNED)


def part(engine: Engine, *names: str) -> dict[str, torch.Tensor]:
    """What the named parts hold now."""
    state = engine.state()
    return {key: value for key, value in state.items() if key.split("/")[0] in names}


@each_gan
@each_player
def test_a_turn_changes_its_player_and_no_other(model, name):
    engine = made(model)
    trained(engine, steps=2)
    (other,) = set(OWNED) - {name}
    mine, theirs = part(engine, *OWNED[name]), part(engine, *OWNED[other])

    measured = engine.turn(name, pictures(5, seed=7), labels(5))

    assert same(part(engine, *OWNED[other]), theirs)
    assert not same(part(engine, *OWNED[name]), mine)
    assert set(measured) < {channel.name for channel in engine.channels}
    assert all(torch.isfinite(value) for value in measured.values())


@each_player
def test_a_turn_from_a_saved_state_is_the_same_turn(name):
    one, other = (
        made(small("gan", penalty="gp", norm="layer")),
        made(small("gan", penalty="gp", norm="layer"), seed=8),
    )
    trained(one, steps=2)
    other.load(one.state())

    one.turn(name, pictures(4))
    other.turn(name, pictures(4))

    assert same(one.state(), other.state())
    assert trained(one, steps=2) == trained(other, steps=2)


def test_a_discriminator_left_alone_with_its_pictures_learns_to_tell_them():
    engine = made(small("gan", discriminator_rate=0.01))
    pairs = [engine.turn("discriminator", pictures(4)) for _ in range(60)]

    first, last = (float(pairs[i]["discriminator"]) for i in (0, -1))

    assert last < 0.5 * first


@pytest.mark.parametrize("family", ["gan", *OTHERS])
def test_a_player_that_is_not_there_is_refused_by_name(family):
    engine = made(small(family))
    before = engine.state()

    with pytest.raises(ValueError, match="no player 'referee' to advance alone"):
        engine.turn("referee", pictures(4))

    assert same(engine.state(), before)
