"""Runs small enough for a test, of every family in the catalogue."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TypeVar

import numpy as np
import safetensors.torch
import torch
from hypothesis import strategies as st

from engines.catalog import FAMILIES, read_model
from engines.engine import Engine
from engines.frozen import TorchSnapshot
from engines.snapshot import Channel, LatentSpace
from trainers.checkpoints import steps
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.evaluation import Judge
from trainers.events import Event
from trainers.ledger import History, read_history
from trainers.loop import Checkpoint, Course
from trainers.plan import Plan
from trainers.run import begin, resume
from trainers.worker import Brake

T = TypeVar("T")

LEAST = {"hidden": 8, "width": 4, "latent_dim": 2, "batch_size": 8}
VARIANTS: Mapping[str, Mapping[str, object]] = {
    **{family: {"family": family} for family in FAMILIES},
    "vae-conv": {"family": "vae", "body": "conv", "likelihood": "gaussian"},
    "gan-critic": {"family": "gan", "objective": "wasserstein", "discriminator_steps": 3},
    "gan-conditional": {"family": "gan", "conditional": True, "discriminator_steps": 2},
    "gan-informed": {"family": "gan", "categories": 3, "codes": 1},
    "gan-plain": {"family": "gan", "ema": 0.0, "prior": "uniform", "fresh_latents": False},
    "gan-points": {
        "family": "gan",
        "objective": "relativistic",
        "penalty": "r1",
        "decay_steps": 9,
    },
}
"""Every family with its least networks, and the ways through an engine that families miss."""
POINTS = {"gan-points": "ring"}
"""The variants that learn points, and which; all others learn noise."""


def tiny(folder: Path, variant: str = "vae", **plan: object) -> RunConfig:
    """Twelve steps over forty pictures of noise, with a checkpoint at every step."""
    about = VARIANTS[variant]
    pictures = folder / ("pictures.npz" if about.get("conditional") else "pictures.npy")
    if not pictures.exists():
        noise = np.random.default_rng(5).integers(0, 256, (40, 28, 28), np.uint8)
        if pictures.suffix == ".npz":
            np.savez(pictures, images=noise, labels=np.arange(40) % 3)
        else:
            np.save(pictures, noise)
    known = FAMILIES[str(about["family"])].config.model_fields
    least = {name: value for name, value in LEAST.items() if name in known}
    often: dict[str, object] = {
        "steps": 12,
        "seed": 3,
        "sample_every": 5,
        "evaluate_every": 4,
        "checkpoint_seconds": 0,
        "device": "cpu",
        "threads": 1,
        "live_budget": 0,
    }
    noise_file = DataConfig(source=f"array:{pictures}", mirror="on")
    return RunConfig(
        data=DataConfig(source=POINTS[variant]) if variant in POINTS else noise_file,
        model=read_model({**least, **about}),
        plan=Plan(**{**often, **plan}),
    )


def trained(config: RunConfig, runs: Path) -> Path:
    """Train a whole run and return its folder."""
    before = set(runs.iterdir()) if runs.is_dir() else set()
    for _ in begin(config, runs, Brake()):
        pass
    (folder,) = set(runs.iterdir()) - before
    return folder


def stopped(job: Iterator[Event], brake: Brake, step: int) -> None:
    """Drain `job`, pulling the brake as soon as `step` has been saved."""
    for event in job:
        if getattr(event, "path", None) and event.step >= step:
            brake.stop()


def stopped_at(config: RunConfig, runs: Path, step: int) -> Path:
    """Begin a run and stop it after `step`."""
    brake = Brake()
    stopped(begin(config, runs, brake), brake, step)
    return newest_folder(runs)


def newest_folder(runs: Path) -> Path:
    return max(runs.iterdir(), key=lambda path: path.stat().st_mtime_ns)


def finished(folder: Path, total: int | None = None) -> list[Event]:
    """Resume a run to its end."""
    return list(resume(folder, Brake(), total))


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    """Read the newest checkpoint, past our own reader."""
    found = steps(folder / "checkpoints")
    return safetensors.torch.load_file(found[max(found)])


def differing(mine: Mapping[str, torch.Tensor], other: Mapping[str, torch.Tensor]) -> list[str]:
    """Name the tensors that are not equal bit for bit; both must have the same names."""
    assert mine.keys() == other.keys()
    assert mine
    return [name for name, tensor in mine.items() if not same_bits(tensor, other[name])]


def same_bits(mine: torch.Tensor, other: torch.Tensor) -> bool:
    flat = (tensor.contiguous().reshape(-1).view(torch.uint8) for tensor in (mine, other))
    return mine.dtype == other.dtype and mine.shape == other.shape and torch.equal(*flat)


def scalars(folder: Path) -> tuple[dict[str, list[float]], list[tuple[int, dict[str, float]]]]:
    """What a run has measured, without the time it took."""
    past: History = read_history(folder / "scalars.sqlite")
    assert past.measured is not None
    assert past.measured.first == 1
    traces = {name: trace.tolist() for name, trace in past.measured.values.items()}
    return traces, [(event.step, dict(event.values)) for event in past.evaluated]


def pictures(folder: Path) -> dict[str, bytes]:
    """The recorded sample grids."""
    return {path.name: path.read_bytes() for path in (folder / "samples").glob("*.png")}


wounds = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 20), st.binary(max_size=8)),
    min_size=1,
    max_size=6,
)
"""Where a file is struck (as a share of its length), what is lost there, and what is put in."""


def wounded(content: bytes, struck: Iterable[tuple[float, int, bytes]]) -> bytes:
    for share, lost, put in struck:
        begin = int(share * len(content))
        content = content[:begin] + put + content[begin + lost :]
    return content


def result_or_refusal(use: Callable[[Path], T], path: Path) -> T | str:
    """What `use` makes of a damaged file: its result, or its sentence; all else is an error."""
    try:
        return use(path)
    except ValueError as error:
        return str(error)


class Counting(Engine):
    """Counts its steps in one weight; `loss` is the count, or what `poison` says it is."""

    channels = (Channel("loss", "loss", "loss", "nats"), Channel("other_loss", "o", "loss", ""))
    held_out_channels = (Channel("brightness", "brightness", "level", ""),)

    def __init__(self, poison: Mapping[int, float] | None = None) -> None:
        self.latent = LatentSpace(2, "gauss")
        self.batch_size = 2
        self._network = torch.nn.Linear(2, 4)
        torch.nn.init.zeros_(self._network.weight)
        torch.nn.init.zeros_(self._network.bias)
        self._poison = poison or {}
        self._made = 0

    def step(self, images: torch.Tensor) -> dict[str, torch.Tensor]:
        self._made += 1
        with torch.no_grad():
            self._network.bias += 1
        loss = torch.tensor(self._poison.get(self._made, float(self._made)))
        return {"loss": loss, "other_loss": torch.tensor(0.5)}

    def measure(self, images: torch.Tensor, rng: torch.Generator) -> dict[str, torch.Tensor]:
        noise = torch.rand(len(images), generator=rng) * 0
        return {"brightness": images.mean((1, 2, 3)) + noise}

    def snapshot(self) -> TorchSnapshot:
        shown = torch.nn.Sequential(self._network, torch.nn.Unflatten(1, (1, 2, 2)))
        return TorchSnapshot(shown, self.latent, (1, 2, 2), "decoder")

    def parts(self) -> dict[str, torch.nn.Module]:
        return {"network": self._network}


def batch(level: float = 0.0, count: int = 2) -> torch.Tensor:
    return torch.full((count, 1, 2, 2), level)


def course(engine: Engine, plan: Plan, step: int = 0, seconds: float = 0.0) -> Course:
    return Course(engine, plan, Judge(lambda: [batch()], seed=0), step, seconds)


def events_of(
    engine: Engine, plan: Plan, feed: Iterable[object] | None = None
) -> list[Event | Checkpoint]:
    """Run the loop alone, over an endless feed unless told otherwise."""
    return list(course(engine, plan).run(repeat(batch()) if feed is None else feed))


class Clock:
    """Time that passes only when told to; stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 100.0

    def stop_in(self, monkeypatch: object, *modules: ModuleType) -> None:
        """Give `modules` this clock instead of the machine's."""
        read = partial(getattr, self, "now")
        faked = SimpleNamespace(perf_counter=read, monotonic=read)
        for module in modules:
            monkeypatch.setattr(module, "time", faked)  # type: ignore[attr-defined]
