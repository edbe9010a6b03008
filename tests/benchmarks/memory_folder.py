"""Resident memory of a 200,000-picture folder: while it is decoded, and while it is trained on.

Run as `python tests/benchmarks/memory_folder.py`. Training reads a synthetic cache of 200,000
pictures of 64×64 in colour (2.4 GB, made here), so that no 200,000 files are needed; decoding,
whose memory does not depend on how many files there are beyond their list, is measured on
20,000 real JPEG files. Figures are above the process with its libraries imported.
"""

import argparse
import json
import tempfile
import time
from itertools import islice
from pathlib import Path

import numpy as np
import psutil
import torch
from PIL import Image

from trainers.data.batches import Batches
from trainers.data.config import DataConfig
from trainers.data.load import load
from trainers.data.mapped import Block, Mapped

SHAPE = (3, 64, 64)
MB = 1024**2


class Peak:
    """The highest resident memory seen, in MB above the beginning."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._begin = self._process.memory_info().rss
        self.mb = 0.0

    def look(self, *_: object) -> None:
        """Measure now."""
        self.mb = max(self.mb, (self._process.memory_info().rss - self._begin) / MB)


def trained(folder: Path, count: int, steps: int, batch: int) -> dict[str, float]:
    """Stream batches from a synthetic cache of `count` pictures."""
    path = folder / "pictures"
    rng = np.random.default_rng(0)
    with path.open("wb") as file:
        for begin in range(0, count, 1000):
            size = (min(1000, count - begin), *SHAPE)
            file.write(rng.integers(0, 256, size, np.uint8).data)
    peak = Peak()
    store = Mapped(Block(path, count, SHAPE), np.arange(count), np.zeros(count, np.int64))
    batches = Batches(store, batch, 0, torch.device("cpu"), mirrored=True).stream()
    next(batches)
    begun = time.perf_counter()
    for _ in islice(batches, steps):
        peak.look()
    took = (time.perf_counter() - begun) / steps
    return {"train_peak_mb": round(peak.mb), "batch_ms": round(1000 * took, 3)}


def decoded(folder: Path, count: int) -> dict[str, float]:
    """Decode `count` JPEG photographs of 256×256 in ten classes."""
    small = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), np.uint8)
    contents = []
    for index, pixels in enumerate(small):
        path = folder / f"{index}.jpg"
        Image.fromarray(pixels).resize((256, 256), Image.Resampling.BICUBIC).save(path)
        contents.append(path.read_bytes())
        path.unlink()
    for index in range(count):
        path = folder / "files" / str(index % 10) / f"{index}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[index % 50])
    peak, begun = Peak(), time.perf_counter()
    config = DataConfig(source=f"folder:{folder / 'files'}")
    load(config, report=peak.look, cache=folder / "cache")
    first = time.perf_counter() - begun
    load(config, cache=folder / "cache")
    again = time.perf_counter() - begun - first
    return {
        "decode_peak_mb": round(peak.mb),
        "decode_s": round(first, 1),
        "again_s": round(again, 2),
    }


def main() -> None:
    """Measure both and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=200_000)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=128)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        figures = decoded(Path(name), given.files)
        figures |= trained(Path(name), given.pictures, given.steps, given.batch)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
