"""The layers of a frozen network in the order in which a latent vector meets them."""

import copy
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import nn

from engines.frozen import TorchSnapshot
from engines.latent.priors import sample
from engines.types import Latents

AFFINE = (nn.Linear, nn.ConvTranspose2d, nn.Conv2d)
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)  # affine too, while their statistics stand still
SHAPING = (nn.Flatten, nn.Unflatten, nn.Identity)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer, a copy that nobody else uses."""

    name: str
    """Its place and kind: `2: BatchNorm2d`."""
    module: nn.Module


def chain(model: TorchSnapshot) -> tuple[Layer, ...]:
    """Return the layers from z on, each of which takes just what the one before it gives.

    Raises:
        ValueError: if z does not enter the model through one layer.
    """
    # a copy: another thread that decodes meanwhile would call hooks on the model's own layers
    network = copy.deepcopy(model.network)
    z = torch.from_numpy(sample(model.latent, 2, 0)).to(model.device)
    calls = _calls(network, z)
    if sum(call.given is z for call in calls) != 1 or calls[0].given is not z:
        raise ValueError(
            "the latent vector does not enter this model through one layer, so its first layer "
            "cannot be told; choose the Jacobian, which needs no layers"
        )
    met = [calls[0].module]
    for before, call in pairwise(calls):
        if call.given is not before.made:
            break
        met.append(call.module)
    return tuple(Layer(f"{at}: {type(one).__name__}", one) for at, one in enumerate(met))


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    module: nn.Module
    given: object
    made: object


def _calls(network: nn.Module, z: Latents) -> list[_Call]:
    """Decode `z` and note what each layer was given and what it made of that, in order."""
    calls: list[_Call] = []

    def note(layer: nn.Module, given: tuple[object, ...], made: object) -> None:
        calls.append(_Call(layer, given[0] if given else None, made))

    leaves = [m for m in network.modules() if not any(True for _ in m.children())]
    hooks = [leaf.register_forward_hook(note) for leaf in leaves]
    with torch.inference_mode():
        network(z)
    for hook in hooks:
        hook.remove()
    return calls


def first_affine(model: TorchSnapshot) -> tuple[nn.Sequential, nn.Module | None]:
    """Return all up to the first layer with weights, and the norm behind it if there is one.

    Before that layer, z is only laid out in another way, so that all of it is affine in z.

    Raises:
        ValueError: if something else than a linear map or a convolution meets z first.
    """
    layers = [layer.module for layer in chain(model)]
    at = next((i for i, one in enumerate(layers) if not isinstance(one, SHAPING)), None)
    if at is None or not isinstance(layers[at], AFFINE):
        kind = "no layer" if at is None else type(layers[at]).__name__
        raise ValueError(
            f"the latent vector of this model meets {kind} first and no layer of weights, so "
            "there is nothing to factorise; choose the Jacobian"
        )
    behind = layers[at + 1] if at + 1 < len(layers) else None
    return nn.Sequential(*layers[: at + 1]), behind if isinstance(behind, NORMS) else None
