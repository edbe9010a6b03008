"""How long the default models take to decode a 20 × 20 manifold grid.

    python -m tests.benchmarks.decode [--times 15]

Untrained weights: decoding costs the same. Printed: median and worst of several, in ms, on one
thread, beside the time of a plain 1024 × 1024 matrix product as a yardstick of the machine.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from engines.catalog import FAMILIES, build, read_model
from engines.latent.grids import manifold

SHAPES = {"28×28 grey": (1, 28, 28), "64×64 grey": (1, 64, 64), "32×32 colour": (3, 32, 32)}


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """Time `work` after one call that does not count."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(1e3 * (time.perf_counter() - begun))
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(1)
    square = torch.rand(1024, 1024)
    yardstick = statistics.median(milliseconds(lambda: square @ square, options.times))
    for family in FAMILIES:
        for name, shape in SHAPES.items():
            engine = build(read_model({"family": family}), shape, 0, torch.device("cpu"))
            snapshot = engine.snapshot()
            cursor = np.zeros(snapshot.latent.dim, np.float32)
            z = manifold(snapshot.latent, cursor, (0, 1), 20, 20)
            taken = milliseconds(lambda s=snapshot, z=z: s.decode(z), options.times)
            row = {
                "family": family,
                "pictures": name,
                "median_ms": round(statistics.median(taken), 1),
                "worst_ms": round(max(taken), 1),
                "matrix_product_ms": round(yardstick, 1),
            }
            print(json.dumps(row))


if __name__ == "__main__":
    main()
