"""Where the pictures of a grid lie: plain arithmetic in device pixels, no Qt."""

from dataclasses import dataclass
from typing import TypeAlias

Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cells:
    """How many pictures lie in rows of how many."""

    count: int
    columns: int

    @property
    def rows(self) -> int:
        """Rows, the last of which may be short."""
        return -(-self.count // self.columns)


@dataclass(frozen=True, slots=True)
class GridGeometry:
    """`count` cells in rows of `columns`, all of one size."""

    count: int
    columns: int
    cell: Pair
    """Width and height of one painted picture."""
    pitch: Pair
    """Distance from one cell's left or top edge to the next one's."""
    origin: Pair

    @property
    def rows(self) -> int:
        """Rows, the last of which may be short."""
        return Cells(self.count, self.columns).rows

    @property
    def size(self) -> Pair:
        """Width and height from the first cell's edge to the last one's."""
        return (
            (self.columns - 1) * self.pitch[0] + self.cell[0],
            (self.rows - 1) * self.pitch[1] + self.cell[1],
        )

    def rect(self, index: int) -> tuple[int, int, int, int]:
        """Return left, top, width and height of one cell."""
        row, column = divmod(index, self.columns)
        left = self.origin[0] + column * self.pitch[0]
        return (left, self.origin[1] + row * self.pitch[1], *self.cell)

    def index_at(self, x: float, y: float) -> int | None:
        """Return the cell that holds the point, None in a gutter or outside."""
        column, across = divmod(x - self.origin[0], self.pitch[0])
        row, down = divmod(y - self.origin[1], self.pitch[1])
        inside = 0 <= column < self.columns and 0 <= row < self.rows
        if not inside or across >= self.cell[0] or down >= self.cell[1]:
            return None
        index = int(row) * self.columns + int(column)
        return index if index < self.count else None


def best_cell(area: Pair, cells: Pair, picture: Pair, gutter: int) -> Pair:
    """Return the largest size of one cell at which `cells` of them fit into `area`.

    All pairs are (across, down). It is a whole multiple of the picture's size; pictures that do
    not fit as they are are shrunk, with their aspect kept to the pixel.
    """
    room = [
        max(0, space - gutter * (number - 1)) // number
        for space, number in zip(area, cells, strict=True)
    ]
    up = min(space // length for space, length in zip(room, picture, strict=True))
    if up >= 1:
        return picture[0] * up, picture[1] * up
    share = min(space / length for space, length in zip(room, picture, strict=True))
    return max(1, int(picture[0] * share)), max(1, int(picture[1] * share))


def centred(
    area: Pair, cells: Cells, picture: Pair, *, gutter: int, zoom: int | None = None
) -> GridGeometry:
    """Lay a packed grid into the middle of `area`, as large as fits unless `zoom` is given."""
    if zoom is None:
        cell = best_cell(area, (cells.columns, cells.rows), picture, gutter)
    else:
        cell = (picture[0] * zoom, picture[1] * zoom)
    pitch = (cell[0] + gutter, cell[1] + gutter)
    width, height = GridGeometry(cells.count, cells.columns, cell, pitch, (0, 0)).size
    origin = (max(0, (area[0] - width) // 2), max(0, (area[1] - height) // 2))
    return GridGeometry(cells.count, cells.columns, cell, pitch, origin)


def spread(width: int, count: int, picture: Pair, *, gutter: int, most: int) -> GridGeometry:
    """Lay one row over the whole `width` with equal distances, no picture above `most`.

    The middle of cell i lies at (i + ½) / count of the width, but for rounding.
    """
    pitch = max(1, width // count)
    side = min(max(1, pitch - gutter), most)
    cell = best_cell((side, side), (1, 1), picture, 0)
    left = (width - pitch * count) // 2 + (pitch - cell[0]) // 2
    return GridGeometry(count, count, cell, (pitch, cell[1] + gutter), (left, 0))
