"""How fast and how exact the Fréchet distance is, and how fast features are made.

    python -m tests.benchmarks.frechet [--width 2048]

Printed, on one thread: the distance with the real root at hand against the usual way, the root
of the product of both covariances by scipy.linalg.sqrtm; both errors against the singular
values of the features' own factors, which squares nothing. Then pictures per second of each
extractor that needs no weights file. scipy is there because scikit-learn needs it; the program
does not use it.
"""

import argparse
import json
import os
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from scipy.linalg import sqrtm

from engines.metrics.extractors import EXTRACTORS, load_extractor
from engines.metrics.frechet import Reference
from engines.metrics.moments import Moments

PICTURES = 2000


def seconds(work: Callable[[], object], times: int) -> tuple[float, object]:
    """Return the least of several times, and what the work gave."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - begun)
    return min(taken), result


def features(count: int, width: int, seed: int) -> np.ndarray:
    """Half of them zero, correlated, a spectrum that falls as 1/k: as networks make them."""
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(7).standard_normal((width, width)) / width**0.5
    mix *= (1 / np.arange(1, width + 1)) ** 0.5
    noise = rng.standard_normal((count, width)) * (1 + 0.3 * seed)
    return np.maximum(noise @ mix.T + 0.1 * seed, 0)


def factor(table: np.ndarray) -> np.ndarray:
    """Return R with RᵀR = covariance."""
    return np.linalg.qr((table - table.mean(axis=0)) / np.sqrt(len(table) - 1), mode="r")


def by_factors(real: np.ndarray, fake: np.ndarray) -> float:
    """Return the distance without a square anywhere."""
    mine, other = factor(real), factor(fake)
    overlap = np.linalg.svd(mine @ other.T, compute_uv=False).sum()
    shift = ((real.mean(axis=0) - fake.mean(axis=0)) ** 2).sum()
    return float(shift + (mine**2).sum() + (other**2).sum() - 2 * overlap)


def by_root_of_product(real: Moments, fake: Moments) -> float:
    """Return the distance as the published programs take it."""
    root = sqrtm(real.covariance @ fake.covariance)
    traces = np.trace(real.covariance) + np.trace(fake.covariance)
    return float(((real.mean - fake.mean) ** 2).sum() + traces - 2 * np.trace(root.real))


def distances(width: int) -> None:
    real = features(3 * width, width, 0)
    begun = time.perf_counter()
    reference = Reference.of(Moments.of(real))
    rooting = time.perf_counter() - begun
    for count in (3 * width, width // 4):
        fake = features(count, width, 1)
        moments = Moments.of(fake)
        if count > width:
            ours, found = seconds(lambda m=moments: reference.distance_of(m).raw, 3)
        else:
            ours, found = seconds(lambda f=fake: reference.distance(f).raw, 3)
        usual, other = seconds(lambda m=moments: by_root_of_product(reference.moments, m), 1)
        exact = by_factors(real, fake)
        row = {
            "width": width,
            "samples": count,
            "distance": round(exact, 6),
            "ours_s": round(ours, 3),
            "sqrtm_s": round(usual, 2),
            "times_faster": round(usual / ours, 1),
            "our_error": float(f"{abs(found - exact):.1e}"),
            "sqrtm_error": float(f"{abs(other - exact):.1e}"),
            "root_once_s": round(rooting, 2),
        }
        print(json.dumps(row, ensure_ascii=False))


def speeds() -> None:
    for name, row in EXTRACTORS.items():
        if "fid" in name:
            continue
        extract = load_extractor(name)
        for side, channels in ((28, 1), (32, 3), (128, 3)):
            size = (PICTURES, side, side, channels)
            pixels = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
            taken, _ = seconds(lambda e=extract, p=pixels: e(p), 3)
            print(
                json.dumps(
                    {
                        "extractor": name,
                        "features": row.dim,
                        "pictures": f"{PICTURES} of {side} × {side} × {channels}",
                        "seconds": round(taken, 3),
                        "pictures_per_second": round(PICTURES / taken),
                    },
                    ensure_ascii=False,
                )
            )


def routes(width: int) -> None:
    """Compare the two ways to more samples than features: both exact, one has less to do."""
    reference = Reference.of(Moments.of(features(3 * width, width, 0)))
    fake = features(3 * width, width, 1)

    def triangular() -> float:
        overlap = np.linalg.svd(factor(fake) @ reference.root, compute_uv=False).sum()
        shift = ((fake.mean(axis=0) - reference.moments.mean) ** 2).sum()
        spread = np.trace(Moments.of(fake).covariance)
        return float(shift + reference.spectrum.sum() + spread - 2 * overlap)

    squared_s, squared = seconds(lambda: reference.distance(fake).raw, 3)
    triangular_s, exact = seconds(triangular, 3)
    row = {
        "width": width,
        "samples": 3 * width,
        "eigvalsh_of_rsr_s": round(squared_s, 3),
        "qr_and_singular_values_s": round(triangular_s, 3),
        "differ_by": float(f"{abs(squared - exact):.1e}"),
    }
    print(json.dumps(row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=2048)
    options = parser.parse_args()
    torch.set_num_threads(1)
    distances(options.width)
    routes(options.width)
    speeds()


if __name__ == "__main__":
    main()
