"""Whether the built-in distance ranks real checkpoints as other measures do.

    python -m tests.benchmarks.checkpoint_ranking [--count 1000] [--out FILE.json]

Three VAEs and three GANs are trained for a few hundred steps on 28-pixel digits and 32-pixel
photographs, among them one that collapses and one that diverges; five moments of each are
judged by several measures against pictures from which nobody learned. Printed: the scores,
and the tau of Kendall between the distance of each extractor and every other one, over the
checkpoints of one kind of picture, and over the moments of one run.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from scipy.stats import kendalltau
from torch.optim import Optimizer

from engines.catalog import build, read_model
from engines.latent.priors import sample
from engines.metrics.extractors import load_extractor
from engines.metrics.frechet import Reference
from engines.metrics.kernel import kernel_distance
from engines.metrics.moments import Moments
from engines.metrics.neighbours import density_coverage
from engines.metrics.sliced import pyramid_distance
from tests.benchmarks.judged_pictures import SETS
from trainers.data.batches import Batches
from trainers.data.dataset import Stored

MOMENTS = (0, 30, 100, 300, 900)  # steps
EYES = ("fd-mini-v1", "fd-random-v1")
BROKEN_AT = 300
TRAINED = 4000  # pictures that a model learns from

# What is trained: the pictures, and the settings that are not the family's own.
RUNS: MappingProxyType[str, tuple[str, dict[str, Any]]] = MappingProxyType(
    {
        "vae": ("mnist", {"family": "vae", "hidden": 128, "latent_dim": 10}),
        "vae-collapsed": (
            "mnist",
            {"family": "beta-vae", "beta": 40.0, "hidden": 128, "latent_dim": 10},
        ),
        "gan": ("mnist", {"family": "gan", "width": 8, "latent_dim": 20}),
        "gan-diverged": (
            "mnist",
            {"family": "gan", "width": 8, "latent_dim": 20, "learning_rate": 0.01},
        ),
        "vae-photos": ("cifar", {"family": "vae", "width": 8, "latent_dim": 32}),
        "gan-photos": ("cifar", {"family": "gan", "width": 8, "latent_dim": 32}),
    }
)


class Judged:
    """Pictures of one kind: some to learn from, some to be compared with."""

    def __init__(self, pixels: np.ndarray, count: int) -> None:
        order = np.random.default_rng(0).permutation(len(pixels))
        channels_first = pixels[order[:TRAINED]].transpose(0, 3, 1, 2)
        self.train = Stored(torch.from_numpy(channels_first.copy()))
        self.real = pixels[order[TRAINED : TRAINED + 2 * count]]
        self.eyes = {name: load_extractor(name) for name in EYES}
        self.seen = {name: eye(self.real) for name, eye in self.eyes.items()}
        self.references = {n: Reference.of(Moments.of(f)) for n, f in self.seen.items()}

    def scores(self, made: np.ndarray) -> dict[str, float]:
        """Return every measure, each so that less is better."""
        looks = {name: eye(made) for name, eye in self.eyes.items()}
        found = {name: self.references[name].distance(f).raw for name, f in looks.items()}
        real, fake = self.seen["fd-mini-v1"], looks["fd-mini-v1"]
        found["kernel, mini"] = kernel_distance(real, fake, np.random.default_rng(0)).value
        real, fake = self.seen["fd-random-v1"], looks["fd-random-v1"]
        found["kernel, random"] = kernel_distance(real, fake, np.random.default_rng(0)).value
        covered = density_coverage(real[: len(fake)], fake)
        found["1 − coverage, random"] = 1 - covered.coverage
        pair = self.real[: len(made)], made
        found["sliced, pixels"] = pyramid_distance(*pair, np.random.default_rng(0), 16, 64).mean
        return found


def moments(
    settings: dict[str, Any], train: Stored, count: int, *, breaks: bool = False
) -> Iterator[tuple[int, np.ndarray]]:
    """Train, and yield what is made at each moment: always of the same latent vectors.

    One that `breaks` is given rates in its middle with which nobody can learn.
    """
    model = read_model({**settings, "batch_size": 64})
    engine = build(model, train.shape, 0, torch.device("cpu"))
    latents = sample(engine.latent, count, 1)
    batches = Batches(train, 64, 0, torch.device("cpu"))
    feed = batches.stream()
    for step in range(max(MOMENTS) + 1):
        if step in MOMENTS:
            shot = engine.snapshot()
            parts = [shot.decode(latents[at : at + 200]) for at in range(0, count, 200)]
            yield step, np.concatenate(parts)
        if step == BROKEN_AT and breaks:
            for part in engine.parts().values():
                for group in part.param_groups if isinstance(part, Optimizer) else ():
                    group["lr"] = 1.0
        engine.step(next(feed))


def taus(rows: list[dict[str, Any]], eye: str) -> dict[str, float]:
    mine = [row["scores"][eye] for row in rows]
    others = [name for name in rows[0]["scores"] if name != eye]
    return {
        name: round(float(kendalltau(mine, [row["scores"][name] for row in rows])[0]), 2)
        for name in others
    }


def tell_taus(rows: list[dict[str, Any]]) -> None:
    for eye in EYES:
        for column in ("data", "run"):
            for name in dict.fromkeys(row[column] for row in rows):
                some = [row for row in rows if row[column] == name]
                told = {"tau of": eye, "over": name, "n": len(some), **taus(some, eye)}
                print(json.dumps(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    judged: dict[str, Judged] = {}
    rows: list[dict[str, Any]] = []
    for name, (pictures, settings) in RUNS.items():
        if pictures not in judged:
            judged[pictures] = Judged(SETS[pictures](options.data, 2000)[0], options.count)
        bench, begun = judged[pictures], time.process_time()
        breaks = name == "gan-diverged"
        for step, made in moments(settings, bench.train, options.count, breaks=breaks):
            scores = {k: float(f"{v:.4g}") for k, v in bench.scores(made).items()}
            rows.append({"run": name, "data": pictures, "step": step, "scores": scores})
            print(
                json.dumps({**rows[-1], "cpu_s": round(time.process_time() - begun)}),
                flush=True,
            )
    tell_taus(rows)
    if options.out:
        options.out.write_text(json.dumps(rows))


if __name__ == "__main__":
    main()
