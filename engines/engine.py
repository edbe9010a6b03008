"""What every model family promises to the trainer and to the explorer."""

import copy
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
import torch
from torch import Generator, nn
from torch.optim import Optimizer

from engines import state
from engines.arrays import LatentArray, PixelArray
from engines.images import to_pixels
from engines.snapshot import Channel, LatentSpace, Snapshot
from engines.toys.mixtures import Frame
from engines.types import Images, Latents, PerImage, Scalars, Shape, State

Part: TypeAlias = nn.Module | Optimizer | Generator

DECODE_CHUNK = 64  # images decoded at once: bounds memory, and stays in a CPU's cache


class TorchSnapshot:
    """A frozen copy of a decoder network. Torch goes no further than this."""

    def __init__(
        self, decoder: nn.Module, latent: LatentSpace, shape: Shape, weights: str
    ) -> None:
        self.latent = latent
        self.shape = shape
        self.weights = weights
        self._decoder = copy.deepcopy(decoder).eval().requires_grad_(requires_grad=False)
        for weight in self._decoder.parameters():
            if weight.dim() == 4:  # the layout that convolutions on a CPU read fastest
                weight.data = weight.data.contiguous(memory_format=torch.channels_last)
        self._device = next(decoder.parameters()).device

    @torch.inference_mode()
    def decode(self, z: LatentArray) -> PixelArray:
        """Decode a batch of latent vectors to 8-bit images.

        Raises:
            ValueError: if the vectors have another length than this model's.
        """
        chunks = to_latents(z, self.latent).to(self._device).split(DECODE_CHUNK)
        return to_pixels(torch.cat([self._decoder(chunk) for chunk in chunks]))


def to_latents(z: LatentArray, space: LatentSpace) -> Latents:
    """Copy latent vectors to the CPU's tensors.

    Raises:
        ValueError: if they have another length than those of `space`.
    """
    if z.shape[1] != space.dim:
        raise ValueError(f"this model takes {space.dim} numbers, not {z.shape[1]}")
    return torch.from_numpy(np.array(z, order="C"))  # neither read-only nor reversed arrays


class Engine(ABC):
    """A model and its optimisers, advanced one step at a time by one thread.

    Every number an engine measures is a mean over the images given, unless its channel says
    otherwise. An engine draws only from its own generators, so that looking at it, or training
    another beside it, changes nothing.
    """

    channels: tuple[Channel, ...]
    """What `step` returns, in the order a chart should list it."""
    held_out_channels: tuple[Channel, ...]
    """What `measure` returns."""
    latent: LatentSpace
    batch_size: int
    """Images that `step` is to be given."""
    turns: tuple[str, ...] = ()
    """The players of which each can be advanced alone, in the order in which a step does it."""

    @property
    def variants(self) -> tuple[str, ...]:
        """Name the weights that `variant` can show besides those of `snapshot`."""
        return ()

    @abstractmethod
    def step(self, images: Images) -> Scalars:
        """Make one update; return a value per channel, left on the device."""

    def turn(self, name: str, images: Images) -> Scalars:
        """Update the player `name` alone, by hand; return what that measures of its channels.

        The other players keep their weights, statistics and optimisers. It is no step.

        Raises:
            ValueError: if there is no such player.
        """
        raise ValueError(no_player(name, self.turns))

    @abstractmethod
    def measure(self, images: Images, rng: Generator) -> Mapping[str, PerImage]:
        """Judge `images` without learning from them: a value per image and held-out channel."""

    @abstractmethod
    def snapshot(self) -> Snapshot:
        """Copy what is needed to decode, safe to use while training goes on."""

    def variant(self, name: str) -> Snapshot:
        """Copy other weights than `snapshot` does, to be seen beside them: `raw`.

        Raises:
            ValueError: if there are none of that name.
        """
        there = f"choose {', '.join(self.variants)} or none" if self.variants else "choose none"
        raise ValueError(
            f"this model keeps no weights named {name!r:.40} beside those it shows; {there}"
        )

    @abstractmethod
    def parts(self) -> Mapping[str, Part]:
        """Name everything that a resumed run must find as it was."""

    def state(self) -> State:
        """Copy all parts to CPU tensors; `load` of it continues exactly here."""
        return state.pack(self.parts())

    def load(self, saved: State) -> None:
        """Put every part back as `state` found it.

        Raises:
            ValueError: if `saved` was made by another architecture; nothing is changed then.
        """
        state.unpack(self.parts(), saved)


def no_player(name: str, turns: tuple[str, ...]) -> str:
    """Say that a model has no player of that name, and which it has."""
    there = f"choose {' or '.join(turns)}" if turns else "it learns as a whole, so make a step"
    return f"this model has no player {name!r:.40} to advance alone; {there}"


@runtime_checkable
class Framed(Protocol):
    """Shows points in a plot, and can be told the frame of the data."""

    frame: Frame
    """(low, high) of each axis."""


def stream(seed: int, purpose: str) -> Generator:
    """Return a CPU generator of its own for one purpose of one run.

    Streams are drawn on the CPU on every device, so that a GPU sees the same numbers.
    """
    digest = hashlib.blake2b(f"{seed}/{purpose}".encode(), digest_size=8).digest()
    return Generator().manual_seed(int.from_bytes(digest, "little") >> 1)
