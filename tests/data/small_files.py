"""Small files of the kinds that data sets are read from, as bytes."""

import io
import struct
import zipfile

import numpy as np

from trainers.data.standard import TEST_LABELS, TEST_PICTURES, TRAIN_LABELS, TRAIN_PICTURES

RGB = np.random.default_rng(0).integers(0, 256, (6, 3, 32, 32), np.uint8)


def saved(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def idx(array: np.ndarray) -> bytes:
    return (
        bytes((0, 0, 8, array.ndim))
        + struct.pack(f">{array.ndim}I", *array.shape)
        + array.tobytes()
    )


def small_files(train: int = 6, test: int = 3) -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    return {
        TRAIN_PICTURES: idx(rng.integers(0, 256, (train, 28, 28), np.uint8)),
        TRAIN_LABELS: idx(np.arange(train, dtype=np.uint8) % 10),
        TEST_PICTURES: idx(rng.integers(0, 256, (test, 28, 28), np.uint8)),
        TEST_LABELS: idx(np.arange(test, dtype=np.uint8) % 10),
    }
