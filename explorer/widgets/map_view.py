"""A map of pictures that can be panned and zoomed without end, with a pin where one stands."""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engines.latent.planes import Plane
from engines.latent.tiles import Address, rings
from explorer import theme
from explorer.widgets.map_axes import Frame, MapLabels, draw_axes, room_left
from explorer.widgets.map_hand import MapHand
from explorer.widgets.map_marks import draw_note, draw_pin, draw_rings, draw_scale, on_pin
from explorer.widgets.map_outlook import Outlook, Pair
from explorer.widgets.map_painting import draw_tiles, picture_at, tile_box
from explorer.widgets.map_points import Crowd, CrowdLayer, Density, draw_density
from explorer.widgets.map_tiles import Need, Tile, TileSource
from explorer.widgets.take_away import TakeAway

SMALLEST = 28
"""Logical pixels that a picture is painted wide, at least; about."""
RING = 2


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """What lies over the pictures; what is empty is not shown."""

    rings: bool = True
    density: Density | None = None
    crowd: Crowd | None = None


class MapView(QWidget):
    """Tiles of pictures over a plane, painted nearest neighbour.

    Drag pans, the wheel zooms about the pointer, a double click goes there, and the pin can be
    dragged. Arrows move the pin, with Shift the map; plus and minus zoom, Home shows all.

    Signals:
        `looked(Need)`: other tiles are in view. `pointed((x, y) | None)`: the middle of the
            picture under the mouse.
        `grabbed()`: a gesture begins; the moves until the next one belong together.
        `moved(float, float)`: a person puts the pin there, in coordinates of the map.
    """

    looked = Signal(object)
    pointed = Signal(object)
    grabbed = Signal()
    moved = Signal(float, float)

    def __init__(self, name: str, source: TileSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._outlook: Outlook | None = None
        self._need = Need()
        self._labels = MapLabels()
        self._layers, self._dots = Layers(), CrowdLayer()
        self._rings: tuple[tuple[str, np.ndarray], ...] = ()
        self._pin: Pair | None = None
        self._pointed: Pair | None = None
        self._note = ""
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.hand = MapHand(self)
        self.away = TakeAway(self, self.number_at, self._number_pointed, with_control=True)
        theme.changes().changed.connect(self._on_theme_changed)

    @property
    def outlook(self) -> Outlook | None:
        """Which part is seen, None before there is a map."""
        return self._outlook

    @property
    def need(self) -> Need:
        """The tiles in view."""
        return self._need

    @property
    def pin(self) -> Pair | None:
        """Where the pin stands."""
        return self._pin

    @property
    def pointed_place(self) -> Pair | None:
        """The middle of the picture under the mouse."""
        return self._pointed

    def show_plane(self, plane: Plane, picture: tuple[int, int], labels: MapLabels) -> None:
        """Show a map of pictures of a width and height, all of it."""
        self._labels, self._rings = labels, rings(plane)
        least = self._least(picture[0])
        outlook = Outlook(plane, picture, self._area(), least, zoom=least, band=least)
        self._look(outlook.fitted())

    def exchange_plane(self, plane: Plane) -> None:
        """Show a map that differs in what the plane lies through only; stay where one is."""
        if self._outlook is not None:
            self._look(replace(self._outlook, plane=plane))

    def show_note(self, note: str) -> None:
        """Show a sentence instead of a map."""
        self._outlook, self._need, self._note, self._pin = None, Need(), note, None
        self.update()

    def show_layers(self, layers: Layers) -> None:
        """Lay other things over the pictures."""
        self._layers = layers
        self._dots.hold(layers.crowd)
        self.update()

    def set_pin(self, pin: Pair | None) -> None:
        """Put the pin somewhere else."""
        if pin != self._pin:
            self._pin = pin
            self.update()

    @Slot(object)
    def show_tile(self, address: Address) -> None:
        """Paint what stands where a tile arrived."""
        outlook = self._outlook
        if outlook is None:
            return
        box, ratio, place = tile_box(outlook, address), self.devicePixelRatioF(), self._place()
        left, top = place.left() + box.left() / ratio, place.top() + box.top() / ratio
        rect = QRectF(left, top, box.width() / ratio, box.height() / ratio)
        self.update(rect.adjusted(-1, -1, 1, 1).toAlignedRect())

    def fit(self) -> None:
        """Show all of the map, or of the prior up to 3 σ."""
        if self._outlook is not None:
            self._look(self._outlook.fitted())

    def pan(self, across: float, down: float) -> None:
        """Push the map by logical pixels."""
        ratio = self.devicePixelRatioF()
        if self._outlook is not None:
            self._look(self._outlook.panned(across * ratio, down * ratio))

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Magnify the map about a point of the widget, or about its middle."""
        if self._outlook is None:
            return
        place, ratio = self._place(), self.devicePixelRatioF()
        spot = ((place.center() if about is None else about) - place.topLeft()) * ratio
        self._look(self._outlook.zoomed(factor, spot.x(), spot.y()))

    def centre(self, place: Pair) -> None:
        """Bring a place to the middle."""
        if self._outlook is not None:
            self._look(self._outlook.centred(*place))

    def frame(self) -> Frame | None:
        """Return what is seen and where, None before there is a map."""
        if self._outlook is None:
            return None
        return Frame(self._outlook, self._place(), self.devicePixelRatioF())

    def on_pin(self, point: QPointF) -> bool:
        """Whether a point of the widget lies on the pin."""
        frame = self.frame()
        return frame is not None and self._pin is not None and on_pin(frame, self._pin, point)

    def point_at(self, point: QPointF | None) -> None:
        """Note where the mouse is, None if it left."""
        frame, found = self.frame(), None
        if frame is not None and point is not None and frame.place.contains(point):
            found = frame.outlook.middle(*frame.at(point))
        if found != self._pointed:
            self._pointed = found
            self.update()
            self.pointed.emit(found)

    def picture(self, place: Pair) -> tuple[Tile, int] | None:
        """Return the tile and the picture of it that is painted at a place."""
        return (
            None if self._outlook is None else picture_at(self._outlook, self._source, *place)
        )

    def number_at(self, point: QPointF) -> int | None:
        """Number the picture under a point of the widget; it holds while the view does."""
        frame = self.frame()
        if frame is None or not frame.place.contains(point):
            return None
        return frame.outlook.number(*frame.at(point))

    def place_of(self, number: int) -> Pair | None:
        """Return the middle of a picture that `number_at` numbered."""
        return None if self._outlook is None else self._outlook.place_of(number)

    def sizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:  # noqa: D102  Qt's name and meaning
        return QSize(200, 160)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102  Qt's name
        super().resizeEvent(event)
        self._follow_size()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102  Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._follow_size()

    def event(self, event: QEvent) -> bool:  # noqa: D102  Qt's name and meaning
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._follow_size()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102  Qt's name and meaning
        painter, colours, frame = QPainter(self), theme.tokens(), self.frame()
        if frame is None:
            draw_note(painter, QRectF(self.rect()), self._note, colours)
            return
        painter.setFont(theme.tabular(theme.scaled(self.font(), 0.85)))
        painter.save()
        painter.setClipRect(frame.place)
        self._paint_tiles(painter, frame, event.rect())
        self._paint_layers(painter, frame)
        painter.restore()
        if not frame.place.contains(QRectF(event.rect())):
            draw_axes(painter, frame, self._labels, colours)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), RING))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_tiles(self, painter: QPainter, frame: Frame, exposed: QRect) -> None:
        ratio, corner = frame.ratio, frame.place.topLeft()
        painter.save()
        painter.translate(corner)
        painter.scale(1 / ratio, 1 / ratio)
        inside = QRectF(exposed).translated(-corner).adjusted(-1, -1, 1, 1)
        dirty = QRectF(inside.topLeft() * ratio, inside.size() * ratio).toAlignedRect()
        view = (frame.outlook, self._need.visible)
        draw_tiles(painter, *view, self._source, dirty, theme.tokens())
        if self._pointed is not None:
            self._paint_pointed(painter, frame.outlook, self._pointed)
        painter.restore()

    def _paint_pointed(self, painter: QPainter, outlook: Outlook, place: Pair) -> None:
        found = outlook.cell(*place)
        if found is not None:
            left, top, right, bottom = outlook.cell_box(*found[1:])
            painter.setPen(QPen(QColor(theme.tokens().accent), RING * self.devicePixelRatioF()))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRect(left, top, right - left, bottom - top))

    def _paint_layers(self, painter: QPainter, frame: Frame) -> None:
        colours, layers = theme.tokens(), self._layers
        if layers.density is not None:
            draw_density(painter, frame, layers.density, colours.real)
        if layers.rings:
            draw_rings(painter, frame, self._rings, colours)
        self._dots.paint(painter, frame, colours)
        draw_scale(painter, frame, self._labels.right, colours)
        if self._pin is not None:
            draw_pin(painter, frame, self._pin, colours)

    def _look(self, outlook: Outlook) -> None:
        if outlook == self._outlook:
            return
        self._outlook = outlook
        self._need = outlook.need()
        self.update()
        self.looked.emit(self._need)

    def _follow_size(self) -> None:
        old = self._outlook
        if old is not None:
            new = old.resized(self._area(), self._least(old.picture[0]))
            self._look(new.fitted() if old == old.fitted() else new)

    def _least(self, width: int) -> int:
        return max(1, round(SMALLEST * self.devicePixelRatioF() / width))

    def _area(self) -> tuple[int, int]:
        place, ratio = self._place(), self.devicePixelRatioF()
        return max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio))

    def _place(self) -> QRectF:
        metrics = self.fontMetrics()
        tall, left = metrics.height() + 4, room_left(self._labels, metrics)
        wide = max(1, self.width() - left - 8)
        return QRectF(left, tall, wide, max(1, self.height() - 2 * tall))

    def _number_pointed(self) -> int | None:
        if self._pointed is None or self._outlook is None:
            return None
        return self._outlook.number(*self._pointed)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.update()
