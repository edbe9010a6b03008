"""The same run on the CPU and on this machine's accelerator: losses compared, rates recorded.

    python -m tests.benchmarks.device --data-dir MNIST_FOLDER [--steps 300]

Weights, data order and every draw come from CPU streams, so the first losses must agree to the
rounding of float32 and then drift apart slowly. Where there is no accelerator it says so and
compares the CPU with itself, which must give a difference of exactly zero.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

from engines.catalog import FAMILIES
from trainers import devices
from trainers.config import RunConfig
from trainers.events import Measured
from trainers.run import begin
from trainers.worker import Brake


def losses(config: RunConfig, folder: Path) -> tuple[dict[str, np.ndarray], float]:
    """Train; return every channel's trace and the steps per second of training time."""
    told = [event for event in begin(config, folder, Brake()) if isinstance(event, Measured)]
    names = told[0].values
    traces = {name: np.concatenate([event.values[name] for event in told]) for name in names}
    half = told[len(told) // 2]
    return traces, (told[-1].last - half.last) / max(1e-9, told[-1].seconds - half.seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--steps", type=int, default=300)
    options = parser.parse_args()
    best = devices.present()[0]
    for family in FAMILIES:
        rows = {}
        for place in ("cpu", best):
            config = RunConfig.model_validate(
                {
                    "data": {"source": "mnist", "folder": options.data_dir},
                    "model": {"family": family},
                    "plan": {"steps": options.steps, "device": place},
                }
            )
            with tempfile.TemporaryDirectory() as folder:
                rows[place if place not in rows else "cpu again"] = losses(config, Path(folder))
        (here, here_rate), (there, there_rate) = rows.values()
        gaps = {name: np.abs(trace - there[name]) for name, trace in here.items()}
        row = {
            "family": family,
            "compared": list(rows),
            "largest_difference_first_10_steps": max(
                float(gap[:10].max()) for gap in gaps.values()
            ),
            "largest_difference": max(float(gap.max()) for gap in gaps.values()),
            "steps_per_second": [round(here_rate, 1), round(there_rate, 1)],
        }
        print(json.dumps(row))


if __name__ == "__main__":
    main()
