"""Whether a direction still does in another snapshot what it did where it was found."""

from dataclasses import dataclass

import numpy as np

from engines.latent.directions import Direction, require_fit
from engines.latent.evidence import cohens_d
from trainers.finding import METHODS, searching
from trainers.subjects import Search, Subject, attributes_of, change_along, with_it

SAME = 0.9  # |cosine| from which the method finds the same direction again
ALIKE = 0.5  # least ratio of effects that counts as the same
_AGAIN = ("pca", "activations", "factorised", "factorised-normalised", "attribute")


@dataclass(frozen=True, slots=True)
class Survival:
    """What a direction did then and does now."""

    step: int
    """Of the snapshot of now."""
    change: tuple[float | None, float]
    """Then and now: mean |Δx| per σ, as a share of the full brightness range."""
    effect: tuple[float, float] | None
    """Then and now: Cohen's d of the attribute; None where it is not one of an attribute."""
    cosine: float | None
    """|cosine| with the nearest that its method finds now; None where it cannot look again."""

    @property
    def says(self) -> str:
        """Return one line."""
        then, now = self.change
        before = "" if then is None else f"{100 * then:.2g} → "
        words = [f"at step {self.step:,}: picture change {before}{100 * now:.2g} % per σ"]
        if self.effect is not None:
            words.append(f"d {self.effect[0]:.2f} → {self.effect[1]:.2f}")
        if self.cosine is not None:
            words.append(f"|cos| {self.cosine:.2f} with the one found now")
        return f"{self._verdict}: {', '.join(words)}"

    @property
    def _verdict(self) -> str:
        then, now = self.change if self.effect is None else self.effect
        if then is not None and now < ALIKE * then:
            return "faded"
        if self.cosine is not None and self.cosine < SAME:
            return "turned"
        return "survives"


def survival(direction: Direction, subject: Subject) -> Survival:
    """Measure `direction` in `subject`, which may be a later snapshot of the same run.

    Raises:
        ValueError: if it does not fit the model.
    """
    require_fit(direction, subject.space)
    then = direction.parameters.get("change")
    now = change_along(subject.event.snapshot, direction, subject.codes())
    return Survival(
        subject.event.step,
        (float(then) if isinstance(then, int | float) else None, now),
        _effects(direction, subject),
        _again(direction, subject),
    )


def _effects(direction: Direction, subject: Subject) -> tuple[float, float] | None:
    values = attributes_of(subject.table).get(str(direction.parameters.get("attribute", "")))
    if values is None or subject.table is None or direction.effect is None:
        return None
    along = subject.table.mean @ direction.vector.astype(np.float64)
    labels = with_it(values)
    return direction.effect, cohens_d(along[labels], along[~labels])


def _again(direction: Direction, subject: Subject) -> float | None:
    """Look again by the same method; None where that cannot be."""
    method = str(direction.parameters.get("search", ""))
    if method not in _AGAIN or method not in METHODS:
        return None
    attribute = str(direction.parameters.get("attribute", ""))
    if method == "attribute" and attribute not in attributes_of(subject.table):
        return None
    search = Search(method, count=10, attribute=attribute, estimate=_estimate(direction))
    looking = searching(subject, search)
    try:
        while True:
            next(looking)
    except StopIteration as done:
        whole = direction.vector.astype(np.float64)
        return max(abs(float(whole @ found.vector)) for found in done.value)


def _estimate(direction: Direction) -> str:
    known = direction.method == "logistic regression"
    return direction.method if known else "mean difference"
