"""How the live evaluation of a run is put together from its configuration and its data."""

import os
import time
from collections.abc import Callable

import numpy as np
import torch

from engines.catalog import asks_classes
from engines.metrics.extractors import load_extractor
from trainers import devices
from trainers.config import RunConfig
from trainers.data.cache import cache_folder
from trainers.data.dataset import DataSet
from trainers.data.watch import Watch
from trainers.events import Warned
from trainers.live.apart import Apart
from trainers.live.bench import Bench
from trainers.live.budget import Budget
from trainers.live.live import Conditions, Live
from trainers.live.memory import free_bytes
from trainers.live.places import Interleaved, Place
from trainers.live.relay import Relay
from trainers.live.scores import LIVE
from trainers.live.wire import Brief
from trainers.plan import Plan
from trainers.scoring.looking import Looker, identity_of
from trainers.scoring.sources import JUDGE_SEED, Choice, Kept

WORTH = 20.0  # seconds of a run before a process, which loads PyTorch anew, is worth it
_PERCENT = 100


def live_for(
    config: RunConfig, data: DataSet, step: int, stopped: Callable[[], bool]
) -> tuple[Live | None, tuple[Warned, ...]]:
    """Make ready to judge a run that stands at `step`; None where there is nothing to judge.

    Returns:
        Who judges, and what a person should know about it.
    """
    plan = config.plan
    if not plan.live_budget or config.data.about.points:
        return None, ()
    real = Kept("held-out", "held-out", (data.held_out,), Choice(plan.live_n, JUDGE_SEED))
    metrics, notes = _possible(plan, len(real), data.shape[0])
    if not metrics:
        return None, notes
    device = devices.occupy(plan)
    lots = Choice(len(real), JUDGE_SEED)  # as many, since the distance depends on how many
    learned = Kept("train", "train", (data.train,), lots) if len(data.train) > 1 else None
    bench = Bench(_looker(plan, device), real, metrics, learned)
    begun = step if step else None
    return Live(
        _place(config, data, bench, (real, learned) if learned is not None else (real,)),
        Budget(plan.live_budget / _PERCENT, begun),
        Conditions(stopped, lambda: free_bytes(device), bench.need(data.shape)),
    ), notes


def _place(config: RunConfig, data: DataSet, bench: Bench, real: tuple[Kept, ...]) -> Place:
    """Choose where to judge: beside training where a core is free, else between its steps."""
    plan = config.plan
    here = Interleaved(bench, devices.occupy(plan))
    if plan.device != "cpu" or not _has_core_to_spare(plan):
        return here

    def hire() -> Place:
        pixels = [np.concatenate(list(part.chunks())) for part in real]
        classes = data.classes if asks_classes(config.model) else ()
        brief = Brief(
            model=config.model.model_dump(mode="json"),
            shape=data.shape,
            classes=classes,
            extractor=plan.live_extractor,
            metrics=bench.metrics,
            real=tuple(part.shape for part in pixels),
        )
        return Apart(brief, *pixels)

    return Relay(here, hire, WORTH, time.monotonic)


def _has_core_to_spare(plan: Plan) -> bool:
    """Count the cores that this process may use, not those that it may only see."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0)) > plan.threads
    return (os.cpu_count() or 1) > plan.threads


def _looker(plan: Plan, device: torch.device) -> Looker:
    extractor = load_extractor(plan.live_extractor)
    identity = identity_of(extractor)
    if device.type == "cuda":  # where training is, and its features are rounded otherwise
        extractor.net.to(device)
        identity = f"{identity}/{device.type}"
    return Looker(extractor, identity, cache_folder(), Watch())


def _possible(
    plan: Plan, count: int, channels: int
) -> tuple[tuple[str, ...], tuple[Warned, ...]]:
    """Choose the metrics that so many pictures allow; say which are left out."""
    if channels not in (1, 3):
        message = f"Live metrics read grey or colour pictures, not {channels} channels."
        return (), (Warned(message),)
    asked = plan.live_metrics.split(",")
    possible = tuple(name for name in asked if LIVE[name].least <= count)
    if len(possible) == len(asked):
        return possible, ()
    missing = [name for name in asked if name not in possible]
    least = max(LIVE[name].least for name in missing)
    message = (
        f"{', '.join(missing)} cannot be measured live: there are {count} held-out pictures, "
        f"and it takes {least}; hold out more of them."
    )
    return possible, (Warned(message),)
