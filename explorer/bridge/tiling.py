"""Decodes the tiles of a map off the GUI thread: what is missing first, few at a time."""

import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from engines.latent.planes import Plane
from engines.latent.tiles import Address, tile_cells, tile_latents
from explorer.bridge.decoding import Decoding, Urgency
from explorer.desk import Desk, RunState
from explorer.imaging import to_paintable
from explorer.widgets.map_tiles import BUDGET, Need, Tile, TileCache
from trainers.events import Snapped

AT_ONCE = 2  # decodes asked for and not yet back: one under way, one waiting
SHARE = 0.02
"""Of the time while a run is training, spent on tiles that are there but older."""
BURST = 4  # such tiles decoded, and painted, together
PAUSE = 250  # ms between two bursts, at least


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    version: int
    event: Snapped
    plane: Plane


class _Relay(QObject):
    """Brings results home; it outlives the panel, whose decodes may end after it.

    Signals:
        `returned(_Wish, Address, Future)`.
    """

    returned = Signal(object, object, object)


class Tiler(QObject):
    """Keeps the tiles in view decoded with the model of now.

    A missing tile is decoded as soon as the thread of refreshes is free: a person waits for it.
    A tile of an older model stays until it is drawn anew; while a run trains, that takes a
    small share of the time, and one model is worked off before the newest is taken up. A tile
    is decoded by itself, so that its pixels do not depend on what else was wanted.

    Signals:
        `arrived(Address)`: a tile is there. `settled()`: nothing in view is missing or older.
        `failed(str)`: the model cannot draw; one sentence.
    """

    arrived = Signal(object)
    settled = Signal()
    failed = Signal(str)

    def __init__(
        self, decoding: Decoding, desk: Desk, viewer: QWidget, budget: int = BUDGET
    ) -> None:
        super().__init__(viewer)
        self._pool = decoding.lend(Urgency.REFRESH)
        self._desk, self._viewer = desk, viewer
        self.cache = TileCache(budget)
        self._wish: _Wish | None = None
        self._later: Snapped | None = None
        self._need = Need()
        self._version = 0
        self._moved = 0  # the version since which the plane is the one of now
        self._under_way: dict[Address, Future[tuple[Tile, float]]] = {}
        self._broken = -1
        self._burst: list[Address] = []
        self._spent = 0.0
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._pump)
        self._relay = _Relay(decoding)
        self._relay.returned.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.failed.connect(decoding.trouble)
        desk.state_changed.connect(self._on_state_changed)
        viewer.installEventFilter(self)

    @property
    def under_way(self) -> int:
        """Decodes asked for and not yet back."""
        return len(self._under_way)

    def enter(self, event: Snapped, plane: Plane) -> None:
        """Draw tiles with this model through this plane from now on."""
        wish = self._wish
        same_plane = wish is not None and wish.plane is plane
        if wish is not None and same_plane and wish.event.snapshot is event.snapshot:
            return
        if same_plane and self._busy_refreshing:
            self._later = event
            return
        self._take(event, plane)

    def want(self, need: Need) -> None:
        """Have these tiles; what is not among them is not begun."""
        self._need = need
        for address in set(self._under_way).difference(need.all):
            if self._under_way[address].cancel():
                del self._under_way[address]
        self._pump()

    def forget(self) -> None:
        """Drop all tiles; results under way are dropped too."""
        self._wish = self._later = None
        self._need = Need()
        self._under_way.clear()
        self._burst.clear()
        self.cache.clear()

    def find(self, address: Address) -> Tile | None:
        """Return a tile that is there, whatever wish it was drawn for."""
        return self.cache.find(address)

    def is_older(self, tile: Tile) -> bool:
        """Whether a tile shows another model or another place than the one wanted now."""
        return self._wish is None or tile.version != self._wish.version

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102  Qt's name
        if event.type() is QEvent.Type.Show and watched is self._viewer:
            self._pump()
        return False

    @property
    def _busy_refreshing(self) -> bool:
        running = self._desk.state is RunState.RUNNING
        return running and (bool(self._under_way) or self._older() is not None)

    def _take(self, event: Snapped, plane: Plane) -> None:
        self._version += 1
        if self._wish is None or self._wish.plane is not plane:
            self._moved = self._version
        self._wish, self._later = _Wish(self._version, event, plane), None
        self._pump()

    @Slot()
    def _pump(self) -> None:
        wish = self._wish
        if wish is None or wish.version == self._broken or not self._viewer.isVisible():
            return
        while len(self._under_way) < AT_ONCE:
            address = self._next()
            if address is None:
                break
            self._send(wish, address)
        if not self._under_way and not self._rest.isActive():
            self._settle()

    def _settle(self) -> None:
        wish, later = self._wish, self._later
        if wish is not None and later is not None:
            self._take(later, wish.plane)
        else:
            self.settled.emit()

    def _next(self) -> Address | None:
        """Choose what is missing; else what is older, which may have to wait its turn."""
        for address in self._need.all:
            if address not in self._under_way and self.cache.find(address) is None:
                return address
        older = self._older()
        if older is None or self._is_urgent(older):
            return older
        return None if self._rest.isActive() or self._under_way else older

    def _older(self) -> Address | None:
        """Return the tile in view that was drawn, or is being drawn, the longest ago."""
        oldest: tuple[int, Address] | None = None
        for address in self._need.visible:
            tile = self.cache.find(address)
            if tile is None or address in self._under_way or not self.is_older(tile):
                continue
            if oldest is None or tile.version < oldest[0]:
                oldest = (tile.version, address)
        return None if oldest is None else oldest[1]

    def _is_urgent(self, address: Address) -> bool:
        """Whether a tile is older by a person's hand, or there is no training to disturb."""
        tile = self.cache.find(address)
        calm = self._desk.state is not RunState.RUNNING
        return calm or tile is None or tile.version < self._moved

    def _send(self, wish: _Wish, address: Address) -> None:
        future = self._pool.submit(_decode, wish, address)
        self._under_way[address] = future
        future.add_done_callback(partial(self._relay.returned.emit, wish, address))

    @Slot(object, object, object)
    def _deliver(
        self, wish: _Wish, address: Address, future: "Future[tuple[Tile, float]]"
    ) -> None:
        if self._under_way.get(address) is not future:
            return  # forgotten, or cancelled
        del self._under_way[address]
        if future.cancelled():
            return  # the pool is closing
        if (error := future.exception()) is not None:
            self._broken = wish.version
            self.failed.emit(str(error))
            return
        tile, seconds = future.result()
        waits = not self._is_urgent(address)
        self.cache.keep(address, tile)
        self._burst.append(address)
        self._spent += seconds
        if not waits or len(self._burst) >= BURST or self._older() is None:
            self._show_burst()
        self._pump()

    def _show_burst(self) -> None:
        """Show the tiles drawn since the last time; in training, rest as they are worth."""
        if self._desk.state is RunState.RUNNING:
            self._rest.start(max(PAUSE, round(1e3 * self._spent * (1 / SHARE - 1))))
        burst, self._burst, self._spent = self._burst, [], 0.0
        for drawn in burst:
            self.arrived.emit(drawn)

    @Slot()
    def _on_state_changed(self) -> None:
        """Wait no longer than training lasts."""
        if self._desk.state is not RunState.RUNNING:
            self._rest.stop()
            self._show_burst()
            self._pump()


def _decode(wish: _Wish, address: Address) -> tuple[Tile, float]:
    """Draw one tile, on the thread of refreshes; returns the seconds it took, too."""
    begun = time.perf_counter()
    pixels = wish.event.snapshot.decode(tile_latents(wish.plane, address))
    columns = len(tile_cells(wish.plane, address)[0])
    image = to_paintable(pixels, columns)
    tile = Tile(pixels, columns, image, wish.event.step, wish.version)
    return tile, time.perf_counter() - begun
