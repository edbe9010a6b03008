"""What every model family promises to the trainer and to the explorer."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Protocol, TypeAlias, runtime_checkable

from torch import Generator, nn
from torch.optim import Optimizer

from engines import state
from engines.snapshot import Channel, LatentSpace, Snapshot
from engines.toys.mixtures import Frame
from engines.types import Images, Labels, PerAxis, PerImage, Scalars, State

Part: TypeAlias = nn.Module | Optimizer | Generator


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
    axis_channels: tuple[str, ...] = ()
    """Those of them that `measure` returns for each latent axis, whose sum they are."""
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
    def step(self, images: Images, labels: Labels | None = None) -> Scalars:
        """Make one update; return a value per channel, left on the device.

        `labels` are those of the images; who has no use for them ignores them.
        """

    def turn(self, name: str, images: Images, labels: Labels | None = None) -> Scalars:
        """Update the player `name` alone, by hand; return what that measures of its channels.

        The other players keep their weights, statistics and optimisers. It is no step.

        Raises:
            ValueError: if there is no such player.
        """
        raise ValueError(no_player(name, self.turns))

    @abstractmethod
    def measure(
        self, images: Images, rng: Generator, labels: Labels | None = None
    ) -> Mapping[str, PerImage | PerAxis]:
        """Judge `images` without learning from them: a value per image and held-out channel.

        Of the channels named in `axis_channels`, a value per image and latent axis.
        """

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
