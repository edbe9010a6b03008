"""Read as many bytes as a header promises, and never more, from a file that may be lying."""

from typing import Protocol, runtime_checkable

from trainers.data.watch import DataError, Watch

_CHUNK = 1024**2


@runtime_checkable
class Readable(Protocol):
    """What plain and compressed files have in common."""

    def read(self, size: int = ..., /) -> bytes:
        """Return the next bytes, at most `size`."""
        ...


def read_exactly(file: Readable, size: int, name: str, watch: Watch) -> bytearray:
    """Read `size` bytes; memory grows with what is really there.

    Raises:
        DataError: if there are fewer.
    """
    content = bytearray()
    while len(content) < size:
        watch.tell(f"Reading {name}", len(content), size)
        piece = file.read(min(_CHUNK, size - len(content)))
        if not piece:
            raise DataError(f"{name} ends early, after {len(content)} of {size} bytes")
        content += piece
    return content
