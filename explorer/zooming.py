"""Makes a clip of a zoom on the map: from where it was begun, or the whole map, to the view."""

import math

from PySide6.QtCore import QObject, Slot

from engines.latent.planes import Side
from engines.latent.tiles import Rectangle
from explorer.clipping import ClipExporter
from explorer.mapping import base_of
from explorer.notices import Notices
from explorer.widgets.map_bar import MapBar, MapChoice
from explorer.widgets.map_outlook import Outlook, Pair, Whole
from explorer.widgets.map_view import MapView
from trainers.events import Snapped
from trainers.recipes import ZoomRecipe
from trainers.zooms import MOST_SIDE

NO_MAP = "There is no map yet to make a clip of."
PER_DOUBLING = 12
"""Frames for twice the size, or for as far as the view is wide: about a second."""
FEWEST, MOST = 25, 300
SIDE = 480
"""Pixels along the longer side of a frame, as far as that is room for 8 to 40 pictures."""
_SAME = 1e-6  # of the length of a view


class Zooming(QObject):
    """Remembers where a zoom shall begin, and offers the clip of it."""

    def __init__(
        self, notices: Notices, bar: MapBar, view: MapView, clips: ClipExporter
    ) -> None:
        super().__init__(view)
        self._notices = notices
        self._bar = bar
        self._view = view
        self._clips = clips
        self._event: Snapped | None = None
        self._start: Rectangle | None = None
        bar.begin_zoom.triggered.connect(self._on_begin)
        bar.save_zoom.triggered.connect(self._on_save)

    def enter(self, event: Snapped) -> None:
        """Draw clips with this model from now on."""
        self._event = event

    def begin(self, start: Rectangle) -> None:
        """Let the next zoom begin with a part of the map."""
        self._start = start

    def forget(self) -> None:
        """Let the next zoom begin with the whole map: it is another one."""
        self._start = None

    @Slot()
    def _on_begin(self) -> None:
        if self._view.outlook is None:
            self._notices.tell(NO_MAP)
            return
        self.begin(self._view.outlook.seen)
        self._notices.tell("The zoom begins with this view; go where it shall end and save it.")

    @Slot()
    def _on_save(self) -> None:
        """Ask how the clip that ends with the view of now shall look."""
        event, outlook, choice = self._event, self._view.outlook, self._bar.choice
        if event is None or outlook is None or choice is None:
            self._notices.tell(NO_MAP)
            return
        start = outlook.fitted().seen if self._start is None else self._start
        if _farness(start, outlook.seen) < _SAME:
            self._notices.tell(
                "The zoom would end where it begins; zoom in or pan first, then save it."
            )
            return
        self._clips.offer_zoom("zoom", event, zoom_of(outlook, choice, start))


def zoom_of(outlook: Outlook, choice: MapChoice, start: Rectangle) -> ZoomRecipe:
    """Return the recipe of a zoom to what is in view, in frames that the map fills."""
    width, height = _frame(outlook)
    last = _middle_of(outlook.seen, (width / outlook.area[0], height / outlook.area[1]))
    first = _shaped(start, last, outlook.sides)
    width, height = _scaled((width, height), outlook.picture)
    return ZoomRecipe(
        base=base_of(outlook.plane),
        right=choice.right,
        up=choice.up,
        start=first,
        end=last,
        width=width,
        height=height,
        count=min(max(round(PER_DOUBLING * _farness(first, last)), FEWEST), MOST),
        coordinates=choice.coordinates,
    )


def _frame(outlook: Outlook) -> Whole:
    """Return the size of the part of the view that the whole map fills, in device pixels."""
    whole = outlook.fitted()
    left, right, low, high = whole.seen
    across, up = whole.sides
    ends = (across.low, across.high) if across.bounded else (left, right)
    ends_up = (up.low, up.high) if up.bounded else (low, high)
    box = whole.box((*ends, *ends_up))
    width, height = outlook.area
    return min(width, box[2] - box[0]), min(height, box[3] - box[1])


def _middle_of(part: Rectangle, share: Pair) -> Rectangle:
    """Return the middle of a part of the map: so much of its width and of its height."""
    left, right, low, high = part
    across, up = ((1 - kept) / 2 for kept in share)
    wide, tall = (right - left) * across, (high - low) * up
    return left + wide, right - wide, low + tall, high - tall


def _shaped(part: Rectangle, last: Rectangle, sides: tuple[Side, Side]) -> Rectangle:
    """Return the middle of a part of the map in the shape of the last frame.

    A window of another shape may have been looked through; pictures are never stretched.
    """
    lengths = (last[1] - last[0], last[3] - last[2])
    own = (part[1] - part[0], part[3] - part[2])
    pairs = list(zip(own, lengths, sides, strict=True))
    times = min((mine / length for mine, length, side in pairs if side.zooms), default=1.0)
    wide, tall = (length * (times if side.zooms else 1.0) / 2 for _, length, side in pairs)
    x, y = (part[0] + part[1]) / 2, (part[2] + part[3]) / 2
    return x - wide, x + wide, y - tall, y + tall


def _scaled(size: Whole, picture: Whole) -> Whole:
    """Return the size of a frame of the same shape, whatever the size of the window."""
    side = min(max(SIDE, 8 * max(picture)), 40 * max(picture), MOST_SIDE)
    more = side / max(size)
    return max(1, round(size[0] * more)), max(1, round(size[1] * more))


def _farness(one: Rectangle, other: Rectangle) -> float:
    """Return doublings of the size, and how often the view moves by itself, together."""
    far = 0.0
    for begin in (0, 2):
        before, after = one[begin + 1] - one[begin], other[begin + 1] - other[begin]
        moved = abs(sum(one[begin : begin + 2]) - sum(other[begin : begin + 2])) / 2
        far = max(far, abs(math.log2(before / after)) + moved / max(before, after))
    return far
