"""Nested damages of pictures: the stronger, the worse, in any eye. Strength lies in (0, 1]."""

import io
from collections.abc import Callable
from types import MappingProxyType

import numpy as np
from PIL import Image

BLOCK = 8  # pixels of JPEG; its colours have blocks of twice that

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


def jpeg(x: np.ndarray, how: float, rng: np.random.Generator) -> np.ndarray:
    """Coded on a grid of blocks of its own, half a block off that of the picture's file.

    The photographs were JPEG files of quality 75 before. On the same grid their coefficients
    are rounded twice, and what that does has no order: about quality 50 half of them are ties,
    which one quality doubles and the next erases (`jpeg_in_place`, shown as a control).
    """
    room = ((0, 0), (BLOCK // 2, BLOCK), (BLOCK // 2, BLOCK), (0, 0))
    height, width = x.shape[1:3]
    coded = jpeg_in_place(np.pad(x, room, "edge"), how, rng)
    return coded[:, BLOCK // 2 :, BLOCK // 2 :][:, :height, :width]


def jpeg_in_place(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    found = []
    for picture in x.round().clip(0, 255).astype(np.uint8):
        held = io.BytesIO()
        Image.fromarray(picture.squeeze()).save(held, "JPEG", quality=round(90 - 75 * how))
        found.append(np.asarray(Image.open(held)).reshape(picture.shape))
    return np.stack(found)


def ghost(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    return x + 0.5 * how * (np.roll(x, 1, axis=0) - x)


def cutout(x: np.ndarray, how: float, rng: np.random.Generator) -> np.ndarray:
    x, side = x.copy(), max(1, round(x.shape[1] * how / 2))
    for picture in x:
        top, left = rng.integers(0, x.shape[1] - side, 2)
        picture[top : top + side, left : left + side] = 0
    return x


def contrast(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    middle = x.mean(axis=(1, 2, 3), keepdims=True)
    return middle + (x - middle) * (1 - 0.6 * how)


def cast(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    return x + 40 * how * np.array([1, 0, -1])[: x.shape[3]]


def shift(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    """By whole pixels to the right; the last column is repeated."""
    step = max(1, round(x.shape[1] * how / 4))
    return np.pad(x, [(0, 0), (0, 0), (step, 0), (0, 0)], "edge")[:, :, :-step]


def board(x: np.ndarray, how: float, _: np.random.Generator) -> np.ndarray:
    line = np.arange(x.shape[1])
    signs = ((line[:, None] + line[None]) % 2 * 2 - 1)[None, :, :, None]
    return x + 30 * how * signs


DAMAGES: MappingProxyType[str, Damage] = MappingProxyType(
    {d.__name__: d for d in (blur, noise, jpeg, ghost, cutout, contrast, cast, shift, board)}
)
CONTROLS: MappingProxyType[str, Damage] = MappingProxyType({"jpeg_in_place": jpeg_in_place})
