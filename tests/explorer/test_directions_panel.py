"""The directions panel finds, shows, walks along and keeps directions."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engines.latent.directions import Direction, strip
from engines.snapshot import LatentSpace
from explorer.panels.directions import DirectionsPanel
from explorer.panels.map import MapPanel
from explorer.session import Session
from explorer.widgets.direction_row import AMOUNTS
from explorer.widgets.parcel import Parcel
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look_at, on_screen
from trainers import along
from trainers.directions import read_direction, write_direction
from trainers.events import Snapped
from trainers.export import SheetLayout, read_recipe
from trainers.run import open_snapshot
from trainers.sidecar import Made

PICTURE = np.zeros((4, 4, 1), np.uint8)


@pytest.fixture
def panel(qtbot, session: Session) -> DirectionsPanel:
    return on_screen(qtbot, DirectionsPanel(session), 480, 700)


def made(name: str = "slant", values: tuple[float, ...] = (0.6, 0.8)) -> Direction:
    vector = np.array(values, np.float32)
    space = LatentSpace(len(values))
    return Direction(name=name, vector=vector, scale=0.5, method="hand-made", latent=space)


def choose(panel: DirectionsPanel, method: str) -> None:
    panel.bar.way.setCurrentIndex(panel.bar.way.findData(method))


def sought(qtbot, panel: DirectionsPanel, method: str) -> str:
    """Press Find and wait; returns why nothing was found."""
    choose(panel, method)
    panel.bar.look.click()
    qtbot.waitUntil(lambda: not panel.seeker.busy)
    return panel.refusal.text()


def test_what_is_found_is_listed_with_its_walk(qtbot, session, panel, vae) -> None:
    _, event, sha256 = open_snapshot(vae)
    look_at(session, event, vae)
    qtbot.waitUntil(lambda: session.codes.table is not None)
    assert sought(qtbot, panel, "pca") == ""
    first, second = session.directions.items
    row = panel.list.rows[first.number]
    assert row.name.text() == "PCA 1"
    assert row.badge.text() == "not judged"
    assert first.direction.checkpoint == sha256
    assert f"checkpoint {sha256[:8]}" in row.facts.text()
    qtbot.waitUntil(lambda: row.strip.pixels is not None)
    here = session.cursor.z
    along = float(here @ first.direction.vector) / first.direction.scale
    walk = strip(here, first.direction, np.array(AMOUNTS) - along)
    np.testing.assert_array_equal(row.strip.pixels, event.snapshot.decode(walk))
    assert session.undo.undoText() == "add 2 directions"
    session.undo.undo()
    assert panel.list.rows == {}
    assert second.direction.name == "PCA 2"


def test_a_slider_moves_the_cursor_in_sigma_as_one_entry(session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    row = panel.list.rows[number]
    row.tick.setChecked(True)
    before = session.undo.count()
    row.slider.grabbed.emit()
    for value in (0.5, 1.0, 2.0):
        row.slider.dragged.emit(value)
    np.testing.assert_allclose(session.cursor.z, [0.6, 0.8], atol=1e-6)
    assert row.value.text() == "+2.00 σ"
    assert session.undo.count() == before + 1
    assert session.undo.undoText() == "slant"
    session.undo.undo()
    np.testing.assert_array_equal(session.cursor.z, [0, 0])
    assert row.value.text() == "0.00 σ"


def test_a_picture_of_a_walk_is_gone_to(qtbot, session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    row = panel.list.rows[number]
    qtbot.waitUntil(lambda: row.strip.pixels is not None)
    row.strip.taken.emit(0)
    np.testing.assert_allclose(session.cursor.z, [-0.6, -0.8], atol=1e-6)


def test_only_rows_in_sight_are_decoded(qtbot, session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    numbers = session.directions.add([made(f"d{n}") for n in range(40)])
    qtbot.waitUntil(lambda: len(panel.list.rows) == 40)
    first, last = (panel.list.rows[numbers[place]] for place in (0, -1))
    qtbot.waitUntil(lambda: first.strip.pixels is not None)
    assert last.strip.pixels is None
    bar = panel.list.area.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return last.strip.pixels is not None

    qtbot.waitUntil(at_the_end)
    assert panel.list.rows[numbers[20]].strip.pixels is None


def test_duplicates_are_marked_and_can_be_hidden(qtbot, session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    first, twin = session.directions.add([made("one"), made("other", (-0.6, -0.8))])
    row = panel.list.rows[twin]
    qtbot.waitUntil(lambda: row.note.isVisible())
    assert row.note.text() == "duplicate of one, cosine -1.00"
    panel.bar.unique.setChecked(True)
    assert not row.isVisible()
    assert panel.list.rows[first].isVisible()


def test_they_are_sorted_by_effect_or_name(session, panel, lamp: Lamp) -> None:
    from dataclasses import replace

    look_at(session, Snapped(1, lamp))
    weak = replace(made("b"), effect=0.1, is_reliable=False)
    strong = replace(made("c"), effect=-2.0, is_reliable=True)
    session.directions.add([made("a"), weak, strong])

    def order(by: str) -> list[str]:
        panel.bar.order.setCurrentIndex(panel.bar.order.findData(by))
        panel.bar.order.activated.emit(0)
        rows = sorted(panel.list.rows.values(), key=panel.list._column.indexOf)
        return [row.name.text() for row in rows]

    assert order("effect") == ["c", "b", "a"]
    assert order("name") == ["a", "b", "c"]
    badges = {row.name.text(): row.badge.text() for row in panel.list.rows.values()}
    assert badges == {"a": "not judged", "b": "not reliable", "c": "reliable"}


def test_a_name_is_typed_and_taken_back(session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    name = panel.list.rows[number].name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "smile")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert session.directions.items[0].direction.name == "smile"
    session.undo.undo()
    assert name.text() == "slant"


@pytest.mark.parametrize(
    ("method", "why"),
    [
        ("baskets", "A of the basket is empty"),
        ("selection", "Nothing is selected"),
        ("attribute", "Nothing is known about the pictures"),
        ("pca", "has no encoder"),
        ("activations", "this model|This model"),
        ("joined", "Joining needs two directions"),
        ("mix", "points nowhere"),
    ],
)
def test_what_cannot_be_found_is_said_and_nothing_is_lost(
    qtbot, session, panel, lamp: Lamp, method: str, why: str
) -> None:
    import re

    look_at(session, Snapped(1, lamp))
    session.directions.add([made()])
    qtbot.waitUntil(lambda: session.codes.table is not None)
    said = sought(qtbot, panel, method)
    assert re.search(why, said)
    assert said.endswith(".")
    assert len(session.directions.items) == 1


def test_baskets_give_a_direction_with_its_evidence(qtbot, session, panel, lamp) -> None:
    look_at(session, Snapped(1, lamp))
    rng = np.random.default_rng(0)
    for slot, middle in (("A", 2.0), ("B", -2.0)):
        codes = rng.standard_normal((40, 2)).astype(np.float32) * 0.3 + [middle, 0]
        session.basket.put(slot, [Parcel(PICTURE, z.astype(np.float32), "p") for z in codes])
    qtbot.waitUntil(lambda: session.codes.table is not None)
    assert sought(qtbot, panel, "baskets") == ""
    (item,) = session.directions.items
    assert item.direction.vector[0] > 0.99
    row = panel.list.rows[item.number]
    assert row.badge.text() == "reliable"
    for word in (" ± ", "AUC 1.00", "consistency 1.00", "step 1"):
        assert word in row.facts.text()


@pytest.mark.parametrize(
    ("z", "why"),
    [((1.0, 2.0, 3.0), "another latent size"), (None, "no encoder")],
)
def test_pictures_of_another_model_are_refused(
    qtbot, session, panel, lamp: Lamp, z: tuple[float, ...] | None, why: str
) -> None:
    look_at(session, Snapped(1, lamp))
    code = None if z is None else np.array(z, np.float32)
    session.basket.put("A", [Parcel(PICTURE, code, "stranger")])
    assert why in sought(qtbot, panel, "baskets")


def test_a_search_that_is_cancelled_gives_nothing(qtbot, session, panel, vae) -> None:
    _, event, _ = open_snapshot(vae)
    look_at(session, event, vae)
    choose(panel, "activations")
    panel.bar.look.click()
    assert panel.bar.stop.isVisible()
    panel.bar.stop.click()
    assert not panel.seeker.busy
    assert panel.bar.look.isVisible()
    qtbot.waitUntil(lambda: session.codes.table is not None)
    assert sought(qtbot, panel, "pca") == ""
    assert {item.direction.method for item in session.directions.items} == {"pca"}


def test_a_direction_is_tested_on_the_newest_snapshot(qtbot, session, panel, lamp) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    session.training.snapped.emit(Snapped(9, Lamp()))
    panel.list.asked.emit(number, "survives")
    row = panel.list.rows[number]
    qtbot.waitUntil(lambda: "picture change" in row.note.text())
    assert row.note.text().startswith("survives: at step")


def test_ticked_directions_are_taken_away_from_another(qtbot, session, panel, lamp) -> None:
    look_at(session, Snapped(1, lamp))
    across, slant = session.directions.add([made("across", (1.0, 0.0)), made()])
    panel.list.rows[across].tick.setChecked(True)
    panel.list.asked.emit(slant, "orthogonal")
    qtbot.waitUntil(lambda: len(session.directions.items) == 3)
    found = session.directions.items[2].direction
    assert found.name == "slant without across"
    np.testing.assert_allclose(found.vector, [0, 1], atol=1e-6)


def test_files_come_and_go_and_strangers_are_refused(
    qtbot, session, panel, lamp: Lamp, tmp_path: Path
) -> None:
    look_at(session, Snapped(1, lamp))
    write_direction(tmp_path / "good.json", made())
    write_direction(tmp_path / "wide.json", made("wide", (1.0, 0.0, 0.0)))
    (tmp_path / "broken.json").write_text("{")
    panel.files.drop.files.emit([tmp_path / "good.json"])
    qtbot.waitUntil(lambda: len(session.directions.items) == 1)
    for name, why in (("wide", "has 3 axes"), ("broken", "not valid JSON"), ("none", "read")):
        with qtbot.waitSignal(session.notices.told) as told:
            panel.files.drop.files.emit([tmp_path / f"{name}.json"])
        assert why in told.args[0].message
    assert len(session.directions.items) == 1
    dialog = panel.files.ask_where(session.directions.items[0].direction)
    with qtbot.waitSignal(session.notices.told):
        dialog.fileSelected.emit(str(tmp_path / "out.json"))
    dialog.close()
    np.testing.assert_array_equal(read_direction(tmp_path / "out.json").vector, made().vector)


def test_beyond_the_codes_a_slider_is_shaded(qtbot, session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    row = panel.list.rows[number]
    qtbot.waitUntil(lambda: row.slider.shaded is not None)
    low, high = row.slider.shaded
    assert low == pytest.approx(-2.33 / 0.5, abs=0.5)  # draws of N(0, 1), in units of 0.5
    assert high == pytest.approx(2.33 / 0.5, abs=0.5)


def test_another_latent_size_leaves_the_list_and_moves_nothing(
    qtbot, session, panel, lamp: Lamp
) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    look_at(session, Snapped(1, Lamp(LatentSpace(5))))
    before = session.cursor.z
    panel.list.moved.emit(number, 1.0)
    np.testing.assert_array_equal(session.cursor.z, before)


@pytest.mark.parametrize(("side", "heading"), [("right", "right"), ("up", "up")])
def test_the_map_runs_along_a_direction(
    qtbot, session, lamp: Lamp, side: str, heading: str
) -> None:
    chart = MapPanel(session)
    qtbot.addWidget(chart)
    panel = DirectionsPanel(session)
    qtbot.addWidget(panel)
    space = LatentSpace(3)
    look_at(session, Snapped(1, Lamp(space)))
    vector = np.array([0, 0.6, 0.8], np.float32)
    made_one = Direction(name="x", vector=vector, scale=2.0, method="m", latent=space)
    (number,) = session.directions.add([made_one])
    deeds = [action.data() for action in panel.list.rows[number].more.menu().actions()]
    assert {"right", "up"} <= set(deeds)
    panel.list.asked.emit(number, side)
    assert "x" in chart.bar.names
    plane = chart.view.outlook.plane
    np.testing.assert_allclose(getattr(plane, heading).vector, vector, atol=1e-6)
    panel.list.asked.emit(number, side)
    assert [chart.bar.across.itemText(i) for i in range(chart.bar.across.count())].count(
        "x"
    ) == 1


def test_without_a_map_no_row_offers_one(session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    deeds = [action.data() for action in panel.list.rows[number].more.menu().actions()]
    assert not {"right", "up"} & set(deeds)


def test_a_picture_dropped_here_is_told_where_it_belongs(qtbot, session, panel) -> None:
    with qtbot.waitSignal(session.notices.told) as told:
        panel.files.drop.received.emit(Parcel(PICTURE, None, "a face"))
    assert "put them into A and B" in told.args[0].message


def test_a_walk_is_exported_with_the_direction_in_it(
    qtbot, session, panel, lamp: Lamp, tmp_path: Path
) -> None:
    look_at(session, Snapped(1, lamp))
    (number,) = session.directions.add([made()])
    panel.list.asked.emit(number, "export")
    dialog = panel.exporter.dialog
    with qtbot.waitSignal(session.notices.told) as told:
        dialog.named.emit(dialog.choice, tmp_path / "walk.png")
    assert "Saved walk.png" in told.args[0].message
    dialog.close()
    recipe, layout, _ = read_recipe(tmp_path / "walk.png")
    np.testing.assert_array_equal(np.array(recipe.vector, np.float32), made().vector)
    assert (recipe.sigma, recipe.span, layout.rows) == (0.5, 3.0, 1)


def walk_of(direction: Direction) -> Made:
    recipe = along.walk_of(direction, np.zeros(2, np.float32), 3.0, 5)
    return Made(recipe, SheetLayout(1, 5, spacing=7), None)


def test_a_dropped_walk_brings_its_direction_once(session, panel, lamp: Lamp) -> None:
    look_at(session, Snapped(1, lamp))
    session.desk.restore(walk_of(made()))
    session.desk.restore(walk_of(made()))
    (item,) = session.directions.items
    np.testing.assert_array_equal(item.direction.vector, made().vector)
    assert item.direction.scale == made().scale
    session.undo.undo()
    assert not session.directions.items


def test_a_dropped_walk_is_exported_as_it_was_and_another_as_it_is(
    session, panel, lamp: Lamp
) -> None:
    look_at(session, Snapped(1, lamp))
    first, other = session.directions.add([made(), made("other", (0.8, -0.6))])
    session.desk.restore(walk_of(made()))
    chosen = []
    for number in (first, other):
        panel.list.asked.emit(number, "export")
        chosen.append(panel.exporter.dialog.choice)
        panel.exporter.dialog.close()
    assert [choice.exact for choice in chosen] == [True, None]
    assert chosen[0].spacing == 7
    assert len(session.directions.items) == 2


def test_pictures_alone_are_encoded_and_selections_are_read(qtbot, session, panel, vae) -> None:
    _, event, _ = open_snapshot(vae)
    look_at(session, event, vae)
    qtbot.waitUntil(lambda: session.codes.table is not None)
    table = session.codes.table
    for slot, rows in (("A", range(10)), ("B", range(10, 20))):
        session.basket.put(slot, [Parcel(table.pixels[row], None, "p") for row in rows])
    assert sought(qtbot, panel, "baskets") == ""
    session.selection.select(np.arange(10))
    assert sought(qtbot, panel, "selection") == ""
    basket, chosen = session.directions.directions
    for found, rest in ((basket, table.mean[10:20]), (chosen, table.mean[10:])):
        apart = table.mean[:10].mean(axis=0) - rest.mean(axis=0)
        np.testing.assert_allclose(found.vector, apart / np.linalg.norm(apart), atol=1e-4)
        assert found.is_reliable is not None
