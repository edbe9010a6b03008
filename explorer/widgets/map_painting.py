"""Paints the pictures of a map: tiles, and what stands in for those that are not there yet."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from engines.latent.planes import CELLS
from engines.latent.tiles import Address, Rectangle, children, parent, tile_cells
from explorer import theme
from explorer.theme import Tokens
from explorer.widgets.map_outlook import Outlook
from explorer.widgets.map_tiles import Tile, TileSource

OLDER = 0.72
"""Opacity of pictures that another model drew."""
_ABOVE = 6  # levels up to which a coarse tile stands in


def draw_tiles(  # noqa: PLR0913  what is painted, from where, and how
    painter: QPainter,
    outlook: Outlook,
    visible: tuple[Address, ...],
    source: TileSource,
    dirty: QRect,
    colours: Tokens,
) -> None:
    """Paint the tiles in view that touch `dirty`; all in device pixels."""
    for address in visible:
        target = tile_box(outlook, address)
        if target.intersects(dirty):
            tile = source.find(address)
            if tile is not None:
                _draw_tile(painter, outlook, source, tile, target)
            else:
                painter.fillRect(target, QColor(colours.shade))
                _draw_stand_ins(painter, outlook, source, address, target)


def tile_box(outlook: Outlook, address: Address) -> QRect:
    """Return where the cells of a tile lie that exist, in device pixels."""
    left, top, right, bottom = outlook.box(_covered(outlook, address))
    return QRect(left, top, right - left, bottom - top)


def _covered(outlook: Outlook, address: Address) -> Rectangle:
    ends: list[float] = []
    for side, cells in zip(outlook.sides, tile_cells(outlook.plane, address), strict=True):
        size = side.cell(address.level)
        ends += (side.low + cells.start * size, side.low + cells.stop * size)
    left, right, low, high = ends
    return left, right, low, high


def _draw_stand_ins(
    painter: QPainter, outlook: Outlook, source: TileSource, address: Address, target: QRect
) -> None:
    """Paint the part of a coarser tile and the finer ones that are there."""
    painter.save()
    painter.setClipRect(target)
    above = address
    for _ in range(min(_ABOVE, address.level - outlook.plane.coarsest)):
        above = parent(outlook.plane, above)
        if (tile := source.find(above)) is not None:
            _draw_tile(painter, outlook, source, tile, tile_box(outlook, above))
            break
    for below in children(outlook.plane, address):
        if (tile := source.find(below)) is not None:
            _draw_tile(painter, outlook, source, tile, tile_box(outlook, below))
    painter.restore()


def _draw_tile(
    painter: QPainter, outlook: Outlook, source: TileSource, tile: Tile, target: QRect
) -> None:
    # every call of a painter may hand the interpreter to another thread: as few as can be
    older = source.is_older(tile)
    if older:
        painter.fillRect(target, QColor(theme.tokens().shade))
        painter.setOpacity(OLDER)
    if all(side.zooms for side in outlook.sides):
        painter.drawImage(target, tile.image)
    else:
        _draw_cells(painter, tile, target)
    if older:
        painter.setOpacity(1.0)


def _draw_cells(painter: QPainter, tile: Tile, target: QRect) -> None:
    """Paint the pictures one by one, none stretched: their places are not of their shape."""
    count, height, width, _ = tile.pixels.shape
    rows = count // tile.columns
    wide, tall = target.width() / tile.columns, target.height() / rows
    times = min(wide / width, tall / height)
    for index in range(count):
        row, column = divmod(index, tile.columns)
        left = target.left() + column * wide + (wide - times * width) / 2
        top = target.top() + row * tall + (tall - times * height) / 2
        place = QRect(round(left), round(top), round(times * width), round(times * height))
        source = QRect(column * width, row * height, width, height)
        painter.drawImage(place, tile.image, source)


def picture_at(
    outlook: Outlook, source: TileSource, x: float, y: float
) -> tuple[Tile, int] | None:
    """Return the tile and the picture of it that is painted at a place, None if none is."""
    found = outlook.cell(x, y)
    if found is None:
        return None
    address, across, up = found
    tile = source.find(address)
    if tile is None:
        return None
    rows = len(tile.pixels) // tile.columns
    row = rows - 1 - (up - CELLS * address.y)
    return tile, row * tile.columns + across - CELLS * address.x
