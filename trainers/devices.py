"""What a run may compute on, chosen and named."""

import os
from collections.abc import Callable
from types import MappingProxyType

import torch

from trainers.plan import Plan

_PRESENT: MappingProxyType[str, Callable[[], bool]] = MappingProxyType(
    {
        "cuda": torch.cuda.is_available,
        "mps": torch.backends.mps.is_available,
        "cpu": lambda: True,
    }
)


def present() -> tuple[str, ...]:
    """Name the kinds of device on this machine, the fastest first."""
    return tuple(kind for kind, is_there in _PRESENT.items() if is_there())


def settle(plan: Plan) -> Plan:
    """Replace `auto` and 0 by this machine's device and thread count, for the record.

    Raises:
        ValueError: if the device asked for is not there.
    """
    kinds = present()
    if plan.device != "auto" and plan.device not in kinds:
        raise ValueError(
            f"this machine has no {plan.device} device for PyTorch; choose {' or '.join(kinds)}"
        )
    device = kinds[0] if plan.device == "auto" else plan.device
    threads = plan.threads or max(1, (os.cpu_count() or 1) - 1)
    return plan.changed(device=device, threads=threads)


def occupy(plan: Plan) -> torch.device:
    """Set this process's thread count and return the device of a settled plan."""
    if torch.get_num_threads() != plan.threads:
        torch.set_num_threads(plan.threads)
    return torch.device(plan.device)


def words(plan: Plan) -> str:
    """Name the device of a settled plan as a person would read it."""
    if plan.device == "cuda":
        return f"CUDA, {torch.cuda.get_device_name()}"
    if plan.device == "mps":
        return "MPS, Apple GPU"
    return f"CPU, {plan.threads} thread{'s' if plan.threads > 1 else ''}"
