"""Every step's scalars, left on the device until someone asks."""

import math

import numpy as np
import torch

from engines.types import Scalars, State
from trainers.events import Trace

_ADVICE = "the last checkpoint before it is kept, try a lower learning rate"


class DivergedError(ArithmeticError):
    """A measured quantity, or a weight of the model, is no longer finite.

    `step` is the first at which it was seen, `what` the channel or the tensor.
    """

    def __init__(
        self, message: str, step: int = 0, what: str = "", value: float = math.nan
    ) -> None:
        super().__init__(message)
        self.step = step
        self.what = what
        self.value = value


class Meter:
    """Collects scalars between reads without waiting for the device."""

    def __init__(self) -> None:
        self._waiting: list[Scalars] = []

    def __len__(self) -> int:
        """Steps collected since the last read."""
        return len(self._waiting)

    def add(self, scalars: Scalars) -> None:
        """Remember one step."""
        self._waiting.append(scalars)

    def read(self) -> dict[str, Trace]:
        """Return one value per channel and step since the last read, and start again.

        This is the only place where training waits for the device.
        """
        names = list(self._waiting[0])
        flat = torch.stack([step[name] for step in self._waiting for name in names])
        table = flat.to("cpu", torch.float64).numpy().reshape(len(self._waiting), len(names))
        self._waiting = []
        return {name: np.ascontiguousarray(table[:, i]) for i, name in enumerate(names)}


def refuse_lost(values: dict[str, Trace], first: int) -> None:
    """Say which quantity broke, and when.

    Raises:
        DivergedError: if a value is infinite or not a number.
    """
    for name, trace in values.items():
        bad = np.flatnonzero(~np.isfinite(trace))
        if len(bad):
            what = "not a number" if math.isnan(trace[bad[0]]) else "infinite"
            step = first + int(bad[0])
            raise DivergedError(
                f"{name.replace('_', ' ')} became {what} at step {step:,}; {_ADVICE}",
                step,
                name,
                float(trace[bad[0]]),
            )


def refuse_broken(state: State, step: int) -> None:
    """Keep a state from the disk whose loss was finite but whose last update was not.

    Raises:
        DivergedError: if a tensor holds a value that is infinite or not a number.
    """
    for name, tensor in state.items():
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise DivergedError(
                f"{name} was not finite any more by step {step:,}; {_ADVICE}", step, name
            )
