"""Clips: the pictures of a recipe one after the other, as an animated GIF or an MP4.

Everything is done in pieces of a few milliseconds, so that whoever waits can think again.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import numpy as np

from engines.arrays import PixelArray
from engines.snapshot import Snapshot
from trainers.data.load import Cancelled
from trainers.gifs import GifWriter, palette_of
from trainers.sidecar import ClipLayout, Made, Order, made_text
from trainers.videos import VideoWriter
from trainers.zooms import DECODED, ZoomRecipe, zoomed

MOST_FRAMES = 3_000
WIDEST_FRAME = 2_048
LARGEST = 512 * 1024**2
"""Bytes of pictures held at once, before scaling."""


def _untold(_done: int, _total: int) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


def write_clip(
    path: Path,
    snapshot: Snapshot,
    made: Made,
    report: Callable[[int, int], None] = _untold,
    cancelled: Callable[[], bool] = _never,
) -> None:
    """Decode a recipe and write its pictures as a clip; whole or not at all.

    The same arguments give the same bytes. `report` hears how much is done, of how much; any
    thread.

    Raises:
        ValueError: if there is no such format or place, or the clip would be too large.
        Cancelled: if `cancelled` says so; nothing is written then.
        OSError: if the file cannot be written.
    """
    layout = made.layout
    if not isinstance(layout, ClipLayout):
        raise ValueError("this recipe was laid out as a sheet; say how it shall be a clip")
    write = _writer(path)
    height, width = _size_of(snapshot, made)
    check_size(made.recipe.cells, height, width, layout)
    order = frames_of(made.recipe.cells, layout.order)
    total = made.recipe.cells + len(order)

    def tell(done: int) -> None:
        if cancelled():
            raise Cancelled
        report(done, total)

    pixels = _decoded(snapshot, made, tell)
    with _whole(path) as file:
        write(file, pixels, order, made, tell)
        tell(total)


def frames_of(count: int, order: Order) -> tuple[int, ...]:
    """List which picture is seen when: back and forth, or from first to last."""
    forth = tuple(range(count))
    return (*forth, *forth[-2:0:-1]) if order == "ping-pong" else forth


def check_size(count: int, height: int, width: int, layout: ClipLayout) -> tuple[int, int]:
    """Return height and width of a clip in pixels.

    Raises:
        ValueError: if it would be too long or too large, in one sentence.
    """
    tall, wide = height * layout.scale, width * layout.scale
    if max(tall, wide) > WIDEST_FRAME:
        raise ValueError(
            f"the clip would be {wide:,} × {tall:,} pixels; choose a scale that keeps it "
            f"within {WIDEST_FRAME:,}"
        )
    most = min(MOST_FRAMES, LARGEST // (3 * height * width))
    if count > most:
        raise ValueError(f"{count:,} pictures are too many for a clip; choose at most {most:,}")
    return tall, wide


def _size_of(snapshot: Snapshot, made: Made) -> tuple[int, int]:
    """Return height and width of one frame before scaling."""
    if isinstance(made.recipe, ZoomRecipe):
        return made.recipe.height, made.recipe.width
    _, height, width = snapshot.shape
    return height, width


def _decoded(snapshot: Snapshot, made: Made, tell: Callable[[int], None]) -> PixelArray:
    if isinstance(made.recipe, ZoomRecipe):
        return zoomed(snapshot, made.recipe, tell)
    z = made.recipe.latents(snapshot.latent)
    groups = []
    for begin in range(0, len(z), DECODED):
        tell(begin)
        groups.append(snapshot.decode(z[begin : begin + DECODED]))
    return np.concatenate(groups)


def _gif(
    file: BinaryIO,
    pixels: PixelArray,
    order: tuple[int, ...],
    made: Made,
    tell: Callable[[int], None],
) -> None:
    layout = made.layout
    assert isinstance(layout, ClipLayout), "write_clip has looked"
    shape = (pixels.shape[1] * layout.scale, pixels.shape[2] * layout.scale)
    writer = GifWriter(file, shape, palette_of(pixels))
    writer.begin(made_text(made), loops=layout.order != "once")
    for done, index in enumerate(order, start=len(pixels)):
        tell(done)
        writer.add(pixels[index], layout.scale, layout.rate)
    writer.end()


def _video(
    file: BinaryIO,
    pixels: PixelArray,
    order: tuple[int, ...],
    made: Made,
    tell: Callable[[int], None],
) -> None:
    layout = made.layout
    assert isinstance(layout, ClipLayout), "write_clip has looked"
    writer = VideoWriter(file, pixels.shape[1:3], layout.scale, layout.rate)
    try:
        for done, index in enumerate(order, start=len(pixels)):
            tell(done)
            writer.add(pixels[index])
        for _ in writer.drain():
            tell(len(pixels) + len(order))
    finally:
        writer.close()


def _writer(path: Path) -> Callable[..., None]:
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        names = " or ".join(FORMATS)
        raise ValueError(f"a clip's name must end in {names}, unlike {path.name!r}")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {str(path.parent)!r} to save the clip in")
    if path.is_dir():
        raise ValueError(f"{str(path)!r} is a folder; choose another name for the clip")
    return write


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


FORMATS: Mapping[str, Callable[..., None]] = MappingProxyType({".gif": _gif, ".mp4": _video})
"""What each ending of a name means."""
