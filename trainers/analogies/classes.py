"""A − B + C over labelled pictures: a proxy, for nobody can draw the picture that is expected.

A is a held-out picture of one class, B and C are of another; A − B + C should land among the
codes of A's class. What it lands among is voted on by the nearest codes of pictures learned
from. That asks where codes lie, and not what the decoder shows there.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Int64

from engines.arrays import LatentArray, PixelArray, RowArray
from engines.metrics.shares import Share
from engines.snapshot import EncodingSnapshot
from trainers.analogies.answers import Answer, Asked, Outcome
from trainers.analogies.factors import added, finite_codes
from trainers.data.dataset import DataSet, Pictures
from trainers.data.watch import Progress

NAME = "class"
VOTERS = 2_000
NEIGHBOURS = 5
AT_ONCE = 64
WAY = (
    f"a proxy: the vote of the {NEIGHBOURS} nearest codes, of up to {VOTERS:,} pictures "
    "learned from; no picture is judged"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Voters:
    codes: LatentArray
    labels: RowArray

    def elected(self, z: LatentArray) -> Int64[np.ndarray, "n"]:
        """Return the class of most of the nearest codes; of equals, that of the nearest one."""
        away = np.square(z[:, None].astype(np.float64) - self.codes).sum(axis=2)
        nearest = np.argsort(away, axis=1, kind="stable")[:, :NEIGHBOURS]
        weights = 1 + 2.0 ** -np.arange(4, 4 + nearest.shape[1])
        votes = np.zeros((len(z), int(self.labels.max()) + 1))
        for place, weight in enumerate(weights):
            votes[np.arange(len(z)), self.labels[nearest[:, place]]] += weight
        return votes.argmax(axis=1)


def answering_classes(
    snapshot: EncodingSnapshot, data: DataSet, asked: Asked
) -> Generator[Progress, None, Answer]:
    """Ask `asked.count` triples of held-out pictures.

    Raises:
        ValueError: if there are not two classes with two pictures held out, or the model has
            diverged.
    """
    labels = _labels(data.held_out)
    classes = _askable(labels, _labels(data.train))
    rng = np.random.Generator(np.random.PCG64(asked.seed))
    voters = yield from _voters(snapshot, data.train, rng)
    members = {int(value): np.flatnonzero(labels == value) for value in classes}
    right = np.zeros(3, np.int64)
    for done in range(0, asked.count, AT_ONCE):
        yield Progress("Asking about classes", done, asked.count)
        count = min(AT_ONCE, asked.count - done)
        drawn = [_drawn(members, rng) for _ in range(count)]
        wanted = np.array([labels[row[0]] for row in drawn])
        codes: list[LatentArray] = []
        for column in np.array(drawn).T:
            codes.append(finite_codes(snapshot, _pixels(data.held_out, column)))
            yield Progress("Asking about classes", done, asked.count)
        made = added(snapshot.latent, *codes[:3])
        for way, z in enumerate((made, codes[3], codes[2])):
            right[way] += int((voters.elected(z) == wanted).sum())
    yield Progress("Asking about classes", asked.count, asked.count)
    sums, ceiling, nothing = (Outcome(Share(int(n), asked.count)) for n in right)
    count = len(classes)
    return Answer(NAME, NAME, count, 1 / count, sums, ceiling, nothing)


def _labels(pictures: Pictures) -> RowArray:
    if pictures.labels is None:
        raise ValueError(
            "these pictures have neither factors nor labels, so nothing says what A − B + C "
            "should have; use a run of data with factors or classes"
        )
    return pictures.labels


def _askable(held_out: RowArray, learned: Int64[np.ndarray, "m"]) -> Int64[np.ndarray, "k"]:
    """List the classes that can be asked about: two pictures held out, one learned from."""
    values, counts = np.unique(held_out, return_counts=True)
    classes = np.intersect1d(values[counts > 1], learned)
    if len(classes) < 2:
        raise ValueError(
            "there are no two classes with two pictures held out each; hold out more pictures"
        )
    return classes


def _voters(
    snapshot: EncodingSnapshot, pictures: Pictures, rng: np.random.Generator
) -> Generator[Progress, None, _Voters]:
    rows = np.sort(rng.choice(len(pictures), min(VOTERS, len(pictures)), replace=False))
    codes: list[LatentArray] = []
    for done in range(0, len(rows), AT_ONCE):
        yield Progress("Encoding pictures learned from", done, len(rows))
        codes.append(finite_codes(snapshot, _pixels(pictures, rows[done : done + AT_ONCE])))
    return _Voters(np.concatenate(codes), _labels(pictures)[rows])


def _drawn(members: dict[int, RowArray], rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Draw A of one class, B and C of another, and a second picture of the first."""
    one, other = rng.choice(list(members), 2, replace=False)
    a, expected = rng.choice(members[int(one)], 2, replace=False)
    b, c = rng.choice(members[int(other)], 2, replace=False)
    return int(a), int(b), int(c), int(expected)


def _pixels(pictures: Pictures, rows: RowArray) -> PixelArray:
    taken = pictures.take(torch.from_numpy(np.asarray(rows, np.int64)))
    return np.ascontiguousarray(taken.permute(0, 2, 3, 1).cpu().numpy())
