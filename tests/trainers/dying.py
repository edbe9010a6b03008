"""Training in a process that is killed: what such a process runs."""

import os
import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import torch._dynamo  # noqa: F401  or every process would import it at its first step

from engines.autoencoders.engine import VaeEngine
from engines.gans.engine import GanEngine
from trainers import checkpoints, record
from trainers.config import RunConfig
from trainers.ledger import Ledger
from trainers.run import begin, resume
from trainers.worker import Brake

CALLS: tuple[tuple[Any, str], ...] = (
    (checkpoints, "write_whole"),
    (checkpoints, "save"),
    (checkpoints, "steps"),
    (os, "fsync"),
    (Path, "open"),
    (Path, "replace"),
    (Path, "unlink"),
    (Path, "mkdir"),
    (record, "write_png"),
    (Ledger, "settle"),
    (VaeEngine, "step"),
    (GanEngine, "step"),
)
"""Where a run touches the disk or its weights: a moment before each call, a moment after."""


class Fate:
    """Counts moments and ends the process at the one it was given, with no time to tidy up."""

    def __init__(self, moment: int) -> None:
        self.left = moment

    def pass_moment(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Count all calls, and each statement that SQLite runs, from here on."""
        for owner, name in CALLS:
            setattr(owner, name, self._watched(getattr(owner, name)))
        prepare = Ledger._prepare

        def prepared(ledger: Ledger) -> None:
            ledger._database.set_trace_callback(self.pass_moment)
            prepare(ledger)

        Ledger._prepare = prepared  # type: ignore[method-assign]

    def _watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        def watched(*args: Any, **more: Any) -> Any:
            self.pass_moment()
            result = call(*args, **more)
            self.pass_moment()
            return result

        return watched


def run_of(runs: Path) -> Path | None:
    """The one run under `runs` that can be opened; a folder without a card never was one."""
    return next((card.parent for card in runs.glob("*/run.json")), None)


def live(config: RunConfig, runs: Path, moment: int) -> None:
    """Begin the run, or go on with it, until the process is killed or the run is complete."""
    Fate(moment).watch()
    folder = run_of(runs)
    for _ in resume(folder, Brake()) if folder else begin(config, runs, Brake()):
        pass
