"""Make folders of small grey pictures, load them, and look at what came of it."""

from pathlib import Path

import torch
from PIL import Image

from trainers.data.config import DataConfig
from trainers.data.load import load


def put(root: Path, name: str, grey: int) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (8, 8), grey).save(root / name)


def opened(root: Path, **choices):
    heard = {key: choices.pop(key) for key in ("report", "cancelled") if key in choices}
    return load(
        DataConfig(source=f"folder:{root}", **choices), cache=root.parent / "cache", **heard
    )


def greys(data) -> list[int]:
    parts = (data.train, data.held_out)
    return sorted(
        int(p) for part in parts for p in part.take(torch.arange(len(part)))[:, 0, 0, 0]
    )


def greys_by_class(data) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {name: [] for name in data.classes}
    for part in (data.train, data.held_out):
        for label, image in zip(part.labels, part.take(torch.arange(len(part))), strict=True):
            found[data.classes[label]].append(int(image[0, 0, 0]))
    return {name: sorted(values) for name, values in found.items()}


def cached(root: Path) -> list[Path]:
    return sorted((root.parent / "cache" / "pictures").glob("*"))
