"""Pictures on which extractors are tried: four sets that the built-in network saw, two not."""

import gzip
import io
import tarfile
from pathlib import Path
from types import MappingProxyType

import numpy as np
import torch
from PIL import Image
from sklearn.datasets import load_sample_images

from tests.benchmarks.drawn_pictures import drawn_pictures
from trainers.data.config import DataConfig
from trainers.data.load import load

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
                labels.append(kind)
    return np.stack(pictures), np.unique(labels, return_inverse=True)[1]


def digits(_folder: Path, _count: int) -> Labelled:
    """All 1,797 small ones, enlarged; the training saw them. Too few for 2,000 at a time."""
    data = load(DataConfig(source="digits"))
    rows = torch.arange(len(data.train))
    return data.train.take(rows).permute(0, 2, 3, 1).numpy(), data.train.labels


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
    {
        "mnist": mnist,
        "cifar": cifar,
        "digits": digits,
        "drawings": drawings,
        "sprites": sprites,
        "cuts": cuts,
    }
)
