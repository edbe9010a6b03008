"""Is this latent vector still on the map? Independent answers; any thread.

Pure functions of a snapshot and arrays: the log prior, the nearest known code and how dense
codes lie there, what the judge says of the picture, and what is lost on the way through the
encoder and back.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engines.arrays import PictureArray, VectorArray
from engines.latent.aggregate import Mixture, ranked
from engines.latent.priors import sample
from engines.latent.support import PartSupport, nearest, support
from engines.snapshot import EncodingSnapshot, JudgingSnapshot, LatentSpace, Snapshot
from explorer.walking.facts import drawn

if TYPE_CHECKING:  # it costs the import of torch
    from trainers.codes import CodeTable

DRAWS = 256
"""Own samples among whose scores that of the picture is placed."""
TYPICAL = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the judge says of the model's own samples; one snapshot's."""

    snapshot: Snapshot
    ranked: np.ndarray
    """float32, the least first."""


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """Where the codes of a table lie dense, and where draws of the prior lie in that."""

    table: "CodeTable"
    mixture: Mixture
    ranked: np.ndarray
    """float64: log q(z) − log p(z) at draws of the prior, the least seen first."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbour:
    """The nearest code of a picture."""

    picture: PictureArray
    z: VectorArray
    row: int
    """In the data learned from."""
    distance: float
    """In units of z; of a standard normal prior, in σ."""
    count: int
    """Codes compared with."""
    step: int
    """Of the model that encoded them."""
    log_ratio: float
    """log q(z) − log p(z) in nats: how much denser codes lie here than draws of the prior."""
    denser: float
    """Share of draws of the prior where codes lie less dense than here."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judge's score of the picture, and the share of own samples that score less."""

    score: float
    below: float
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Bearings:
    """All that can be said of one latent vector; what a model cannot say is None."""

    space: LatentSpace
    parts: tuple[PartSupport, ...]
    neighbour: Neighbour | None
    judgement: Judgement | None
    cycle: float | None
    """Root mean square of what is lost from picture to code to picture, as a share of the
    brightness range."""
    scores: Scores | None
    """To be handed in again with the same snapshot."""
    sight: Sight | None
    """Likewise with the same table."""


def bearings(
    snapshot: Snapshot,
    z: VectorArray,
    table: "CodeTable | None",
    scores: Scores | None,
    sight: Sight | None = None,
) -> Bearings:
    """Answer all questions about `z`; what was found of the same model is used again."""
    if isinstance(snapshot, JudgingSnapshot):
        scores = scores if _fit(scores, snapshot) else _own_scores(snapshot)
        judgement = _judged(snapshot, z, scores)
    else:
        scores = judgement = None
    sight = _sight(snapshot.latent, table, sight)
    return Bearings(
        snapshot.latent,
        support(snapshot.latent, z),
        _neighbour(z, sight),
        judgement,
        _cycle(snapshot, z),
        scores,
        sight,
    )


def _fit(scores: Scores | None, snapshot: Snapshot) -> bool:
    return scores is not None and scores.snapshot is snapshot


def _own_scores(snapshot: JudgingSnapshot) -> Scores:
    pixels = snapshot.decode(sample(snapshot.latent, DRAWS, 1))
    return Scores(snapshot, np.sort(snapshot.judge(pixels)))


def _judged(snapshot: JudgingSnapshot, z: VectorArray, scores: Scores | None) -> Judgement:
    assert scores is not None, "they were made just before"
    (score,) = snapshot.judge(snapshot.decode(z[None])).tolist()
    below = np.searchsorted(scores.ranked, score) / len(scores.ranked)
    return Judgement(score, float(below), len(scores.ranked))


def _sight(space: LatentSpace, table: "CodeTable | None", before: Sight | None) -> Sight | None:
    """Blur the codes (section 11.12 of the specification); None where there are too few."""
    if table is None or len(table) < 2 or table.mean.shape[1] != space.dim:
        return None
    if before is not None and before.table is table:
        return before
    mixture = Mixture.of_codes(space, drawn(table))
    seen = ranked(space, mixture, sample(space, DRAWS, 2))
    return Sight(table, mixture, np.sort(seen.log_ratio))


def _neighbour(z: VectorArray, sight: Sight | None) -> Neighbour | None:
    if sight is None:
        return None
    table = sight.table
    rows, distances = nearest(table.mean, z[None])
    row = int(rows[0])
    ratio = float(ranked(table.event.snapshot.latent, sight.mixture, z[None]).log_ratio[0])
    return Neighbour(
        table.pixels[row],
        table.mean[row],
        int(table.rows[row]),
        float(distances[0]),
        len(table),
        table.event.step,
        ratio,
        float(np.searchsorted(sight.ranked, ratio) / len(sight.ranked)),
    )


def _cycle(snapshot: Snapshot, z: VectorArray) -> float | None:
    if not isinstance(snapshot, EncodingSnapshot):
        return None
    made = snapshot.decode(z[None])
    again = snapshot.decode(snapshot.encode(made).mean)
    lost = (again.astype(np.float64) - made) / 255
    return float(np.sqrt(np.square(lost).mean()))
