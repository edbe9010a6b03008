"""What the best judge would answer, were it free to answer anything at any place.

A row per objective: a function of the two log-densities on a lattice, in the judge's raw
output. A penalty or a bound on the weights moves the optimum; these are the ones without.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np

from engines.toys.lattice import Field, Lattice
from engines.toys.transport import potential

Respond: TypeAlias = Callable[[Field, Field, Lattice], "Field | None"]
Shown: TypeAlias = Literal["probability", "score"]

TALLEST = 60.0  # log-odds beyond which a probability is 0 or 1 to the last digit


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best response of one objective's judge, or why none is drawn."""

    respond: Respond
    """From log p, log q and their lattice to the raw output; None where no form is known."""
    formula: str
    """As it is shown, in terms of p (data) and q (generated)."""
    shown: Shown = "score"
    """Whether σ of the raw output is a probability, which is then what is drawn."""
    relative: bool = False
    """Only differences of the output matter: it is known up to a constant."""
    lack: str = ""
    """Why there may be none, as a sentence; empty where there always is."""


def respond(objective: str, log_p: Field, log_q: Field, lattice: Lattice) -> Field | None:
    """Return the raw output of the best judge of `objective`, None where none is known.

    Raises:
        ValueError: if the objective has no row.
    """
    return optimum_of(objective).respond(log_p, log_q, lattice)


def optimum_of(objective: str) -> Optimum:
    """Return the row of `objective`.

    Raises:
        ValueError: if it has none.
    """
    if objective not in OPTIMA:
        rows = ", ".join(OPTIMA)
        raise ValueError(f"no best response is known for {objective!r}; there are {rows}")
    return OPTIMA[objective]


def shown(objective: str, raw: Field) -> Field:
    """Return what is drawn for raw outputs: a probability where they are log-odds."""
    return sigmoid(raw) if optimum_of(objective).shown == "probability" else raw


def sigmoid(raw: Field) -> Field:
    """Return σ(raw) without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * raw))


def _log_ratio(log_p: Field, log_q: Field, _lattice: Lattice) -> Field:
    """log(p / q), the log-odds of p / (p + q); 0 where both are nothing."""
    return np.clip(_difference(log_p, log_q), -TALLEST, TALLEST)


def _between(fake: float, real: float) -> Respond:
    """(b p + a q) / (p + q) with targets a for fakes and b for real ones (arXiv:1611.04076)."""

    def respond(log_p: Field, log_q: Field, _lattice: Lattice) -> Field:
        return fake + (real - fake) * sigmoid(_difference(log_p, log_q))

    return respond


def _side(log_p: Field, log_q: Field, _lattice: Lattice) -> Field:
    """sign(p − q): any answer beyond the margin costs the same on its own side as ±1."""
    return np.sign(_difference(log_p, log_q))


def _steepest(log_p: Field, log_q: Field, lattice: Lattice) -> Field | None:
    """The Kantorovich potential of one dimension; of two none has a closed form."""
    if lattice.dim != 1:
        return None
    return potential(np.exp(log_p), np.exp(log_q), lattice.steps[0])


def _unknown(_log_p: Field, _log_q: Field, _lattice: Lattice) -> None:
    return None


def _difference(log_p: Field, log_q: Field) -> Field:
    """Log p − log q, 0 where both are −inf."""
    none = np.isneginf(log_p) & np.isneginf(log_q)
    return np.where(none, 0.0, log_p) - np.where(none, 0.0, log_q)


_ODDS = Optimum(_log_ratio, "p / (p + q)", shown="probability")

OPTIMA: Mapping[str, Optimum] = MappingProxyType(
    {
        "ns": _ODDS,
        "mm": _ODDS,
        "ml": _ODDS,
        "ml-normalised": _ODDS,
        "lsgan-sigmoid": _ODDS,  # a probability p / (p + q) costs its squares the least
        "lsgan": Optimum(_between(0.0, 1.0), "p / (p + q)"),
        "lsgan-pearson": Optimum(_between(-1.0, 1.0), "(p − q) / (p + q)"),
        "wasserstein": Optimum(
            _steepest,
            "the Kantorovich potential, of slope ±1",
            relative=True,
            lack="The best critic of slope 1 has no closed form in two dimensions.",
        ),
        "hinge": Optimum(_side, "sign(p − q)"),
        # among all functions of an ordered pair the best is the log-odds of its order,
        # log p(x)q(y) − log q(x)p(y), which happens to be a difference of scores
        "relativistic": Optimum(_log_ratio, "log(p / q)", relative=True),
        "began": Optimum(
            _unknown,
            "none",
            lack="An autoencoder as judge has no optimum in terms of p and q: it compares "
            "reconstruction errors.",
        ),
    }
)
