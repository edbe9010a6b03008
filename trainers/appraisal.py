"""What is measured on the pictures that a model makes, whatever its family.

An appraiser draws from the prior with a seed of its own and looks at a snapshot, never at the
live model. Which ones a run has follows from its configuration alone, so that a replayed run
knows its channels without its data. To add one, write it and give it a row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from engines.snapshot import Channel, Snapshot
from trainers.config import RunConfig
from trainers.covering import (
    CURVE_CHANNELS,
    MODE_CHANNELS,
    build_coverage,
    has_modes,
    is_curve,
)
from trainers.data.dataset import DataSet


@runtime_checkable
class Appraiser(Protocol):
    """Judges what a frozen decoder makes."""

    def appraise(self, snapshot: Snapshot) -> Mapping[str, float]:
        """Return a value for every channel of its row; the same for the same weights."""
        ...


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A row: for which runs, what it measures, and how one is made."""

    channels: tuple[Channel, ...]
    """Names differ from those of every engine; `sample` says on how many samples."""
    concerns: Callable[[RunConfig], bool]
    build: Callable[[RunConfig, DataSet], Appraiser]


APPRAISALS: tuple[Appraisal, ...] = (
    Appraisal(MODE_CHANNELS, has_modes, build_coverage),
    Appraisal(CURVE_CHANNELS, is_curve, build_coverage),
)


def appraisal_channels(config: RunConfig) -> tuple[Channel, ...]:
    """List what a run of `config` measures on its own pictures."""
    return tuple(channel for row in _rows(config) for channel in row.channels)


def appraisers_for(config: RunConfig, data: DataSet) -> tuple[Appraiser, ...]:
    """Make the appraisers of a run."""
    return tuple(row.build(config, data) for row in _rows(config))


def _rows(config: RunConfig) -> tuple[Appraisal, ...]:
    return tuple(row for row in APPRAISALS if row.concerns(config))
