"""Walks along directions through the cursor, as strips of pictures for the rows in sight."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.latent.directions import Direction, coordinates, strip
from engines.latent.parts import Vector
from explorer.bridge.decoding import Decoding, Urgency
from explorer.bridge.visible import Frame, VisibleDecoder
from explorer.library import Kept
from trainers.events import Snapped


class Walks(QObject):
    """Decodes a strip for each of some directions, when nothing more urgent is to be decoded.

    Signals:
        `decoded(int, PixelArray)`: the strip of the direction of that number.
    """

    decoded = Signal(int, object)

    def __init__(self, decoding: Decoding, viewer: QWidget, amounts: Sequence[float]) -> None:
        super().__init__(viewer)
        self._amounts = np.array(amounts, np.float64)
        self.decoder = VisibleDecoder(decoding.viewer(viewer, Urgency.REFRESH), viewer)
        self.decoder.decoded.connect(self._on_decoded)

    def want(self, event: Snapped, z: Vector, items: Sequence[Kept]) -> None:
        """Have the strips of `items` decoded; those of another latent space have none."""
        space = event.snapshot.latent
        fitting = [item for item in items if item.direction.latent == space]
        if fitting and len(z) == space.dim:
            walks = np.concatenate([self._walk(z, item.direction) for item in fitting])
            self.decoder.want(event, walks, tuple(item.number for item in fitting))

    def _walk(self, z: Vector, direction: Direction) -> np.ndarray:
        """Return the vectors at the places of a strip, the rest of them as the cursor."""
        here = float(coordinates(z[None], direction)[0])
        return strip(z, direction, self._amounts - here)

    @Slot(Frame)
    def _on_decoded(self, frame: Frame[tuple[int, ...]]) -> None:
        length = len(self._amounts)
        for place, number in enumerate(frame.recipe):
            self.decoded.emit(number, frame.pixels[place * length : (place + 1) * length])
