"""Folders of noise to judge, and what `evaluate` says of them as a record."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainers.cli.exits import GOOD
from trainers.cli.main import main

COUNT = 40
"""Pictures of a folder."""


def write_folder(folder: Path, seed: int, shift: int = 0) -> Path:
    folder.mkdir()
    noise = np.random.default_rng(seed).integers(0, 150, (COUNT, 28, 28, 3))
    for number, pixels in enumerate((noise + shift).astype(np.uint8)):
        Image.fromarray(pixels).save(folder / f"{number:03}.png")
    return folder


def evaluated(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    capsys.readouterr()
    assert main(["evaluate", *map(str, words), "--json"]) == GOOD
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def values(record: dict) -> list[dict[str, float]]:
    return [{s["name"]: s["value"] for s in one["scores"]} for one in record["series"]]
