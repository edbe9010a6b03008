"""Whether the distance of an extractor ranks pictures as it should: the table behind its card.

    python -m tests.benchmarks.extractor_ranking fd-mini-v1 [--count 2000] [--sets mnist …]

Damages of six strengths each, on data sets that the built-in network saw in training (other
pictures of them) and on two that it did not: sprites, and cuts from two photographs that come
with scikit-learn. Printed per data set: how much the floor scatters; per damage: the rank
correlation with its strength, and the weakest strength from which z > 4 holds onwards (1 best,
7 never), z in deviations of the floor. Then what leaving out classes and repeating pictures
cost.
"""

import argparse
import gzip
import io
import json
import os
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import torch
from PIL import Image
from scipy.stats import spearmanr
from sklearn.datasets import load_sample_images

from engines.metrics.extractors import Extractor, load_extractor
from engines.metrics.frechet import Reference
from engines.metrics.moments import Moments
from tests.benchmarks.drawn_pictures import drawn_pictures
from trainers.data.config import DataConfig
from trainers.data.load import load

FLOORS = 8  # held-out samples behind each mean and deviation
STRENGTHS = 6
SUBSETS = 10  # random choices of the classes left out
SKIPPED = 2000  # photographs of each kind that the training took

Labelled = tuple[np.ndarray, np.ndarray | None]


def mnist(folder: Path, _count: int) -> Labelled:
    """The test part, which the training did not see."""
    images = gzip.decompress((folder / "mnist/t10k-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "mnist/t10k-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28, 1)
    return pixels, np.frombuffer(labels, np.uint8, offset=8)


def cifar(folder: Path, count: int) -> Labelled:
    """Photographs of each kind after those that the training took."""
    pictures, labels, seen = [], [], dict[str, int]()
    with tarfile.open(folder / "cifar10-train-jpg.tar.gz") as archive:
        for member in archive:
            kind = Path(member.name).parent.name
            file = archive.extractfile(member)
            if file is None:
                continue
            seen[kind] = seen.get(kind, 0) + 1
            if SKIPPED < seen[kind] <= SKIPPED + count // 2:
                pictures.append(np.asarray(Image.open(io.BytesIO(file.read())).convert("RGB")))
                labels.append(sorted(seen).index(kind))
    return np.stack(pictures), np.array(labels)


def drawings(_folder: Path, count: int) -> Labelled:
    """Drawn anew, with another seed than for training."""
    return drawn_pictures(5 * count, np.random.default_rng(1))


def sprites(_folder: Path, count: int) -> Labelled:
    """Not seen in training."""
    data = load(DataConfig(source="shapes", side="32", colour="grey"))
    rows = np.random.default_rng(2).choice(len(data.train), 5 * count, replace=False)
    drawn = data.train.take(torch.from_numpy(rows))
    return drawn.permute(0, 2, 3, 1).numpy(), None


def cuts(_folder: Path, count: int) -> Labelled:
    """Not seen in training: squares of 64 pixels of two photographs, at half their size."""
    rng = np.random.default_rng(3)
    halves = [picture[::2, ::2] for picture in load_sample_images().images]
    pictures = []
    for number in range(5 * count):
        whole = halves[number % 2]
        top, left = (rng.integers(0, side - 32) for side in whole.shape[:2])
        pictures.append(whole[top : top + 32, left : left + 32])
    return np.stack(pictures), None


SETS = MappingProxyType(
    {"mnist": mnist, "cifar": cifar, "drawings": drawings, "sprites": sprites, "cuts": cuts}
)

Damage = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def blur(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    reach = np.arange(-4, 5)
    weights = np.exp(-(reach**2) / (2 * (0.15 + 1.2 * how) ** 2))
    weights /= weights.sum()
    for axis in (1, 2):
        wide = np.pad(x, [(4, 4) if a == axis else (0, 0) for a in range(4)], "edge")
        x = sum(w * wide.take(range(k, k + x.shape[axis]), axis) for k, w in enumerate(weights))
    return x


def noise(x: np.ndarray, how: float, rng: np.random.Generator) -> np.ndarray:
    return x + 40 * how * rng.standard_normal(x.shape).astype(np.float32)


def jpeg(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    found = []
    for picture in x.round().clip(0, 255).astype(np.uint8):
        held = io.BytesIO()
        Image.fromarray(picture.squeeze()).save(held, "JPEG", quality=round(90 - 75 * how))
        found.append(np.asarray(Image.open(held)).reshape(picture.shape))
    return np.stack(found)


def ghost(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    return x + 0.5 * how * (np.roll(x, 1, axis=0) - x)


def cutout(x: np.ndarray, how: float, rng: np.random.Generator) -> np.ndarray:
    x, side = x.copy(), max(1, round(14 * how))
    for picture in x:
        top, left = rng.integers(0, 28 - side, 2)
        picture[top : top + side, left : left + side] = 0
    return x


def contrast(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    middle = x.mean(axis=(1, 2, 3), keepdims=True)
    return middle + (x - middle) * (1 - 0.6 * how)


def cast(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    return x + 40 * how * np.array([1, 0, -1])[: x.shape[3]]


def shift(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    """By whole pixels to the right; the last column is repeated."""
    step = max(1, round(8 * how))
    return np.pad(x, [(0, 0), (0, 0), (step, 0), (0, 0)], "edge")[:, :, :-step]


def board(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    line = np.arange(x.shape[1])
    signs = ((line[:, None] + line[None]) % 2 * 2 - 1)[None, :, :, None]
    return x + 30 * how * signs


DAMAGES: MappingProxyType[str, Damage] = MappingProxyType(
    {d.__name__: d for d in (blur, noise, jpeg, ghost, cutout, contrast, cast, shift, board)}
)


class Bench:
    """One data set under one extractor: a reference, a floor, and what stands out from it."""

    def __init__(self, extract: Extractor, pixels: np.ndarray, count: int) -> None:
        order = np.random.default_rng(0).permutation(len(pixels))
        self._extract = extract
        half = len(order) // 2
        features = extract(pixels[order[half:]])
        self.reference = Reference.of(Moments.of(features))
        self.own = order[: min(half, count)]
        self.rest = order[:half]
        pool = extract(pixels[self.rest])
        rng = np.random.default_rng(1)
        floors = [
            self.reference.distance(pool[rng.choice(len(pool), len(self.own), replace=False)])
            for _ in range(FLOORS)
        ]
        values = [floor.raw for floor in floors]
        self.floor, self.scatter = float(np.mean(values)), float(np.std(values, ddof=1))

    def score(self, pixels: np.ndarray) -> float:
        eight_bit = pixels.round().clip(0, 255).astype(np.uint8)
        return self.reference.distance(self._extract(eight_bit)).raw

    def z(self, score: float) -> float:
        return (score - self.floor) / self.scatter


def damage_row(bench: Bench, clean: np.ndarray, damage: Damage) -> dict[str, object]:
    scores = [
        bench.score(
            damage(clean.astype(np.float32), level / STRENGTHS, np.random.default_rng(5))
        )
        for level in range(1, STRENGTHS + 1)
    ]
    seen = [bench.z(score) > 4 for score in scores]
    first = next((k + 1 for k in range(STRENGTHS) if all(seen[k:])), STRENGTHS + 1)
    return {
        "spearman": round(float(spearmanr(range(STRENGTHS), scores)[0]), 3),
        "first_seen": first,
        "z": [round(bench.z(score), 1) for score in scores],
    }


def lacking(bench: Bench, pixels: np.ndarray, labels: np.ndarray) -> list[float]:
    """Return z, averaged over random choices, with 1 … 5 classes left out."""
    rng, found = np.random.default_rng(6), []
    count = len(bench.own) // 3  # as many of each, however many classes stay
    for lost in range(6):
        scores = []
        for _ in range(SUBSETS):
            gone = rng.choice(int(labels.max()) + 1, lost, replace=False)
            kept = bench.rest[~np.isin(labels[bench.rest], gone)]
            scores.append(bench.score(pixels[rng.choice(kept, count, replace=False)]))
        found.append(float(np.mean(scores)))
    return [round(score / found[0], 3) for score in found]


def repeating(bench: Bench, pixels: np.ndarray) -> list[float]:
    """Return the distance over the floor's, with only so many different pictures."""
    count = len(bench.own)
    shares = (1, 2, 4, 8, 16)
    scores = [bench.score(pixels[np.resize(bench.own[: count // s], count)]) for s in shares]
    return [round(score / scores[0], 3) for score in scores]


def rank(extract: Extractor, name: str, folder: Path, count: int) -> None:
    begun = time.perf_counter()
    pixels, labels = SETS[name](folder, count)
    bench = Bench(extract, pixels, count)
    told = {
        "extractor": extract.name,
        "data": name,
        "reference": bench.reference.moments.count,
        "samples": len(bench.own),
        "floor": float(f"{bench.floor:.4g}"),
        "floor_cv": round(bench.scatter / bench.floor, 3),
        "formula_over_floor": round(bench.reference.floor(len(bench.own)) / bench.floor, 3),
    }
    print(json.dumps(told), flush=True)
    clean = pixels[bench.own]
    for damage, act in DAMAGES.items():
        row = {"data": name, "damage": damage, **damage_row(bench, clean, act)}
        print(json.dumps(row), flush=True)
    print(json.dumps({"data": name, "one_of_s_pictures": repeating(bench, pixels)}), flush=True)
    if labels is not None:
        lost = lacking(bench, pixels, labels)
        print(json.dumps({"data": name, "classes_lost_0_to_5": lost}), flush=True)
    print(json.dumps({"data": name, "seconds": round(time.perf_counter() - begun)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extractor")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sets", nargs="+", choices=SETS, default=tuple(SETS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    extract = load_extractor(options.extractor)
    for name in options.sets:
        rank(extract, name, options.data, options.count)


if __name__ == "__main__":
    main()
