"""Giving a harmed run to everything that reads runs."""

import json
import shutil

from tests.trainers.small_runs import finished
from trainers.run import open_snapshot, replay
from trainers.store import list_runs
from trainers.worker import Brake

READERS = {
    "replay": lambda folder: list(replay(folder, Brake())),
    "open_snapshot": open_snapshot,
    "list_runs": lambda folder: list_runs(folder.parent),
    "resume": lambda folder: finished(folder, 10),
}


def copied(made, place):
    return shutil.copytree(made[1], place / "runs" / "run")


def newest(folder, back=0):
    return sorted((folder / "checkpoints").iterdir())[-1 - back]


def read_by_all(folder, *, and_resumed=True):
    """Give the folder to everything that reads runs; return what each said against it."""
    against = {}
    for name, read in READERS.items():
        if name == "resume" and not and_resumed:
            continue
        try:
            read(folder)
        except ValueError as error:
            against[name] = str(error)
    for run in list_runs(folder.parent):
        if run.state.startswith("broken"):
            against["list_runs"] = run.state
    for words in against.values():
        assert words
        assert "\n" not in words
        assert len(words) < 4_000
    return against


def rewrite(folder, change):
    path = folder / "run.json"
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))
