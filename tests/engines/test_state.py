"""A saved engine continues as if uninterrupted; what does not fit is refused and harmless."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.catalog import FAMILIES
from tests.engines.rows import VARIANTS, made, same, small, trained

each_family = pytest.mark.parametrize("family", FAMILIES)
each_variant = pytest.mark.parametrize("model", VARIANTS.values(), ids=VARIANTS.keys())


@pytest.fixture(scope="module", params=VARIANTS.values(), ids=VARIANTS.keys())
def course(request):
    """A model, what it is before each of six steps and at their end, and their losses."""
    engine = made(request.param)
    states, losses = [engine.state()], []
    for step in range(6):
        losses += trained(engine, steps=1, first=step)
        states.append(engine.state())
    return request.param, states, losses


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_resumed_run_is_the_uninterrupted_run(course, before):
    model, states, losses = course
    resumed = made(model, seed=9)

    resumed.load(states[before])

    assert trained(resumed, steps=3, first=before) == losses[before : before + 3]
    assert same(resumed.state(), states[before + 3])


@each_variant
def test_going_back_to_the_first_state_forgets_what_came_after(model):
    fresh, engine = made(model), made(model)
    start = engine.state()
    trained(engine, steps=3)

    engine.load(start)

    assert trained(engine, steps=2) == trained(fresh, steps=2)


@each_variant
def test_a_saved_state_is_a_copy(model):
    engine = made(model)
    trained(engine, steps=1)
    saved = engine.state()
    kept = {name: tensor.clone() for name, tensor in saved.items()}

    trained(engine, steps=2)
    assert same(saved, kept)

    engine.load(saved)
    trained(engine, steps=2)
    assert same(saved, kept)


@each_family
def test_a_state_is_plain_tensors_on_the_cpu(family):
    engine = made(small(family))
    trained(engine, steps=1)

    for tensor in engine.state().values():
        assert type(tensor) is torch.Tensor
        assert tensor.is_contiguous()
        assert tensor.device.type == "cpu"


@each_family
def test_a_snapshot_of_loaded_weights_shows_them(family):
    engine, other = made(small(family)), made(small(family), seed=2)
    trained(engine, steps=2)
    z = torch.randn(3, 3, generator=torch.Generator()).numpy()

    other.load(engine.state())

    assert (other.snapshot().decode(z) == engine.snapshot().decode(z)).all()


def others(family):
    """Name states that were made by something else."""
    yield "another shape", made(small(family), (3, 32, 32))
    yield "another latent size", made(small(family, latent_dim=4))
    for stranger in FAMILIES:
        if FAMILIES[stranger].engine is not FAMILIES[family].engine:
            yield stranger, made(small(stranger))


STRANGERS = [
    pytest.param(family, other, id=f"{family} given {what}")
    for family in FAMILIES
    for what, other in others(family)
]


@pytest.mark.parametrize(("family", "other"), STRANGERS)
@pytest.mark.parametrize("steps", [0, 1])
def test_the_state_of_another_architecture_is_refused_and_changes_nothing(family, other, steps):
    engine = made(small(family))
    trained(engine, steps=1)
    before = engine.state()
    for _ in range(steps):
        other.step(torch.zeros(2, *other.snapshot().shape))

    with pytest.raises(ValueError, match=r"lacks|holds|needs"):
        engine.load(other.state())

    assert same(engine.state(), before)


ENGINES = {family: made(small(family)) for family in FAMILIES}
for _engine in ENGINES.values():
    trained(_engine, steps=1)


def without(saved, name):
    return {key: value for key, value in saved.items() if key != name}


MUTATIONS = {
    "missing": without,
    "renamed": lambda saved, name: {**without(saved, name), f"{name}_": saved[name]},
    "stranger": lambda saved, name: {**saved, f"new{name}": saved[name]},
    "under the same part": lambda saved, name: {**saved, f"{name}.more": saved[name]},
    "one more axis": lambda saved, name: {**saved, name: saved[name][None]},
    "empty": lambda saved, name: {**saved, name: torch.empty(0, dtype=saved[name].dtype)},
    "longer": lambda saved, name: {**saved, name: saved[name].ravel().repeat(2)},
    "of another type": lambda saved, name: {**saved, name: saved[name].to(torch.float16)},
}


@each_family
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS.keys())
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_mutilated_state_is_refused_and_changes_nothing(family, mutation, data):
    engine = ENGINES[family]
    before = engine.state()
    name = data.draw(st.sampled_from(sorted(before)))

    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        engine.load(mutation(before, name))

    assert same(engine.state(), before)


def moments(saved, kind):
    """Leave out one kind of an optimiser's memory for every parameter at once."""
    return {name: tensor for name, tensor in saved.items() if not name.endswith(f".{kind}")}


@each_family
@pytest.mark.parametrize("kind", ["step", "exp_avg", "exp_avg_sq"])
def test_an_optimiser_with_half_a_memory_is_refused(family, kind):
    engine = ENGINES[family]
    before = engine.state()

    with pytest.raises(ValueError, match=rf"lacks .*\.{kind}$"):
        engine.load(moments(before, kind))

    assert same(engine.state(), before)


@pytest.mark.parametrize("kind", ["step", "square_avg"])
def test_half_a_memory_of_rmsprop_is_refused(kind):
    engine = made(small("gan", optimiser="rmsprop"))
    trained(engine, steps=1)

    with pytest.raises(ValueError, match=rf"lacks .*\.{kind}$"):
        engine.load(moments(engine.state(), kind))


@each_family
def test_bytes_that_are_no_random_stream_are_refused_and_change_nothing(family):
    engine = ENGINES[family]
    before = engine.state()
    streams = [name for name in before if before[name].dtype == torch.uint8]
    other = made(small(family), seed=2).state()

    for name in streams:
        with pytest.raises(ValueError, match="random stream"):
            engine.load({**other, name: torch.full_like(before[name], 255)})

    assert streams
    assert same(engine.state(), before)
