"""Reading a published weights file: all of it is checked before a byte is believed."""

import hashlib
import io
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch

from engines.types import State

_CHUNK = 1 << 20  # bytes


@runtime_checkable
class Readable(Protocol):
    """An open file, as far as this one needs it."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, and none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file of which there is only one."""

    name: str
    size: int
    sha256: str

    def read(self, file: Readable) -> io.BytesIO:
        """Copy the file to memory while its sum is taken, so that nobody can exchange it after.

        Raises:
            ValueError: if it is longer, shorter or other than the published file.
        """
        held, digest = io.BytesIO(), hashlib.sha256()
        while chunk := file.read(_CHUNK):
            if held.tell() + len(chunk) > self.size:
                raise ValueError(
                    f"the weights are more than the {self.size} bytes of {self.name}; fetch "
                    "the published file again"
                )
            digest.update(chunk)
            held.write(chunk)
        if held.tell() != self.size:
            raise ValueError(
                f"the weights end after {held.tell()} of the {self.size} bytes of {self.name}; "
                "fetch the published file again"
            )
        if digest.hexdigest() != self.sha256:
            raise ValueError(
                f"the weights are not those of {self.name}: their SHA-256 is another; fetch "
                "the published file again"
            )
        held.seek(0)
        return held


def published_state(pinned: Pinned, file: Readable) -> State:
    """Return the tensors of a checked file, on the CPU; its pickle may hold tensors only.

    Raises:
        ValueError: if it is not the pinned file.
    """
    state: State = torch.load(pinned.read(file), map_location="cpu", weights_only=True)
    return state
