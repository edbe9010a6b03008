"""Decoding for a widget that may be hidden: what nobody can see is not decoded."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.arrays import LatentArray, PixelArray
from explorer.bridge.decoding import Decoded, LatestDecoder
from trainers.events import Snapped

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Frame(Generic[R]):
    """Pictures, the latent vectors they were decoded from, and the snapshot that did it."""

    event: Snapped
    latents: LatentArray
    pixels: PixelArray
    recipe: R
    """What made the vectors, as the asker stated it; it may have other wishes by now."""


@dataclass(frozen=True, slots=True)
class _Wish:
    event: Snapped
    latents: LatentArray
    recipe: Any

    def like(self, other: "_Wish") -> bool:
        """True if the same pictures would come out, for the same reason."""
        same = self.event.snapshot is other.event.snapshot and self.recipe == other.recipe
        return same and np.array_equal(self.latents, other.latents)


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
        self._wish: _Wish | None = None
        self._asked: list[_Wish] = []
        decoder.decoded.connect(self._on_decoded)
        viewer.installEventFilter(self)

    def want(self, event: Snapped, latents: LatentArray, recipe: object = None) -> None:
        """Have `latents` decoded now, or as soon as the widget is shown."""
        self._wish = _Wish(event, latents, recipe)
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
        if wish is None or (self._asked and self._asked[-1].like(wish)):
            return
        self._asked.append(wish)
        self._decoder.request(wish.event.snapshot, wish.latents)

    @Slot(Decoded)
    def _on_decoded(self, result: Decoded) -> None:
        for place, wish in enumerate(self._asked):
            if wish.event.snapshot is result.snapshot and wish.latents is result.latents:
                del self._asked[:place]  # those were dropped for this one
                self.decoded.emit(Frame(wish.event, wish.latents, result.pixels, wish.recipe))
                return
