"""Step sizes fall in a straight line to zero, and a resumed run knows where it was."""

import pytest

from tests.engines.rows import made, same, small, trained


def rates(engine):
    optimizers = (engine._g_optimizer, engine._d_optimizer)
    return [group["lr"] for optimizer in optimizers for group in optimizer.param_groups]


def decaying(**values):
    return small("gan", learning_rate=1e-2, discriminator_rate=4e-2, decay_steps=4, **values)


@pytest.mark.parametrize("optimiser", ["adam", "rmsprop"])
def test_both_step_sizes_fall_in_a_straight_line_to_zero(optimiser):
    engine = made(decaying(optimiser=optimiser))
    shares = []

    for step in range(6):
        trained(engine, 1, first=step)
        shares.append([rates(engine)[0] / 1e-2, rates(engine)[1] / 4e-2])

    expected = [1, 0.75, 0.5, 0.25, 0, 0]
    assert shares == [pytest.approx([share, share]) for share in expected]


def test_a_game_that_has_come_to_rest_learns_no_more():
    engine = made(decaying(ema=0.0))
    trained(engine, steps=4)
    before = {n: t.clone() for n, t in engine._generator.named_parameters()}

    trained(engine, steps=2, first=4)

    assert same(dict(engine._generator.named_parameters()), before)


def test_a_resumed_game_decays_from_where_it_was():
    one, other = made(decaying()), made(decaying(), seed=8)
    trained(one, steps=2)
    other.load(one.state())

    assert trained(one, 2, first=2) == trained(other, 2, first=2)
    assert rates(one) == rates(other) == pytest.approx([2.5e-3, 1e-2])
    assert same(one.state(), other.state())


def test_without_decay_a_game_keeps_its_step_sizes():
    engine = made(small("gan", learning_rate=1e-3, discriminator_rate=1e-3))

    trained(engine, steps=3)

    assert rates(engine) == [1e-3, 1e-3]
