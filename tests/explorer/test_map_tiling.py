"""Tiles are decoded missing ones first, few at a time, and kept within a budget."""

import threading
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engines.latent.planes import plane
from engines.latent.tiles import Address, tile_latents
from engines.snapshot import LatentSpace
from explorer import imaging
from explorer.bridge.tiling import AT_ONCE, Tiler
from explorer.desk import RunState
from explorer.widgets.map_tiles import Need, Tile, TileCache
from tests.explorer.conftest import Lamp
from trainers.events import Snapped

CHART = plane(LatentSpace(2), np.zeros(2, np.float32), 0, 1, "linear")
HERE = tuple(Address(1, x, y) for y in range(2) for x in range(2))


@dataclass(frozen=True)
class Gated(Lamp):
    """A lamp that shines only once it is let, and notes what it was asked for."""

    gate: threading.Event = field(default_factory=threading.Event)
    asked: list[np.ndarray] = field(default_factory=list)

    def decode(self, z: np.ndarray) -> np.ndarray:
        self.asked.append(z)
        self.gate.wait(10)
        return super().decode(z)


class Broken(Lamp):
    """A model that cannot draw."""

    def decode(self, z: np.ndarray) -> np.ndarray:
        raise ValueError("the model is broken")


@pytest.fixture
def tiler(qtbot, session):
    viewer = QWidget()
    qtbot.addWidget(viewer)
    viewer.show()
    return Tiler(session.decoding, session.desk, viewer)


def settled(qtbot, tiler):
    qtbot.waitUntil(lambda: not tiler.under_way)


def steps(tiler, addresses=HERE):
    return {None if (tile := tiler.find(a)) is None else tile.step for a in addresses}


def test_a_tile_is_the_decoded_vectors_of_its_address(qtbot, tiler, lamp):
    tiler.want(Need(visible=HERE))
    with qtbot.waitSignal(tiler.settled):
        tiler.enter(Snapped(7, lamp), CHART)

    for address in HERE:
        tile = tiler.find(address)
        assert np.array_equal(tile.pixels, lamp.decode(tile_latents(CHART, address)))
        packed = imaging.to_paintable(tile.pixels, 4)
        assert tile.image == packed
        assert not tiler.is_older(tile)


def test_coarse_tiles_come_first_and_few_are_asked_for_at_once(qtbot, tiler):
    model = Gated()
    coarse = Address(0, 0, 0)

    tiler.want(Need((coarse,), HERE, (Address(1, 2, 0),)))
    tiler.enter(Snapped(1, model), CHART)
    assert tiler.under_way == AT_ONCE
    model.gate.set()
    settled(qtbot, tiler)

    order = [coarse, *HERE, Address(1, 2, 0)]
    wanted = [tile_latents(CHART, address) for address in order]
    assert len(model.asked) == len(wanted)
    assert all(np.array_equal(*pair) for pair in zip(model.asked, wanted, strict=True))


def test_what_left_the_view_is_not_decoded(qtbot, tiler):
    model = Gated()
    tiler.want(Need(visible=HERE))
    tiler.enter(Snapped(1, model), CHART)
    qtbot.waitUntil(lambda: len(model.asked) == 1)

    tiler.want(Need(visible=(Address(1, 5, 5),)))
    model.gate.set()
    settled(qtbot, tiler)

    assert len(model.asked) == 2
    assert tiler.find(HERE[1]) is None
    assert tiler.find(Address(1, 5, 5)) is not None


def test_another_model_replaces_all_tiles_in_view_and_no_others(qtbot, tiler, lamp):
    far = Address(1, 9, 9)
    tiler.want(Need(visible=HERE, around=(far,)))
    tiler.enter(Snapped(1, lamp), CHART)
    settled(qtbot, tiler)

    tiler.enter(Snapped(2, replace(lamp)), CHART)
    assert all(tiler.is_older(tiler.find(address)) for address in HERE)
    settled(qtbot, tiler)

    assert steps(tiler) == {2}
    assert steps(tiler, [far]) == {1}


def test_in_training_a_model_is_worked_off_before_the_newest_is_taken_up(
    qtbot, tiler, session, lamp, monkeypatch
):
    monkeypatch.setattr("explorer.bridge.tiling.PAUSE", 1)
    seen = []
    tiler.want(Need(visible=HERE))
    tiler.enter(Snapped(1, lamp), CHART)
    settled(qtbot, tiler)
    session.desk.enter(RunState.RUNNING)
    tiler.arrived.connect(lambda address: seen.append(tiler.find(address).step))

    for step in (2, 3, 4):
        tiler.enter(Snapped(step, replace(lamp)), CHART)
    qtbot.waitUntil(lambda: steps(tiler) == {4})

    assert seen == [2] * 4 + [4] * 4


def test_in_training_a_missing_tile_does_not_wait_its_turn(
    qtbot, tiler, session, lamp, monkeypatch
):
    monkeypatch.setattr("explorer.bridge.tiling.PAUSE", 10**6)
    tiler.want(Need(visible=HERE))
    tiler.enter(Snapped(1, lamp), CHART)
    settled(qtbot, tiler)
    session.desk.enter(RunState.RUNNING)
    tiler.enter(Snapped(2, replace(lamp)), CHART)
    qtbot.waitUntil(lambda: steps(tiler) == {2})

    tiler.enter(Snapped(3, replace(lamp)), CHART)
    with qtbot.waitSignal(tiler.arrived):
        tiler.want(Need(visible=(*HERE, Address(1, 7, 7))))

    assert steps(tiler) == {2}
    session.desk.enter(RunState.PAUSED)
    qtbot.waitUntil(lambda: steps(tiler) == {3})


def test_nothing_is_decoded_while_hidden(qtbot, tiler, session):
    model = Gated()
    model.gate.set()
    viewer = tiler.parent()
    viewer.hide()
    tiler.want(Need(visible=HERE))
    tiler.enter(Snapped(1, model), CHART)
    assert tiler.under_way == 0

    viewer.show()
    settled(qtbot, tiler)

    assert len(model.asked) == len(HERE)


def test_a_model_that_cannot_draw_says_so_once(qtbot, tiler, session):
    said = []
    session.decoding.trouble.connect(said.append)
    tiler.want(Need(visible=HERE))

    with qtbot.waitSignal(tiler.failed):
        tiler.enter(Snapped(1, Broken()), CHART)
    settled(qtbot, tiler)

    assert set(said) == {"the model is broken"}
    assert len(said) <= AT_ONCE
    tiler.enter(Snapped(2, Lamp()), CHART)
    qtbot.waitUntil(lambda: steps(tiler) == {2})


def test_results_of_what_was_forgotten_are_dropped(qtbot, tiler):
    model = Gated()
    tiler.want(Need(visible=HERE))
    tiler.enter(Snapped(1, model), CHART)

    tiler.forget()
    model.gate.set()
    tiler.want(Need(visible=(Address(0, 0, 0),)))
    with qtbot.waitSignal(tiler.settled):
        tiler.enter(Snapped(2, Lamp()), CHART)

    assert steps(tiler) == {None}
    assert len(tiler.cache) == 1


def tile_of(side: int) -> Tile:
    pixels = np.zeros((16, side, side, 1), np.uint8)
    image = QImage(4 * side, 4 * side, QImage.Format.Format_RGB32)
    return Tile(pixels, 4, image, 1, 1)


moves = st.lists(
    st.tuples(st.sampled_from(("keep", "find")), st.integers(0, 12), st.integers(1, 9)),
    max_size=60,
)


@settings(deadline=None)
@given(st.integers(0, 30_000), moves)
def test_the_cache_never_exceeds_its_budget_and_forgets_what_was_used_longest_ago(
    budget, moves
):
    cache, model = TileCache(budget), {}
    for what, number, side in moves:
        address = Address(0, number, 0)
        if what == "keep":
            tile = tile_of(side)
            cache.keep(address, tile)
            model.pop(address, None)
            model[address] = tile
            while sum(kept.cost for kept in model.values()) > budget:
                del model[next(iter(model))]
        elif (found := cache.find(address)) is not None:
            model[address] = model.pop(address)
            assert found is model[address]
        assert cache.bytes == sum(kept.cost for kept in model.values()) <= budget
        assert len(cache) == len(model)
    assert all(cache.find(address) is tile for address, tile in list(model.items()))
