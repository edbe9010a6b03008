"""Whether the distance of an extractor ranks pictures as it should: the table behind its card.

    python -m tests.benchmarks.extractor_ranking fd-mini-v1 [--count 2000] [--seeds 5]

Nine damages of six strengths each, on data sets that the built-in network saw in training
(other pictures of them) and on two that it did not: sprites, and cuts from two photographs that
come with scikit-learn. Each seed divides a set anew into a reference and what is compared.

Printed per data set: how much the floor scatters; per damage, as medians over the seeds: the
rank correlation with its strength, z of each strength in deviations of the floor, and the
weakest strength from which z > 4 holds onwards (1 best, 7 never). Then what leaving out classes
and repeating pictures cost.
"""

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from scipy.stats import spearmanr

from engines.metrics.extractors import load_extractor
from engines.metrics.frechet import Reference
from engines.metrics.moments import Moments
from tests.benchmarks.judged_pictures import SETS
from tests.benchmarks.picture_damages import CONTROLS, DAMAGES, Damage

FLOORS = 8  # samples of each division that are compared with its reference
STRENGTHS = 6
ORDERS = 20  # random orders in which classes are left out
SEEN = 4  # deviations of the floor


class Division:
    """A data set divided by lot: a reference, and pictures that are compared with it."""

    def __init__(self, features: np.ndarray, count: int, seed: int) -> None:
        order = np.random.default_rng(seed).permutation(len(features))
        half = len(order) // 2
        self._features = features
        self.reference = Reference.of(Moments.of(features[order[half:]]))
        self.rest = order[:half]
        self.own = order[: min(3 * half // 4, count)]  # so that floors differ
        self.rng = np.random.default_rng(seed)

    def score(self, features: np.ndarray) -> float:
        return self.reference.distance(features).raw

    def of(self, rows: np.ndarray) -> float:
        return self.score(self._features[rows])

    def floors(self) -> list[float]:
        count = len(self.own)
        return [self.of(self.rng.choice(self.rest, count, False)) for _ in range(FLOORS)]


class Bench:
    """One data set under one extractor, divided once per seed."""

    def __init__(self, name: str, options: argparse.Namespace) -> None:
        self.extract = load_extractor(options.extractor)
        self.pixels, self.labels = SETS[name](options.data, options.count)
        features = self.extract(self.pixels)
        self.parts = [Division(features, options.count, s) for s in range(options.seeds)]
        values = np.array([part.floors() for part in self.parts])
        self.floor, self.scatter = float(values.mean()), float(values.std(ddof=1))

    def z(self, scores: np.ndarray) -> np.ndarray:
        return (scores - self.floor) / self.scatter

    def damaged(self, part: Division, damage: Damage, level: int) -> float:
        clean = self.pixels[part.own].astype(np.float32)
        made = damage(clean, level / STRENGTHS, np.random.default_rng(5))
        return part.score(self.extract(made.round().clip(0, 255).astype(np.uint8)))


def damage_row(bench: Bench, damage: Damage) -> dict[str, object]:
    levels = range(1, STRENGTHS + 1)
    scores = np.array(
        [[bench.damaged(p, damage, level) for level in levels] for p in bench.parts]
    )
    z = np.median(bench.z(scores), axis=0)
    first = next((k + 1 for k in range(STRENGTHS) if (z[k:] > SEEN).all()), STRENGTHS + 1)
    ranks = [float(spearmanr(levels, row)[0]) for row in scores]
    return {
        "spearman": round(float(np.median(ranks)), 3),
        "least": round(min(ranks), 3),
        "first_seen": first,
        "z": z.round(1).tolist(),
    }


def lacking(bench: Bench) -> list[float]:
    """Return the mean distance with 0 … 5 classes left out, over that of none."""
    assert bench.labels is not None
    rng, found = np.random.default_rng(6), []
    for number in range(ORDERS):
        part = bench.parts[number % len(bench.parts)]
        order = rng.permutation(int(bench.labels.max()) + 1)
        count = len(part.own) // 3  # as many of each, however many classes stay
        kept = [part.rest[~np.isin(bench.labels[part.rest], order[:k])] for k in range(6)]
        found.append([part.of(rng.choice(rows, count, False)) for rows in kept])
    scores = np.mean(found, axis=0)
    return (scores / scores[0]).round(3).tolist()


def repeating(bench: Bench) -> list[float]:
    """Return the distance over the floor's, with only so many different pictures."""
    rows = []
    for part in bench.parts:
        count = len(part.own)
        rows.append(
            [part.of(np.resize(part.own[: count // s], count)) for s in (1, 2, 4, 8, 16)]
        )
    scores = np.median(rows, axis=0)
    return (scores / scores[0]).round(3).tolist()


def rank(name: str, options: argparse.Namespace) -> None:
    begun = time.process_time()
    bench = Bench(name, options)
    first = bench.parts[0]
    formula = first.reference.floor(len(first.own))
    _tell(
        extractor=bench.extract.name,
        data=name,
        reference=first.reference.moments.count,
        samples=len(first.own),
        seeds=options.seeds,
        floor=float(f"{bench.floor:.4g}"),
        floor_cv=round(bench.scatter / bench.floor, 3),
        formula_over_floor=round(formula / bench.floor, 3),
        one_of_s_pictures=repeating(bench),
        **({} if bench.labels is None else {"classes_lost_0_to_5": lacking(bench)}),
    )
    for damage, act in {**DAMAGES, **CONTROLS}.items():
        _tell(data=name, damage=damage, **damage_row(bench, act))
    _tell(data=name, cpu_seconds=round(time.process_time() - begun))


def _tell(**values: object) -> None:
    print(json.dumps(values), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extractor")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sets", nargs="+", choices=SETS, default=tuple(SETS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in options.sets:
        rank(name, options)


if __name__ == "__main__":
    main()
