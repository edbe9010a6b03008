"""The text chunks of a PNG, read without decoding a pixel; a hostile file costs one sentence.

Chunk layout: PNG specification, third edition, §5 and §11.3.3 (W3C, 2025).
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_TEXT = 1 << 20
MOST_TEXTS = 64
MOST_CHUNKS = 1 << 17


def read_texts(path: Path) -> dict[str, str]:
    """Read the uncompressed text chunks of the PNG at `path`: keyword to text.

    Where a keyword comes twice, the first counts. Compressed chunks are passed over, so that
    a small file cannot unfold to a large one.

    Raises:
        ValueError: if the file is not a whole PNG or its texts are too many or too long.
        OSError: if the file cannot be read.
    """
    texts: dict[str, str] = {}
    with path.open("rb") as file:
        if file.read(len(SIGNATURE)) != SIGNATURE:
            raise ValueError(f"{path.name} is not a PNG picture")
        for kind, body in _text_chunks(file, path.name):
            pair = _READERS[kind](body)
            if pair is not None:
                texts.setdefault(*pair)
            if len(texts) > MOST_TEXTS:
                raise ValueError(f"{path.name} carries more than {MOST_TEXTS} texts")
    return texts


def _text_chunks(file: BinaryIO, name: str) -> Iterator[tuple[bytes, bytes]]:
    broken = f"{name} is damaged or incomplete; save or copy the picture again"
    for _ in range(MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            raise ValueError(broken)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if kind == b"IEND":
            return
        if kind not in _READERS:
            file.seek(length + 4, 1)
            continue
        if length > LARGEST_TEXT:
            raise ValueError(f"{name} carries a text of {length:,} bytes, too long to be ours")
        body, check = file.read(length), file.read(4)
        if len(check) < 4 or zlib.crc32(kind + body) != int.from_bytes(check):
            raise ValueError(broken)
        yield kind, body
    raise ValueError(f"{name} has more than {MOST_CHUNKS:,} parts, too many for a picture")


def _latin(body: bytes) -> tuple[str, str] | None:
    keyword, separator, text = body.partition(b"\0")
    return (keyword.decode("latin-1"), text.decode("latin-1")) if separator else None


def _international(body: bytes) -> tuple[str, str] | None:
    keyword, _, rest = body.partition(b"\0")
    if rest[:2] != b"\0\0":  # compressed, or cut short
        return None
    parts = rest[2:].split(b"\0", 2)  # language, translated keyword, text
    if len(parts) < 3:
        return None
    return keyword.decode("latin-1"), parts[2].decode("utf-8", errors="replace")


_READERS: Mapping[bytes, Callable[[bytes], tuple[str, str] | None]] = MappingProxyType(
    {b"tEXt": _latin, b"iTXt": _international}
)
