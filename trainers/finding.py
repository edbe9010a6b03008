"""Directions found in a model, by every method there is, with what is known about them.

The window and the command line both look for directions here. Importing this costs no torch:
what needs it is imported when it is asked for.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from engines.latent.attributes import pca
from engines.latent.directions import (
    Direction,
    Setting,
    mixed,
    orthogonal_to,
    require_fit,
    sliding,
    unit,
)
from engines.latent.evidence import Groups, Known, attributing
from engines.latent.parts import middle
from engines.snapshot import EncodingSnapshot
from trainers.subjects import Search, Subject, attributes_of, change_along, described, with_it

if TYPE_CHECKING:  # they cost the import of torch
    from engines.probing.findings import Directions
    from trainers.codes import CodeTable

Finding: TypeAlias = Generator[float, None, tuple[Direction, ...]]

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Method:
    """A row: what a person reads, what it needs, and what looks."""

    title: str
    help: str
    find: Callable[[Subject, Search], Finding]
    several: bool = False
    """Whether it finds as many as are asked for."""
    reads: tuple[str, ...] = ()
    """Which fields of a search it reads besides those that all have."""


def searching(subject: Subject, search: Search) -> Finding:
    """Look for directions; the share done is told now and then. Any thread.

    Whoever stops listening has cancelled it. The same request gives the same directions.

    Raises:
        ValueError: if there is nothing to find or something is missing, in one sentence.
    """
    if search.method not in METHODS:
        raise ValueError(
            f"there is no method {search.method!r:.60}; choose one of {', '.join(METHODS)}"
        )
    if not 1 <= search.count <= MOST_FOUND:
        raise ValueError(f"ask for 1 to {MOST_FOUND} directions, not {search.count}")
    found = yield from METHODS[search.method].find(subject, search)
    return tuple(_noted(subject, search, direction) for direction in found)


def _noted(subject: Subject, search: Search, direction: Direction) -> Direction:
    """Add where a direction was found, and how much the picture changes along it."""
    snapshot = subject.event.snapshot
    facts: dict[str, Setting] = {
        **direction.parameters,
        "search": search.method,
        "step": subject.event.step,
        "weights": snapshot.weights,
        "change": change_along(snapshot, direction, subject.codes()),
    }
    return replace(direction, parameters=facts)


def _pca(subject: Subject, search: Search) -> Finding:
    table = _table(subject)
    if not isinstance(subject.event.snapshot, EncodingSnapshot):
        raise ValueError(
            "principal axes of draws from the prior mean nothing, and this model has no "
            "encoder; take those of its activations"
        )
    yield 0.0
    found = pca(subject.space, table.mean, search.count)
    return tuple(
        described(subject, f"PCA {n}", one.vector, "pca", {"share": one.share})
        for n, one in enumerate(found, start=1)
    )


def _activations(subject: Subject, search: Search) -> Finding:
    from engines.probing.activations import Wanted, analysing

    wanted = Wanted(count=search.count, seed=search.seed)
    found = yield from analysing(subject.event.snapshot, wanted)
    return _all_of(subject, "activations", found, {"seed": search.seed, "draws": wanted.draws})


def _closed_form(subject: Subject, search: Search) -> Finding:
    from engines.probing.factorisation import factorise

    yield 0.0
    found = factorise(subject.event.snapshot, search.count)
    return _all_of(subject, "closed form", found, {"rows": "raw"})


def _normalised(subject: Subject, search: Search) -> Finding:
    from engines.probing.factorisation import factorise

    yield 0.0
    found = factorise(subject.event.snapshot, search.count, rows="normalised")
    return _all_of(subject, "closed form, normalised", found, {"rows": "normalised"})


def _jacobian(subject: Subject, search: Search) -> Finding:
    from engines.probing.jacobian import jacobian_directions

    yield 0.0
    at = search.at(subject.space)
    found = jacobian_directions(subject.event.snapshot, at, search.count)
    return _all_of(subject, "Jacobian", found, {})


def _all_of(
    subject: Subject, name: str, found: "Directions", facts: Mapping[str, Setting]
) -> tuple[Direction, ...]:
    rows = zip(found.vectors, found.shares.tolist(), found.strengths.tolist(), strict=True)
    return tuple(
        described(
            subject,
            f"{name} {number}",
            vector,
            found.method,
            {**facts, "share": share, "strength": strength},
        )
        for number, (vector, share, strength) in enumerate(rows, start=1)
    )


def _attribute(subject: Subject, search: Search) -> Finding:
    codes = _table(subject).mean
    known = attributes_of(subject.table)
    if not known:
        raise ValueError(
            "nothing is known about the pictures of this model: its data have no classes or "
            "factors; put pictures into A and B of the basket instead"
        )
    if search.attribute not in known:
        names = ", ".join(known)
        raise ValueError(f"there is no attribute {search.attribute!r:.60}; choose {names:.200}")
    labels = with_it(known[search.attribute])
    groups = Groups(search.attribute, codes[labels], codes[~labels])
    return (yield from _between(subject, search, groups))


def _baskets(subject: Subject, search: Search) -> Finding:
    groups = Groups("A − B", search.group("A", subject.space), search.group("B", subject.space))
    return (yield from _between(subject, search, groups))


def _selection(subject: Subject, search: Search) -> Finding:
    chosen, codes = search.chosen, _table(subject).mean
    if chosen is None or not chosen.any():
        raise ValueError("nothing is selected; encircle pictures in the scatter first")
    groups = Groups("selection", codes[chosen], codes[~chosen])
    return (yield from _between(subject, search, groups))


def _between(subject: Subject, search: Search, groups: Groups) -> Finding:
    attributes = attributes_of(subject.table)
    known = Known(subject.codes(), attributes, subject.checkpoint)
    made = yield from attributing(subject.space, groups, search.estimate, known, search.seed)
    facts = {**made.parameters, "attribute": search.attribute}
    own = {name: value for name, value in made.leakage.items() if name != search.attribute}
    return (replace(made, parameters=facts, leakage=own),)


def _from_b(subject: Subject, search: Search) -> Finding:
    yield 0.0
    at = search.at(subject.space)
    start = search.group("B", subject.space).mean(axis=0)
    vector = unit(sliding(subject.space, at - start), "the way from B to the cursor")
    return (described(subject, "cursor − B", vector, "hand-made", {}),)


def _mix(subject: Subject, search: Search) -> Finding:
    yield 0.0
    at = search.at(subject.space)
    away = sliding(subject.space, at - middle(subject.space, at))
    vector = unit(away, "the way from the middle to the cursor")
    return (described(subject, "mix of axes", vector, "hand-made", {}),)


def _joined(subject: Subject, search: Search) -> Finding:
    yield 0.0
    if len(search.directions) < 2:
        raise ValueError("joining needs two directions or more; tick those to be joined")
    for direction in search.directions:
        require_fit(direction, subject.space)
    name = " + ".join(direction.name for direction in search.directions)[:200]
    made = mixed(name, [(direction, 1.0) for direction in search.directions])
    return (described(subject, name, made.vector, "joined", made.parameters),)


def _orthogonal(subject: Subject, search: Search) -> Finding:
    yield 0.0
    first, *others = search.directions or (None,)
    if first is None or not others:
        raise ValueError("tick the directions that shall be taken away, one or more")
    made = orthogonal_to(first, others)
    name = f"{first.name} without {', '.join(one.name for one in others)}"[:200]
    return (described(subject, name, made.vector, first.method, made.parameters),)


def _table(subject: Subject) -> "CodeTable":
    if subject.table is None:
        raise ValueError("the codes of the data are not there yet; wait for them and try again")
    return subject.table


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "attribute": Method(
            "class or factor",
            "From the pictures without it to those with it.",
            _attribute,
            reads=("attribute", "estimate"),
        ),
        "baskets": Method(
            "A against B of the basket",
            "From what lies in B of the basket to what lies in A.",
            _baskets,
            reads=("a", "b", "estimate"),
        ),
        "selection": Method(
            "selection against the rest",
            "From the other codes to those selected in the scatter.",
            _selection,
            reads=("estimate",),
        ),
        "activations": Method(
            "activations (GANSpace)",
            "Along these the first layer answers most differently to draws of the prior.",
            _activations,
            several=True,
        ),
        "factorised": Method(
            "closed form (SeFa)",
            "What the weights of the first layer stretch most; no picture is made.",
            _closed_form,
            several=True,
        ),
        "factorised-normalised": Method(
            "closed form, rows normalised",
            "The same, with every output of the layer counting alike.",
            _normalised,
            several=True,
        ),
        "pca": Method(
            "PCA of the codes", "The widest axes of the codes of the data.", _pca, several=True
        ),
        "jacobian": Method(
            "Jacobian at the cursor",
            "Along these the picture at the cursor changes fastest.",
            _jacobian,
            several=True,
        ),
        "from-b": Method(
            "from B of the basket to the cursor",
            "By hand: from the mean of what lies in B to where you are.",
            _from_b,
            reads=("b",),
        ),
        "mix": Method(
            "from the middle to the cursor",
            "By hand: the axes mixed as the sliders stand now.",
            _mix,
        ),
        "joined": Method(
            "the ticked ones together", "One σ of each ticked direction at once.", _joined
        ),
        "orthogonal": Method(
            "one without the others",
            "The first direction, less what it shares with the others.",
            _orthogonal,
        ),
    }
)
"""Every method, in the order in which it is offered."""
