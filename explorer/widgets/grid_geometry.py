"""Where the pictures of a grid lie: plain arithmetic in device pixels, no Qt."""

from dataclasses import dataclass

LARGEST_SHRINK = 64


@dataclass(frozen=True, slots=True)
class Zoom:
    """Each picture pixel becomes `up` × `up`, or each `down` × `down` of them become one."""

    up: int = 1
    down: int = 1

    @property
    def words(self) -> str:
        """Say it as a person reads it: `4×` or `1/2×`."""
        return f"{self.up}×" if self.down == 1 else f"1/{self.down}×"

    def extent(self, length: int) -> int:
        """Return how long `length` picture pixels become."""
        return max(1, length // self.down) * self.up


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
    cell: tuple[int, int]
    """Width and height of one painted picture."""
    pitch: tuple[int, int]
    """Distance from one cell's left or top edge to the next one's."""
    origin: tuple[int, int]
    zoom: Zoom = Zoom()

    @property
    def rows(self) -> int:
        """Rows, the last of which may be short."""
        return Cells(self.count, self.columns).rows

    @property
    def size(self) -> tuple[int, int]:
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


def best_zoom(
    area: tuple[int, int], cells: tuple[int, int], picture: tuple[int, int], gutter: int
) -> Zoom:
    """Return the largest whole zoom at which `cells` pictures fit into `area`.

    All pairs are (across, down). What does not fit even at 1× is shrunk by a whole number.
    """
    room = [space - gutter * (number - 1) for space, number in zip(area, cells, strict=True)]
    up = min(
        space // (number * length)
        for space, number, length in zip(room, cells, picture, strict=True)
    )
    if up >= 1:
        return Zoom(up=up)
    for down in range(2, LARGEST_SHRINK):
        wanted = [
            number * Zoom(down=down).extent(length)
            for number, length in zip(cells, picture, strict=True)
        ]
        if wanted[0] <= room[0] and wanted[1] <= room[1]:
            return Zoom(down=down)
    return Zoom(down=LARGEST_SHRINK)


def centred(
    area: tuple[int, int],
    cells: Cells,
    picture: tuple[int, int],
    *,
    gutter: int,
    zoom: Zoom | None = None,
) -> GridGeometry:
    """Lay a packed grid into the middle of `area`, as large as fits unless `zoom` is given."""
    zoom = zoom or best_zoom(area, (cells.columns, cells.rows), picture, gutter)
    cell = (zoom.extent(picture[0]), zoom.extent(picture[1]))
    pitch = (cell[0] + gutter, cell[1] + gutter)
    corner = GridGeometry(cells.count, cells.columns, cell, pitch, (0, 0), zoom)
    width, height = corner.size
    origin = (max(0, (area[0] - width) // 2), max(0, (area[1] - height) // 2))
    return GridGeometry(cells.count, cells.columns, cell, pitch, origin, zoom)


def spread(
    width: int, count: int, picture: tuple[int, int], *, gutter: int, most: int
) -> GridGeometry:
    """Lay one row over the whole `width` with equal distances, no picture above `most`.

    The middle of cell i lies at (i + ½) / count of the width, but for rounding.
    """
    pitch = max(1, width // count)
    room = (max(1, pitch - gutter), most)
    zoom = best_zoom((min(room[0], most), room[1]), (1, 1), picture, 0)
    cell = (zoom.extent(picture[0]), zoom.extent(picture[1]))
    left = (width - pitch * count) // 2 + (pitch - cell[0]) // 2
    return GridGeometry(count, count, cell, (pitch, cell[1] + gutter), (left, 0), zoom)
