"""The comment of a GIF, read without decoding a pixel; a hostile file costs one sentence.

Blocks: GIF89a specification, §18, §23 to §26 (CompuServe, 1990).
"""

from pathlib import Path
from typing import BinaryIO

LONGEST = 4 * 1024**2
MOST_BLOCKS = 1 << 12
_SIGNATURES = (b"GIF87a", b"GIF89a")
_EXTENSION, _COMMENT = b"\x21", b"\xfe"


def read_comment(path: Path) -> str:
    """Return the first comment that stands before the first picture; empty if there is none.

    Raises:
        ValueError: if the file is no GIF, or its comment is too long or cut short.
        OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(13)
        if len(head) < 13 or head[:6] not in _SIGNATURES:
            raise ValueError(f"{path.name} is not a GIF")
        if head[10] & 0x80:
            file.seek(3 << ((head[10] & 7) + 1), 1)  # the table of colours
        for _ in range(MOST_BLOCKS):
            if file.read(1) != _EXTENSION:
                return ""
            is_comment = file.read(1) == _COMMENT
            content = _joined(file, path.name)
            if is_comment:
                return content.decode("utf-8", errors="replace")
    return ""


def _joined(file: BinaryIO, name: str) -> bytes:
    """Join the parts of a block, each of which begins with its length."""
    parts: list[bytes] = []
    total = 0
    while True:
        length = file.read(1)
        if not length:
            raise ValueError(f"{name} is damaged or incomplete; save or copy it again")
        if length == b"\0":
            return b"".join(parts)
        parts.append(file.read(length[0]))
        total += length[0]
        if total > LONGEST:
            raise ValueError(f"{name} carries a comment too long to be ours")
