"""The data upon a map: codes as dots in the colours of their classes, and their density."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from explorer import imaging
from explorer.theme import Tokens
from explorer.widgets.heat import packed_colour
from explorer.widgets.map_axes import Frame
from explorer.widgets.map_outlook import Outlook

RING = 5.0
"""Of the ring about a selected dot, in logical pixels."""
RADIUS = 2.0
"""Of a dot, in logical pixels; its rim is one more."""
_VEIL = 0.75  # opacity of the shade where codes are densest


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """Dots on the map."""

    places: np.ndarray
    """(n, 2) in coordinates of the map."""
    classes: np.ndarray
    """(n,) whole numbers; all 0 where there are no classes."""
    chosen: np.ndarray = field(default_factory=lambda: np.zeros((0, 2)))
    """(k, 2) places that are ringed, whether there are dots or not."""


@dataclass(frozen=True, slots=True, eq=False)
class Density:
    """How densely codes lie, from 0 to 1, on a part of the map."""

    values: np.ndarray
    """(rows, columns), row 0 lowest."""
    rectangle: tuple[float, float, float, float]


class CrowdLayer:
    """Dots painted into one image, made again only when they or the view change."""

    def __init__(self) -> None:
        self._crowd: Crowd | None = None
        self._known: tuple[Outlook, Tokens] | None = None
        self._image = QImage()

    def hold(self, crowd: Crowd | None) -> None:
        """Show other dots."""
        self._crowd, self._known = crowd, None

    def paint(self, painter: QPainter, frame: Frame, colours: Tokens) -> None:
        """Draw the dots in view."""
        crowd = self._crowd
        if crowd is None or not len(crowd.places) + len(crowd.chosen):
            return
        if self._known != (frame.outlook, colours):
            pixels = stamped(crowd, frame.outlook, frame.ratio, colours)
            self._image = imaging.to_veil(pixels)
            self._known = (frame.outlook, colours)
        painter.drawImage(frame.place, self._image)


def stamped(crowd: Crowd, outlook: Outlook, ratio: float, colours: Tokens) -> np.ndarray:
    """Paint dots into packed pixels (h, w) of 0xaarrggbb, clear where there are none.

    The eight colours of the classes come again with another shape: discs, then squares, then
    diamonds.
    """
    width, height = outlook.area
    pixels = np.zeros((height, width), np.uint32)
    at, inside = _in_view(crowd.places, outlook)
    classes = crowd.classes[inside]
    palette = np.array([packed_colour(name) for name in colours.classes])
    shapes = (classes // len(palette)) % len(_SHAPES)
    rim = np.full(len(at), packed_colour(colours.raised))
    for radius, paint in (
        (RADIUS * ratio + 1, rim),
        (RADIUS * ratio, palette[classes % len(palette)]),
    ):
        for shape in np.unique(shapes).tolist():
            chosen = shapes == shape
            _stamp(pixels, at[chosen], _SHAPES[shape](radius), paint[chosen])
    ringed, _ = _in_view(crowd.chosen, outlook)
    for band, name in ((1.0, colours.raised), (0.0, colours.text)):
        shape = _ring(RING * ratio, (1 + band) * ratio)
        _stamp(pixels, ringed, shape, np.full(len(ringed), packed_colour(name)))
    return pixels


def _in_view(places: np.ndarray, outlook: Outlook) -> tuple[np.ndarray, np.ndarray]:
    """Return the pixels of the places in view or nearly so, and which ones those are."""
    spots = outlook.spots(places)
    inside = np.isfinite(spots).all(axis=1)
    area = np.array(outlook.area) + 8
    inside[inside] &= ((spots[inside] > -8) & (spots[inside] < area)).all(1)
    return np.rint(spots[inside]).astype(np.intp), inside


def draw_density(painter: QPainter, frame: Frame, density: Density, colour: str) -> None:
    """Lay a veil over the map, the thicker the more codes lie there."""
    left, top, right, bottom = frame.outlook.box(density.rectangle)
    corner, ratio = frame.place.topLeft(), frame.ratio
    target = QRectF(
        corner.x() + left / ratio,
        corner.y() + top / ratio,
        (right - left) / ratio,
        (bottom - top) / ratio,
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, imaging.to_veil(_veil(density.values, QColor(colour))))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def _veil(values: np.ndarray, colour: QColor) -> np.ndarray:
    """Return packed pixels of one colour, premultiplied, as opaque as `values` say."""
    alpha = _VEIL * values[::-1].clip(0, 1)
    made = np.rint(255 * alpha).astype(np.uint32) << 24
    for part, shift in ((colour.red(), 16), (colour.green(), 8), (colour.blue(), 0)):
        made |= np.rint(part * alpha).astype(np.uint32) << shift
    return made


def _stamp(pixels: np.ndarray, at: np.ndarray, shape: np.ndarray, paint: np.ndarray) -> None:
    spots = (at[:, None] + shape).reshape(-1, 2)
    colours = paint.repeat(len(shape))
    x, y = spots.T
    there = (x >= 0) & (x < pixels.shape[1]) & (y >= 0) & (y < pixels.shape[0])
    pixels[y[there], x[there]] = colours[there]


def _square(radius: float) -> tuple[np.ndarray, np.ndarray]:
    reach = np.arange(-int(radius), int(radius) + 1)
    x, y = np.meshgrid(reach, reach)
    return x.ravel(), y.ravel()


def _disc(radius: float) -> np.ndarray:
    x, y = _square(radius)
    inside = x * x + y * y <= radius * radius
    return np.stack([x[inside], y[inside]], axis=1)


def _ring(radius: float, half: float) -> np.ndarray:
    x, y = _square(radius + half)
    away = np.hypot(x, y)
    inside = abs(away - radius) <= half
    return np.stack([x[inside], y[inside]], axis=1)


def _block(radius: float) -> np.ndarray:
    x, y = _square(round(radius * 0.9))
    return np.stack([x, y], axis=1)


def _diamond(radius: float) -> np.ndarray:
    x, y = _square(round(radius * 1.3))
    inside = abs(x) + abs(y) <= round(radius * 1.3)
    return np.stack([x[inside], y[inside]], axis=1)


_SHAPES = (_disc, _block, _diamond)
