"""Our training loop against a bare hand-written one over the same network, interleaved.

    python -m tests.benchmarks.throughput --data-dir MNIST_FOLDER [--rounds 7] [--seconds 4]
        [--only ns wgan-gp] [--width 16] [--clock cpu]

Each round runs a slice of ours (the whole path: data, engine, meter, charts' events, scalars
and samples on disk) and a slice of a bare PyTorch loop (data as float32 in memory, plain Adam,
one loss read every 100 steps), in alternating order, in one process on the same threads.
On a machine that others use, `--clock cpu` counts the seconds that this process computed, all
of its threads together, which the others hardly change.
Printed: a table of the ratios of steps per second: of the medians, and of the single rounds.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import torch
from torch import Tensor

from engines.catalog import FAMILIES
from engines.config import ModelConfig
from tests.benchmarks.bare_loops import LOOPS
from trainers import devices
from trainers.config import RunConfig
from trainers.data.load import load
from trainers.events import Measured
from trainers.run import begin
from trainers.worker import Brake

_GAN = FAMILIES["gan"].presets
ROWS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "vae": {"family": "vae"},
        "ns": {"family": "gan"},
        "lsgan": {"family": "gan", **_GAN["lsgan"].values},
        "wgan": {"family": "gan", **_GAN["wgan"].values},
        "wgan-gp": {"family": "gan", **_GAN["wgan-gp"].values},
        "dragan": {"family": "gan", **_GAN["dragan"].values},
        "r1": {"family": "gan", **_GAN["r1"].values},
        "hinge-sn": {"family": "gan", **_GAN["hinge-sn"].values},
        "unrolled": {"family": "gan", **_GAN["unrolled"].values},
        "minibatch": {"family": "gan", "minibatch": True},
        "began": {"family": "began"},
    }
)
"""What is compared: the published settings on the program's own widths."""


CLOCKS: Mapping[str, Callable[[], float]] = MappingProxyType(
    {"wall": time.perf_counter, "cpu": time.process_time}
)


def configured(name: str, width: int) -> ModelConfig:
    """Build the configuration of a row, narrower if asked."""
    values = dict(ROWS[name])
    config = FAMILIES[str(values.pop("family"))].config
    narrow = {"width": width} if width and "width" in config.model_fields else {}
    return config(**values, **narrow)


def ours(config: RunConfig, folder: Path) -> Iterator[int]:
    """Train a real run, yielding the newest step as it is reported."""
    for event in begin(config, folder, Brake()):
        if isinstance(event, Measured):
            yield event.last


def rate(
    steps: Iterator[int], seconds: float, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Steps per second of the next slice."""
    first, begun = next(steps), clock()
    last = first
    while clock() - begun < seconds:
        last = next(steps)
    return (last - first) / (clock() - begun)


def compare(
    config: RunConfig, data: Tensor, rounds: int, slice_: Callable[[Iterator[int]], float]
) -> list[list[float]]:
    """Alternate slices of both loops; return the pairs of their rates, ours first."""
    with tempfile.TemporaryDirectory() as folder:
        mine = ours(config, Path(folder))
        bare = LOOPS[config.model.family](config.model, data)
        slice_(mine), slice_(bare)  # warm up
        pairs = []
        for turn in range(rounds):
            both = [(0, mine), (1, bare)] if turn % 2 else [(1, bare), (0, mine)]
            pairs.append([r for _, r in sorted((who, slice_(it)) for who, it in both)])
        mine.close()
    return pairs


def line(name: str, pairs: list[list[float]]) -> str:
    """Write what a comparison found: the ratio of medians, the extremes, our rate."""
    ratios = [a / b for a, b in pairs]
    mine, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    return (
        f"{name:10}  {mine / bare:5.2f}  {min(ratios):5.2f} to {max(ratios):4.2f}  "
        f"{mine:8.2f}  {bare:8.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--width", type=int, default=0, help="channels; 0 is each model's own")
    parser.add_argument("--only", nargs="*", choices=ROWS, default=list(ROWS))
    options = parser.parse_args()
    shared = {
        "data": {"source": "mnist", "folder": options.data_dir},
        "plan": {"steps": 10**7},
    }
    config = RunConfig.model_validate({**shared, "model": {"family": "vae"}})
    devices.occupy(devices.settle(config.plan))
    pictures = load(config.data).train
    data = pictures.take(torch.arange(len(pictures))).float() / 127.5 - 1
    slice_ = partial(rate, seconds=options.seconds, clock=CLOCKS[options.clock])
    print(f"threads: {torch.get_num_threads()}, clock: {options.clock}")
    print("engine      ratio  of the rounds    ours / s    bare / s")
    for name in options.only:
        row = RunConfig(
            data=config.data, model=configured(name, options.width), plan=config.plan
        )
        print(line(name, compare(row, data, options.rounds, slice_)), flush=True)


if __name__ == "__main__":
    main()
