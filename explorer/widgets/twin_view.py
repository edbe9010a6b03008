"""Two batches of pictures, compared side by side, by wipe, by blinking, or by difference."""

from collections.abc import Callable
from types import MappingProxyType

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStyle, QVBoxLayout, QWidget

from engines.arrays import PixelArray
from explorer.widgets.image_grid import ImageGrid, Taking
from explorer.widgets.scrolled import scrolled
from explorer.widgets.twin_pictures import Manner, amplified, difference, wiped
from explorer.widgets.wipe_handle import WipeHandle


class TwinView(QWidget):
    """Shows A and B of one size, always in register.

    Signals:
        `wiped(float)`: a person moved the line; the share of B in [0, 1].
    """

    wiped = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pair: tuple[PixelArray, PixelArray] | None = None
        self._columns = 1
        self._manner = Manner.SIDE
        self._share = 0.5
        self._gain = 1
        self._shows_b = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.flip)
        self.grid = ImageGrid("pictures of A", Taking.NEVER)
        self.grid_b = ImageGrid("pictures of B", Taking.NEVER)
        self.handle = WipeHandle(self.grid)
        self.handle.dragged.connect(self.wiped)
        self.head, self.head_b = QLabel(self), QLabel("B", self)
        self._build()
        self._arrange()

    @property
    def blinks(self) -> bool:
        """True while A and B change places by themselves."""
        return self._timer.isActive()

    @property
    def still(self) -> bool:
        """True where a person asked the system for less motion."""
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self.style().styleHint(hint, None, self) == 0

    def show_pair(self, a: PixelArray, b: PixelArray, columns: int) -> None:
        """Show other pictures of one size, as many of A as of B, in rows of `columns`."""
        self._pair, self._columns = (a, b), columns
        self._paint()

    def show_note(self, note: str) -> None:
        """Show a sentence instead of pictures."""
        self._pair = None
        self.grid.show_note(note)
        self._arrange()

    def set_manner(self, manner: Manner) -> None:
        """Compare in another way; blinking begins with A."""
        self._manner, self._shows_b = manner, False
        self._arrange()
        self._paint()

    def set_share(self, share: float) -> None:
        """Give B `share` of the width while wiping."""
        self._share = share
        self.handle.set_share(share)
        self._paint()

    def set_gain(self, gain: int) -> None:
        """Multiply differences by `gain`."""
        self._gain = gain
        self._paint()

    def set_rate(self, rate: float) -> None:
        """Let A and B change places `rate` times a second; 0 to have it done by hand."""
        self._timer.setInterval(round(1000 / rate) if rate else 0)
        self._arrange()

    def set_zoom(self, zoom: int | None) -> None:
        """Paint both at one whole-number zoom, or as large as fits with None."""
        for grid in (self.grid, self.grid_b):
            grid.set_zoom(zoom)

    @Slot()
    def flip(self) -> None:
        """Show the other one while blinking."""
        self._shows_b = not self._shows_b
        self._paint()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._right = QWidget(self)
        for side, head, grid in ((None, self.head, self.grid), (1, self.head_b, self.grid_b)):
            column = QVBoxLayout() if side is None else QVBoxLayout(self._right)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            head.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(head)
            column.addWidget(scrolled(grid), 1)
            if side is None:
                row.addLayout(column, 1)
        row.addWidget(self._right, 1)

    def _arrange(self) -> None:
        """Show what the manner needs, and blink only while there is something to see."""
        there = self._pair is not None
        self._right.setVisible(there and self._manner is Manner.SIDE)
        self.handle.setVisible(there and self._manner is Manner.WIPE)
        moves = there and self._manner is Manner.BLINK and self._timer.interval() > 0
        if not moves or self.still:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        self.head.setText(self._heading() if there else "")

    def _paint(self) -> None:
        if self._pair is None:
            return
        self.grid.show_pixels(_PICTURES[self._manner](self, *self._pair), self._columns)
        if self._manner is Manner.SIDE:
            self.grid_b.show_pixels(self._pair[1], self._columns)
        self._arrange()
        self.handle.update()

    def _heading(self) -> str:
        return {
            Manner.SIDE: "A",
            Manner.WIPE: f"A  |  B, {self._share:.0%} of the width",
            Manner.BLINK: "B" if self._shows_b else "A",
            Manner.DIFFERENCE: f"|A − B| × {self._gain}",
        }[self._manner]

    def _as_a(self, a: PixelArray, _b: PixelArray) -> PixelArray:
        return a

    def _wiped(self, a: PixelArray, b: PixelArray) -> PixelArray:
        return wiped(a, b, self._share, self._columns)

    def _blinked(self, a: PixelArray, b: PixelArray) -> PixelArray:
        return b if self._shows_b else a

    def _differing(self, a: PixelArray, b: PixelArray) -> PixelArray:
        return amplified(difference(a, b), self._gain)


_PICTURES: MappingProxyType[
    Manner, Callable[[TwinView, PixelArray, PixelArray], PixelArray]
] = MappingProxyType(
    {
        Manner.SIDE: TwinView._as_a,
        Manner.WIPE: TwinView._wiped,
        Manner.BLINK: TwinView._blinked,
        Manner.DIFFERENCE: TwinView._differing,
    }
)
