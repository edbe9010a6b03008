"""How long a run is, how often it looks at itself, and what it runs on."""

import time
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from engines.config import Config, Group, Unit

_RUN = Group("How long")
_WATCH = Group("Watching")
_LIVE = Group("Live metrics")
_MACHINE = Group("Machine")

LIVE_METRICS = ("fd", "kid", "coverage", "density")
BuiltInExtractor = Literal["fd-mini-v1", "fd-random-v1"]


def _live_names(text: str) -> str:
    """Put the names of metrics into the order of the table, each once."""
    asked = {part.strip() for part in text.split(",") if part.strip()}
    strangers = sorted(asked - set(LIVE_METRICS))
    if strangers or not asked:
        what = f"no live metric {strangers[0]!r:.60}" if strangers else "no live metric named"
        raise ValueError(f"there is {what}; choose some of {', '.join(LIVE_METRICS)}")
    return ",".join(name for name in LIVE_METRICS if name in asked)


class Plan(Config):
    """Choices that belong to no family."""

    steps: Annotated[int, Unit("steps"), _RUN] = Field(
        10_000, ge=1, le=100_000_000, description="Updates to make; one batch of images each."
    )
    seed: Annotated[int, _RUN] = Field(
        0,
        ge=0,
        le=2**53,
        description="Start of every random stream; the same seed repeats the run exactly.",
    )
    sample_every: Annotated[int, Unit("steps"), _WATCH] = Field(
        250,
        ge=1,
        le=1_000_000,
        description="Steps between recorded sample grids; steps 0, 1, 2, 4, 8, … are kept too.",
    )
    evaluate_every: Annotated[int, Unit("steps"), _WATCH] = Field(
        500,
        ge=1,
        le=1_000_000,
        description="Steps between measurements on held-out images; step 0 is measured too.",
    )
    held_out: Annotated[int, Unit("images"), _WATCH] = Field(
        1_000,
        ge=1,
        le=1_000_000,
        title="Held-out images",
        description="How many held-out images each measurement uses; always the same ones.",
    )
    checkpoint_seconds: Annotated[float, Unit("s"), _WATCH] = Field(
        30.0,
        ge=0,
        le=3_600,
        title="Checkpoint after",
        description="Training time between checkpoints; at most this much is ever repeated.",
    )
    live_budget: Annotated[float, Unit("%"), _LIVE] = Field(
        5.0,
        ge=0,
        le=20,
        title="Share of time",
        description="Share of training time in which pictures are judged while the model "
        "learns; 0 for never. It changes nothing that the model learns.",
    )
    live_metrics: Annotated[str, AfterValidator(_live_names), _LIVE] = Field(
        "fd,kid,coverage",
        max_length=100,
        title="Metrics",
        description=f"What is measured, of {', '.join(LIVE_METRICS)}; of what a model with an "
        "encoder reconstructs too.",
    )
    live_n: Annotated[int, Unit("images"), _LIVE] = Field(
        2_000,
        ge=2,
        le=50_000,
        title="Images",
        description="How many made images are compared with as many held-out ones, or all of "
        "these where there are fewer; the same latent vectors always.",
    )
    live_extractor: Annotated[BuiltInExtractor, _LIVE] = Field(
        "fd-mini-v1",
        title="Extractor",
        description="The network through which images are compared; its distances are not "
        "comparable with published FID.",
    )
    device: Annotated[Literal["auto", "cpu", "cuda", "mps"], _MACHINE] = Field(
        "auto", description="Where to train; auto takes CUDA, then MPS, then the CPU."
    )
    threads: Annotated[int, Unit("threads"), _MACHINE] = Field(
        0,
        ge=0,
        le=1_024,
        description="CPU threads of training, part of what makes a run repeatable; "
        "0 takes all cores but one.",
    )


class Pace:
    """Says when enough wall-clock time has passed; never more often than its interval."""

    def __init__(self, seconds: float) -> None:
        self._interval = seconds
        self._next = time.monotonic() + seconds

    def due(self) -> bool:
        """Return True, and start the next interval, if the current one is over."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._interval
        return True


def is_sample_step(step: int, plan: Plan) -> bool:
    """True at multiples of the plan's interval, and at 0, 1, 2, 4, 8, …: it begins fast."""
    return step % plan.sample_every == 0 or (step & (step - 1)) == 0
