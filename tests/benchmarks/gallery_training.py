"""How the runs of the gallery were trained; gives the files in `resources/gallery/`.

    python -m tests.benchmarks.gallery_training OUT [--only NAME] [--data ../shared/data]

It stands with the benchmarks because it needs real data beside the checkout, is run by hand and
belongs to no wheel. One thread, fixed seeds: the same machine gives the same weights. OUT keeps
the whole runs, which can be trained on; a second call packs what is there without training.

Packing leaves out what optimisers remember and every checkpoint but the newest, keeps every
step of the history to eleven bits of precision (one part in 2,048), and names the data without
the folders of this machine. No picture of the data is packed: grids are what the model made.
"""

import argparse
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import time
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from PIL import Image
from torch.optim import Optimizer

from engines.catalog import build
from trainers import checkpoints, store
from trainers.command import command_for
from trainers.config import RunConfig
from trainers.events import Evaluated
from trainers.export import read_recipe, write_png
from trainers.gallery import LARGEST
from trainers.run import begin
from trainers.worker import Brake

BITS = 11  # of each value's mantissa
SAMPLES = (0, 256)  # grids that are packed, beside the last

_PLAN = {
    "seed": 1,
    "device": "cpu",
    "threads": 1,
    "sample_every": 10_000,
    "evaluate_every": 1_000,
    "checkpoint_seconds": 120,
}

RECIPES: Mapping[str, Mapping[str, Any]] = {
    "mnist-vae": {
        "data": {"source": "mnist"},
        "model": {"family": "vae", "latent_dim": 2, "hidden": 192, "layers": 3},
        "plan": {**_PLAN, "steps": 30_000},
    },
    "shapes-beta-vae": {
        "data": {"source": "shapes", "side": "32"},
        "model": {
            "family": "beta-vae", "beta": 2.0, "latent_dim": 10, "body": "conv", "width": 16,
            "hidden": 128, "batch_size": 64,
        },
        "plan": {**_PLAN, "steps": 30_000},
    },
    "mnist-gan": {
        "data": {"source": "mnist"},
        "model": {"family": "gan", "latent_dim": 20, "width": 24},
        "plan": {**_PLAN, "steps": 8_000},
    },
    "ship-gan": {
        "data": {"source": "folder:cifar10/ship", "side": "32", "mirror": "on"},
        "model": {"family": "gan", "latent_dim": 32, "width": 24},
        "plan": {**_PLAN, "steps": 4_000},
    },
}  # fmt: skip


def on_this_machine(config: RunConfig, data: Path, out: Path) -> RunConfig:
    """Say where the data of a recipe lies here; photographs are unpacked into `out`."""
    if config.data.source == "mnist":
        return config.changed(data=config.data.changed(folder=str(data / "mnist")))
    if not config.data.path:
        return config
    _photographs(data / "cifar10-train-jpg.tar.gz", config.data.path, out)
    return config.changed(data=config.data.changed(source=f"folder:{out / config.data.path}"))


def _photographs(archive: Path, inside: str, out: Path) -> None:
    if (out / inside).is_dir():
        return
    (out / inside).mkdir(parents=True)
    with tarfile.open(archive) as members:
        for member in members:
            file = members.extractfile(member) if member.isreg() else None
            if file is not None and str(Path(member.name).parent) == inside:
                (out / inside / Path(member.name).name).write_bytes(file.read())


def train(name: str, data: Path, out: Path) -> None:
    """Train a recipe into `out/NAME`, telling what is measured on held-out pictures."""
    config = on_this_machine(RunConfig.model_validate(RECIPES[name]), data, out)
    begun = time.process_time()
    for event in begin(config, out, Brake(), name):
        if isinstance(event, Evaluated):
            cpu = round(time.process_time() - begun)
            print(json.dumps({"name": name, "step": event.step, "cpu_s": cpu, **event.values}),
                  flush=True)  # fmt: skip


def pack(name: str, run: Path, room: Path) -> Path:
    """Write the run in the folder `run` as the gallery's file of that name."""
    room.mkdir(parents=True, exist_ok=True)
    place = run.with_name(f"{run.name}-packed") / name
    shutil.rmtree(place, ignore_errors=True)
    for part in ("samples", "checkpoints"):
        (place / part).mkdir(parents=True, exist_ok=True)
    card = _nameless(store.read_card(run), name)
    store.write_card(place, card)
    _weights(run, place, card)
    _history(run / "scalars.sqlite", place / "scalars.sqlite")
    for path in _chosen(run / "samples"):
        _grid(path, place / "samples" / path.name, card)
    path = room / f"{name}.zip"
    path.write_bytes(_zipped(place))
    return path


def _nameless(card: store.RunCard, name: str) -> store.RunCard:
    """Name the data without the folders of this machine."""
    published = RunConfig.model_validate(RECIPES[name])
    config = card.config.changed(data=published.data)
    return card.changed(config=config, command=command_for(config))


def _weights(run: Path, place: Path, card: store.RunCard) -> None:
    path = store.newest(run)
    saved = checkpoints.load(path)
    engine = build(card.config.model, card.shape, card.config.plan.seed, torch.device("cpu"))
    left_out = {n for n, part in engine.parts().items() if isinstance(part, Optimizer)}
    state = {n: t for n, t in saved.state.items() if n.partition("/")[0] not in left_out}
    checkpoints.save(place / "checkpoints", saved.step, round(saved.seconds, 1), state)


def _history(whole: Path, place: Path) -> None:
    """Copy a ledger; values keep `BITS` bits, times are whole seconds."""
    place.unlink(missing_ok=True)
    with closing(sqlite3.connect(whole)) as source, closing(sqlite3.connect(place)) as copy:
        source.backup(copy)
        for table, first in (("steps", 2), ("held_out", 2)):
            found = copy.execute(f"SELECT * FROM {table} ORDER BY step").fetchall()
            rows = np.array(found, dtype=np.float64)
            mantissa, exponent = np.frexp(rows[:, first:])
            rows[:, first:] = np.ldexp(np.round(mantissa * 2**BITS) / 2**BITS, exponent)
            if table == "steps":
                rows[:, 1] = np.round(rows[:, 1])
            copy.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * rows.shape[1])
            copy.executemany(f"INSERT INTO {table} VALUES ({marks})", map(_row, rows))
        copy.commit()
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("VACUUM")


def _row(row: np.ndarray) -> tuple[float | None, ...]:
    """What is not a number is NULL in a ledger; the step is whole."""
    return (int(row[0]), *(None if np.isnan(x) else x for x in row[1:].tolist()))


def _chosen(samples: Path) -> list[Path]:
    grids = sorted(samples.glob("step-*.png"))
    return [path for path in grids if int(path.stem[5:]) in SAMPLES or path == grids[-1]]


def _grid(path: Path, place: Path, card: store.RunCard) -> None:
    """Copy a sample grid; what it says of its run is what the packed run says."""
    recipe, layout, provenance = read_recipe(path)
    said = replace(provenance, config=card.config.model_dump_json(), command=card.command)
    pixels = np.asarray(Image.open(path))
    sheet = pixels if pixels.ndim == 3 else pixels[:, :, None]
    write_png(place, sheet, recipe, layout, said)


def _zipped(place: Path) -> bytes:
    """Zip a folder; the same files give the same bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_LZMA) as archive:
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            about = zipfile.ZipInfo(path.relative_to(place).as_posix(), (2026, 1, 1, 0, 0, 0))
            about.compress_type = zipfile.ZIP_LZMA
            about.external_attr = 0o644 << 16
            archive.writestr(about, path.read_bytes())
    if kept.tell() > LARGEST:
        raise ValueError(f"{place.name} is {kept.tell():,} bytes packed, more than {LARGEST:,}")
    return kept.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="where the whole runs are kept")
    parser.add_argument("--only", choices=tuple(RECIPES))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--room", type=Path, default=Path("resources/gallery"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name in [options.only] if options.only else RECIPES:
        if not (options.out / name / "run.json").is_file():
            train(name, options.data, options.out)
        path = pack(name, options.out / name, options.room)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(json.dumps({"name": name, "bytes": path.stat().st_size, "sha256": digest}))


if __name__ == "__main__":
    main()
