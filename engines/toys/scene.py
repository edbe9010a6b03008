"""All that is drawn of one moment of a game on points: numpy in, numpy out, any thread."""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from jaxtyping import Float, Float32

from engines.arrays import LatentArray
from engines.latent.priors import sample
from engines.metrics.modes import Coverage, coverage
from engines.snapshot import LatentSpace, PointSnapshot
from engines.toys.density import Estimate, blurred, estimate
from engines.toys.divergence import DIVERGENCES, Pair
from engines.toys.lattice import Field, Lattice
from engines.toys.level_lines import Segments, level_lines
from engines.toys.mixtures import Mixture
from engines.toys.optimum import OPTIMA, shown

Points: TypeAlias = Float32[np.ndarray, "_ k"]

CELLS = {1: 256, 2: 48}
WIDTHS = {1: 2.5, 2: 1.1}  # of the kernel, in cells
MADE = 2048  # generated points behind every estimate
ASKED = 512  # points of each kind whose scores are asked for
PULLED = 96  # generated points whose pull is drawn
LEVELS = (0.1, 0.5)  # of the peak of p, at which level lines are drawn
SEED = 0
LEAST = 0.2  # points expected in a cell, of as many as are made: below, it fades out


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What stays as it is while one run is watched."""

    mixture: Mixture
    lattice: Lattice
    bandwidth: float
    """Of the kernel through which both densities are seen."""
    p: Field
    log_p: Field
    """Exact, seen through the kernel."""
    p_lines: Segments
    """Level lines of p, none in one dimension."""
    real: Points
    latents: LatentArray


@dataclass(frozen=True, slots=True)
class Reading:
    """A divergence and what the judge makes of it now."""

    exact: float
    reported: float
    count: int
    """Points of each kind behind `reported`."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One moment. Fields are as drawn: probabilities where raw outputs are log-odds."""

    stage: Stage
    objective: str
    penalty: str
    weights: str
    points: Points
    pulled: Points
    pull: Points
    judge: Field
    best: Field | None
    """None where no closed form is known."""
    q: Estimate
    q_lines: Segments
    """At the heights of those of p."""
    settled: Field
    """From 0 to 1: how far there is enough of either density to tell the best response."""
    reading: Reading | None
    """None for an objective without a row, or where it was not asked for."""
    coverage: Coverage | None


def stage_for(mixture: Mixture, space: LatentSpace) -> Stage:
    """Prepare what all scenes of a run share: about 10 ms."""
    lattice = Lattice(mixture.bounds(), CELLS[mixture.dim])
    bandwidth = WIDTHS[mixture.dim] * max(lattice.steps)
    seen = blurred(mixture, bandwidth)
    log_p = seen.log_density(lattice.places)
    real = mixture.sample(ASKED, np.random.default_rng(SEED))
    latents = sample(space, MADE, SEED)
    p = np.exp(log_p)
    lines = _lines_of(p, p, lattice)
    return Stage(mixture, lattice, bandwidth, p, log_p, lines, real, latents)


def compose(snapshot: PointSnapshot, stage: Stage, *, thorough: bool) -> Scene:
    """Ask both players, and compare the judge with the best one.

    `thorough` also reads the divergence and the coverage, which takes several times as long.

    Raises:
        ValueError: if the snapshot's points or latent vectors are not those of the stage.
    """
    points = snapshot.points(stage.latents)
    cells = len(stage.p)
    places = np.concatenate(
        [stage.lattice.places.astype(np.float32), stage.real, points[:ASKED]]
    )
    look = snapshot.look(stage.latents[:PULLED], places)
    raw = look.scores.astype(np.float64)
    q = estimate(points, stage.lattice, stage.bandwidth)
    judge, best = _responses(snapshot.objective, raw[:cells], q, stage)
    share = (stage.p + q.density) * stage.lattice.volume
    return Scene(
        stage,
        snapshot.objective,
        snapshot.penalty,
        snapshot.weights,
        points,
        look.points,
        look.pull,
        judge,
        best,
        q,
        _lines_of(q.density, stage.p, stage.lattice),
        np.clip(1 + 0.5 * np.log10(share * MADE / LEAST + 1e-9), 0, 1),
        _read(snapshot.objective, raw[cells:], points, q, stage) if thorough else None,
        coverage(points.astype(np.float64), stage.mixture) if thorough else None,
    )


def _lines_of(field: Field, p: Field, lattice: Lattice) -> Segments:
    """Return level lines at shares of the peak of `p`."""
    if lattice.dim == 1:
        return np.zeros((0, 2, 2))
    return level_lines(field, lattice, [share * float(p.max()) for share in LEVELS])


def _responses(
    objective: str, raw: Field, q: Estimate, stage: Stage
) -> tuple[Field, Field | None]:
    """Return the judge's answers and the best ones as they are drawn."""
    row = OPTIMA.get(objective)
    if row is None:
        return raw, None
    with np.errstate(divide="ignore"):
        log_q = np.log(q.density)
    best = row.respond(stage.log_p, log_q, stage.lattice)
    if row.relative:
        both = stage.p + q.density
        raw = _centred(raw, both)
        best = None if best is None else _centred(best, both)
    return shown(objective, raw), None if best is None else shown(objective, best)


def _centred(values: Field, weight: Field) -> Field:
    """Shift `values` so that their mean under data and generated points together is 0."""
    return values - float(values @ weight) / max(float(weight.sum()), 1e-300)


def _read(
    objective: str, raw: Float[np.ndarray, "scores"], points: Points, q: Estimate, stage: Stage
) -> Reading | None:
    row = DIVERGENCES.get(objective)
    if row is None:
        return None
    real, fake = raw[:ASKED], raw[ASKED:]
    pair = Pair(stage.p, q.density, stage.lattice, stage.real, points[:ASKED])
    exact = row.exact(pair) if np.isfinite(points).all() else math.nan
    return Reading(exact, row.reported(real, fake), min(len(real), len(fake)))
