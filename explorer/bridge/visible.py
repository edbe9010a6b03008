"""Decoding for a widget that may be hidden: what nobody can see is not decoded."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.arrays import LatentArray, PixelArray
from explorer.bridge.decoding import Decoded, LatestDecoder
from trainers.events import Snapped


@dataclass(frozen=True, slots=True)
class Frame:
    """Pictures, the latent vectors they were decoded from, and the snapshot that did it."""

    event: Snapped
    latents: LatentArray
    pixels: PixelArray


class VisibleDecoder(QObject):
    """Keeps a widget's wish until it can be seen, and asks for nothing twice.

    Signals:
        `decoded(Frame)`.
    """

    decoded = Signal(Frame)

    def __init__(self, decoder: LatestDecoder, viewer: QWidget) -> None:
        super().__init__(viewer)
        self._decoder = decoder
        self._viewer = viewer
        self._wish: tuple[Snapped, LatentArray] | None = None
        self._asked: list[tuple[Snapped, LatentArray]] = []
        decoder.decoded.connect(self._on_decoded)
        viewer.installEventFilter(self)

    def want(self, event: Snapped, latents: LatentArray) -> None:
        """Have `latents` decoded now, or as soon as the widget is shown."""
        self._wish = (event, latents)
        if self._viewer.isVisible():
            self._ask()

    def forget(self) -> None:
        """Drop the wish; results under way are dropped too."""
        self._wish = None
        self._asked.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if event.type() is QEvent.Type.Show and watched is self._viewer:
            self._ask()
        return False

    def _ask(self) -> None:
        wish = self._wish
        if wish is None or (self._asked and _same(self._asked[-1], wish)):
            return
        self._asked.append(wish)
        self._decoder.request(wish[0].snapshot, wish[1])

    @Slot(Decoded)
    def _on_decoded(self, result: Decoded) -> None:
        for place, (event, latents) in enumerate(self._asked):
            if event.snapshot is result.snapshot and latents is result.latents:
                del self._asked[:place]  # those were dropped for this one
                self.decoded.emit(Frame(event, latents, result.pixels))
                return


def _same(one: tuple[Snapped, LatentArray], other: tuple[Snapped, LatentArray]) -> bool:
    return one[0].snapshot is other[0].snapshot and np.array_equal(one[1], other[1])
