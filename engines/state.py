"""Modules, optimisers and generators ↔ one flat table of named CPU tensors."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Generator, Tensor, nn
from torch.optim import Adam, Optimizer, RMSprop

from engines.types import State


def pack(parts: Mapping[str, nn.Module | Optimizer | Generator]) -> dict[str, Tensor]:
    """Copy every part; names are `part/what`, so that one file holds them all."""
    return {
        f"{part}/{name}": tensor.detach().to("cpu", copy=True).contiguous()
        for part, thing in parts.items()
        for name, tensor in _tensors(thing).items()
    }


def unpack(parts: Mapping[str, nn.Module | Optimizer | Generator], saved: State) -> None:
    """Put saved tensors back into the parts they came from.

    Raises:
        ValueError: if a part's tensors are missing, unexpected or of another shape. All parts
            are checked before the first is changed.
    """
    shares = {part: _share(saved, part) for part in parts}
    if strangers := set(saved) - {f"{p}/{n}" for p, share in shares.items() for n in share}:
        raise ValueError(f"it holds {min(strangers)!r}, which this model does not have")
    for part, thing in parts.items():
        _check(part, thing, shares[part])
    for part, thing in parts.items():
        _restore(thing, shares[part])


def remembers(parts: Mapping[str, nn.Module | Optimizer | Generator], saved: State) -> bool:
    """True if `saved` holds something of every optimiser among `parts`."""
    optimisers = (name for name, thing in parts.items() if isinstance(thing, Optimizer))
    return all(_share(saved, name) for name in optimisers)


def _share(saved: State, part: str) -> dict[str, Tensor]:
    prefix = f"{part}/"
    return {n.removeprefix(prefix): t for n, t in saved.items() if n.startswith(prefix)}


def _tensors(thing: nn.Module | Optimizer | Generator) -> dict[str, Tensor]:
    if isinstance(thing, Generator):
        return {"state": thing.get_state()}
    if isinstance(thing, nn.Module):
        return dict(thing.state_dict())
    return {
        f"{index}.{name}": value
        for index, values in thing.state_dict()["state"].items()
        for name, value in values.items()
    }


def _check(
    part: str, thing: nn.Module | Optimizer | Generator, share: Mapping[str, Tensor]
) -> None:
    if isinstance(thing, Optimizer) and not share:
        return  # saved before its first step
    mine = _expected(thing)
    if missing := set(mine) - set(share):
        raise ValueError(f"it lacks {part}/{min(missing)}")
    for name, tensor in share.items():
        if name not in mine:
            raise ValueError(f"it holds {part}/{name}, which this model does not have")
        if mine[name].shape != tensor.shape or mine[name].dtype != tensor.dtype:
            raise ValueError(
                f"{part}/{name} is {tuple(tensor.shape)} {tensor.dtype}, "
                f"this model needs {tuple(mine[name].shape)} {mine[name].dtype}"
            )
    if isinstance(thing, Generator):
        _check_stream(part, share["state"])


def _expected(thing: nn.Module | Optimizer | Generator) -> dict[str, Tensor]:
    """Return tensors of the shapes and types that `thing` can take back."""
    if not isinstance(thing, Optimizer):
        return _tensors(thing)
    parameters = [p for group in thing.param_groups for p in group["params"]]
    return {
        f"{index}.{what}": torch.zeros(()) if what == "step" else parameter
        for index, parameter in enumerate(parameters)
        for what in _MEMORY[type(thing)]
    }


def _check_stream(part: str, saved: Tensor) -> None:
    try:
        Generator().set_state(saved)
    except RuntimeError as error:
        raise ValueError(f"{part} is not the state of a random stream: {error}") from error


def _restore(thing: nn.Module | Optimizer | Generator, share: Mapping[str, Tensor]) -> None:
    if isinstance(thing, Generator):
        thing.set_state(share["state"])
    elif isinstance(thing, nn.Module):
        thing.load_state_dict(share)
    else:
        values: dict[int, dict[str, Any]] = {}
        for name, tensor in share.items():
            index, _, what = name.partition(".")
            values.setdefault(int(index), {})[what] = torch.clone(tensor)
        groups = thing.state_dict()["param_groups"]
        thing.load_state_dict({"state": values, "param_groups": groups})


# what an optimiser remembers of each parameter, once it has stepped
_MEMORY: MappingProxyType[type[Optimizer], tuple[str, ...]] = MappingProxyType(
    {Adam: ("step", "exp_avg", "exp_avg_sq"), RMSprop: ("step", "square_avg")}
)
