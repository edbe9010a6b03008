"""What each row of the sliders says, made of what is known of its axis."""

from collections.abc import Iterator, Mapping, Sequence

from engines.latent.parts import place_of
from engines.latent.priors import span
from engines.snapshot import LatentSpace
from explorer.walking.facts import Measured, Weights, enough
from explorer.walking.knowledge import Facts
from explorer.widgets.track import Bar, Track
from explorer.widgets.words import axis_name, axis_unit


def tracks(
    space: LatentSpace, order: Sequence[int], facts: Facts | None, names: Mapping[int, str]
) -> Iterator[Track]:
    """Yield a track for each axis, in `order`; nothing but names while nothing is known."""
    for axis in order:
        part = place_of(space, axis).part
        label = axis_name(space, axis)
        if part.is_categorical:
            choices = tuple(part.choice(i) for i in range(part.size))
            yield Track(axis, label, choices=choices)
        else:
            yield _slid(space, axis, facts, names.get(axis, label), label)


def summary(facts: Facts) -> tuple[str, str]:
    """Say in a line what the bars sum to and how many axes are active, and then at length."""
    known = facts.known
    told = [] if known.weights is None else [_summed(known.weights)]
    if known.judged:
        told.append(_activity(known, facts.choices.threshold))
    if facts.carried is not None:
        told.append((facts.carried.brief, facts.carried.says))
    return " · ".join(brief for brief, _ in told), "\n".join(says for _, says in told)


def _summed(weights: Weights) -> tuple[str, str]:
    if weights.unit != "nats":
        return f"bars: {weights.brief}", f"Bars: {weights.says}."
    total = sum(weights.values.values())
    return (
        f"bars sum to {total:.2f} nats of KL ({weights.brief})",
        f"Bars: {weights.says}; they sum to {total:.2f} nats.",
    )


def _activity(known: Measured, threshold: float) -> tuple[str, str]:
    count = len(known.variances)
    used = f"{count - len(known.inactive)} of {count} active"
    few = "" if enough(known) else ", too few to be sure"
    return (
        f"{used} (n = {known.judged:,}{few})",
        f"{used}: Var μ > {threshold:g} over {known.judged:,} pictures{few}.",
    )


def _slid(space: LatentSpace, axis: int, facts: Facts | None, name: str, label: str) -> Track:
    unit, own = axis_unit(space, axis), span(space, axis)
    if facts is None or facts.space != space:
        return Track(axis, name, -own, own, unit, label=label)
    reach, known = facts.reaches[axis], facts.known
    return Track(
        axis,
        name,
        reach.low,
        reach.high,
        unit,
        label=label,
        says=reach.says,
        shaded=reach.shaded,
        shade_says=reach.shade_says,
        bar=_bar(axis, known, facts.choices.threshold),
        is_active=axis not in known.inactive,
    )


def _bar(axis: int, known: Measured, threshold: float) -> Bar | None:
    weights = known.weights
    if weights is None or axis not in weights.values:
        return None
    value, most = weights.values[axis], max(weights.values.values())
    text = f"{value:.2f} {weights.unit}"
    tip = f"{value:.4f} {weights.unit}: {weights.says}."
    if axis in known.variances:
        side = "not above" if axis in known.inactive else "above"
        state = "inactive" if axis in known.inactive else "active"
        tip += (
            f"\nVar μ is {known.variances[axis]:.4f} over {known.judged:,} pictures, {side} "
            f"{threshold:g}: {state}."
        )
    return Bar(value / most if most > 0 else 0.0, text, tip)
