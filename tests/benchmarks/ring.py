"""Modes covered by the presets for points, over seeds, beside the published figures.

    python -m tests.benchmarks.ring [--toy ring] [--presets points-ns,points-r1] [--seeds 5]

Protocol of VEEGAN (arXiv:1705.07761, section 4): 2,500 samples, high quality within three
deviations of the nearest mean, a mode captured by one such sample. Each run trains on one
thread of the CPU, one after the other, for the preset's own number of steps; time is that of
the processor, data included, evaluation not.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

import torch

from engines.catalog import FAMILIES, build
from engines.gans.config import GanConfig
from engines.gans.point_presets import POINT_PRESETS, STEPS
from engines.latent.priors import sample
from engines.metrics.modes import Coverage, ceiling, coverage
from engines.snapshot import PointSnapshot
from trainers.covering import SAMPLES, SEED
from trainers.data.batches import Batches
from trainers.data.config import DataConfig
from trainers.data.load import load

CPU = torch.device("cpu")
PUBLISHED = {
    # means of 5 runs, VEEGAN's table 1, as spec/engines.md 13.3 quotes it: modes, % quality
    "ring": {
        "GAN": (1, 99.3),
        "ALI": (2.8, 0.13),
        "Unrolled": (7.6, 35.6),
        "VEEGAN": (8, 52.9),
    },
    "grid": {
        "GAN": (3.3, 0.5),
        "ALI": (15.8, 1.6),
        "Unrolled": (23.6, 16),
        "VEEGAN": (24.6, 40),
    },
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to."""

    seed: int
    steps: int
    found: Coverage
    seconds: float


def outcome(preset: str, toy: str, seed: int, steps: int | None = None) -> Outcome:
    """Train one run as the program would, without its watching; `steps` shortens it."""
    config = FAMILIES["gan"].presets[preset].applied(GanConfig())
    if steps is not None and config.decay_steps:
        config = config.changed(decay_steps=steps)
    steps = steps or config.decay_steps or STEPS
    data = load(DataConfig(source=toy))
    engine = build(config, data.shape, seed, CPU)
    feed = Batches(data.train, engine.batch_size, seed, CPU).stream()
    begun = time.process_time()
    for _ in range(steps):
        engine.step(next(feed))
    seconds = time.process_time() - begun
    snapshot = engine.snapshot()
    assert isinstance(snapshot, PointSnapshot)
    points = snapshot.points(sample(snapshot.latent, SAMPLES, SEED)).astype("float64")
    return Outcome(seed, steps, coverage(points, data.target), seconds)


def row(preset: str, runs: list[Outcome]) -> str:
    """Write the five runs of a preset as a row of a Markdown table."""
    found = [run.found for run in runs]
    cells = [
        preset,
        ", ".join(str(one.modes) for one in found),
        ", ".join(str(one.strict_modes) for one in found),
        ", ".join(f"{100 * one.high_quality:.1f}" for one in found),
        f"{fmean(one.modes for one in found):.1f}",
        f"{100 * fmean(one.high_quality for one in found):.1f}",
        f"{fmean(one.mode_kl for one in found):.3f}",
        f"{fmean(run.seconds for run in runs):.0f} ({runs[0].steps:,})",
    ]
    return f"| {' | '.join(cells)} |"


def table(toy: str, presets: list[str], seeds: int) -> Iterator[str]:
    """Yield the lines of the table, each as soon as it is known."""
    yield f"{toy}: a perfect sampler has {100 * ceiling(2):.3f} % of high quality"
    yield (
        "| | modes, by seed | strict | % high quality | mean modes | mean % | KL, nats "
        "| s on one core (steps) |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for preset in presets:
        runs = []
        for seed in range(seeds):
            runs.append(outcome(preset, toy, seed))
            print(preset, runs[-1], file=sys.stderr, flush=True)
        yield row(preset, runs)
    for name, (modes, quality) in PUBLISHED.get(toy, {}).items():
        yield f"| {name}, published | | | | {modes} | {quality} | | |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--toy", default="ring", choices=("ring", "grid", "line"))
    parser.add_argument("--presets", default=",".join(POINT_PRESETS))
    parser.add_argument("--seeds", type=int, default=5)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    for line in table(asked.toy, asked.presets.split(","), asked.seeds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
