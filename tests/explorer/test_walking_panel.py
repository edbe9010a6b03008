"""The panel shows what is known of axes and places, and takes what is dropped on it."""

import json
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from engines.latent.priors import sample
from engines.latent.support import nearest
from engines.probing.sensitivity import sensing
from engines.slices import drained
from engines.snapshot import LatentSpace, Posterior
from explorer.panels.traversal import TraversalPanel
from explorer.walking.bearings import bearings
from explorer.walking.choices import FILE
from explorer.walking.facts import Change
from explorer.walking.meter import readings
from explorer.widgets.parcel import Parcel
from tests.engines.rows import made, small
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look, on_screen, started
from trainers.codes import placed
from trainers.events import Evaluated, Snapped
from trainers.placing import fitting

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass(frozen=True)
class Mirror(Lamp):
    """A lamp that sees its own brightness, and believes in dark pictures."""

    latent: LatentSpace = field(default_factory=lambda: LatentSpace(3))

    def encode(self, pixels):
        level = (pixels.reshape(len(pixels), -1).mean(1, keepdims=True) - 128) / 40
        mean = np.concatenate([level, np.zeros((len(pixels), 2))], 1).astype(np.float32)
        return Posterior(mean, np.tile(np.float32([0.1, 1, 1]), (len(pixels), 1)))


@dataclass(frozen=True)
class Judge(Lamp):
    """A generator whose judge's score is the brightness."""

    def judge(self, pixels):
        return pixels.reshape(len(pixels), -1).mean(1).astype(np.float32)


@pytest.fixture
def panel(qtbot, session):
    return on_screen(qtbot, TraversalPanel(session), 700, 640)


@pytest.fixture
def mirrored(qtbot, panel, session):
    look(session, Mirror())
    qtbot.waitUntil(lambda: panel.rows.facts is not None and panel.rows.facts.known.judged > 0)
    qtbot.waitUntil(lambda: panel.meter.found is not None)
    return panel


def names(panel):
    return [row.name.text() for row in panel.sliders.rows if row.isVisible()]


# ---- bars and order


def test_used_axes_come_first_with_their_bars_and_others_are_greyed(mirrored):
    first, *others = (row for row in mirrored.sliders.rows if row.isVisible())

    assert first.axis == 0
    assert first.bar.bar.share == 1.0
    assert first.mark.text() == ""
    assert [row.mark.text() for row in others] == ["inactive", "inactive"]
    assert "1 of 3 active" in mirrored.summary.text()


def test_bars_follow_what_the_run_tells(qtbot, mirrored, session):
    told = Evaluated(1, {"kl": 3.0}, 50, {"kl": (0.5, 2.0, 0.5)})
    session.training.evaluated.emit(told)

    qtbot.waitUntil(lambda: "50 held-out pictures" in mirrored.summary.toolTip())
    assert "sum to 3.00 nats" in mirrored.summary.text()
    weights = mirrored.rows.facts.known.weights
    assert sum(weights.values.values()) == pytest.approx(3.0, abs=1e-5)


def test_an_evaluation_of_a_later_step_is_not_that_of_an_older_snapshot(
    qtbot, mirrored, session
):
    session.training.evaluated.emit(Evaluated(9, {"kl": 3.0}, 50, {"kl": (1.0, 1.0, 1.0)}))
    mirrored.rows.chosen.tell_active_above(0.5)

    qtbot.waitUntil(lambda: "Var μ > 0.5" in mirrored.summary.toolTip())
    assert "held-out" not in mirrored.summary.text()


def test_how_the_kl_splits_is_told_when_the_run_rests(qtbot, mirrored, session, monkeypatch):
    qtbot.waitUntil(lambda: "I(x; z)" in mirrored.summary.text())
    assert "Gap KL(q(z) ‖ p(z))" in mirrored.summary.toolTip()

    monkeypatch.setattr(type(session.training), "busy", True)
    mirrored.rows.chosen.tell_active_above(0.5)

    qtbot.waitUntil(lambda: "Var μ > 0.5" in mirrored.summary.toolTip())
    assert "I(x; z)" not in mirrored.summary.text()


def test_sorting_by_index_is_undone(qtbot, mirrored, session):
    session.training.evaluated.emit(Evaluated(1, {"kl": 3}, 50, {"kl": (0.1, 0.2, 0.3)}))
    mirrored.rows.chosen.tell_active_above(0.0)
    qtbot.waitUntil(lambda: mirrored.sliders.axes == (0, 2, 1))

    mirrored.controls.order.setCurrentIndex(mirrored.controls.order.findData("index"))
    mirrored.controls.order.activated.emit(mirrored.controls.order.currentIndex())
    qtbot.waitUntil(lambda: mirrored.sliders.axes == (0, 1, 2))
    session.undo.undo()

    qtbot.waitUntil(lambda: mirrored.sliders.axes == (0, 2, 1))
    assert mirrored.controls.order.currentData() == "kl"


def test_while_training_rows_keep_their_places(qtbot, mirrored, session, monkeypatch):
    monkeypatch.setattr(type(session.training), "busy", True)
    before = mirrored.sliders.axes
    session.training.evaluated.emit(Evaluated(1, {"kl": 3}, 50, {"kl": (0.1, 0.2, 0.9)}))
    qtbot.waitUntil(lambda: "50 held-out" in mirrored.summary.text())
    assert mirrored.sliders.axes == before

    monkeypatch.setattr(type(session.training), "busy", False)
    session.training.paused.emit(None)
    assert mirrored.sliders.axes == (0, 2, 1)


def test_while_training_walks_do_not_follow_every_snapshot(
    qtbot, mirrored, session, monkeypatch
):
    monkeypatch.setattr(type(session.training), "busy", True)
    qtbot.waitUntil(lambda: session.decoding.idle and not mirrored.rows.rest.isActive())
    asked = []
    monkeypatch.setattr(mirrored.rows.decoder, "want", lambda *wish: asked.append(wish))
    monkeypatch.setattr("explorer.walking.rows.PACE_MS", 60_000)

    for step in range(2, 6):
        look(session, Mirror(), step)

    assert not asked
    assert mirrored.rows.later.isActive()


def test_a_model_without_encoder_shows_how_the_picture_changes(qtbot, panel, session):
    look(session, Judge())
    qtbot.waitUntil(lambda: panel.rows.facts is not None)
    panel.rows.knowledge.sensing.change = Change({0: 0.1, 1: 0.2}, 16, 1)
    panel.rows.knowledge.sensing.changed.emit()

    qtbot.waitUntil(lambda: panel.sliders.axes == (1, 0))
    assert panel.sliders.rows[0].bar.bar.text == "20.00 %"


# ---- ranges


def test_the_range_chosen_is_that_of_slider_strip_and_export(qtbot, mirrored):
    box = mirrored.controls.span
    box.setCurrentIndex(box.findData("quantiles"))
    with qtbot.waitSignal(mirrored.rows.decoder.decoded):
        box.activated.emit(box.currentIndex())

    reach = mirrored.rows.facts.reaches[0]
    row = mirrored.sliders.rows[0]
    assert row.slider.ends == (reach.low, reach.high)
    assert row.slider.shaded == reach.shaded
    recipe = mirrored.rows.recipe_for(1, 5)
    walked = recipe.latents(LatentSpace(3))[:, 0]
    assert walked[[0, -1]].tolist() == np.float32([reach.low, reach.high]).tolist()


def test_the_keys_go_to_the_ends_exactly(qtbot, mirrored, session):
    row = mirrored.sliders.rows[0]
    qtbot.keyClick(row.slider, Qt.Key.Key_End)

    assert session.cursor.z[0] == np.float32(row.slider.ends[1])


# ---- names


def test_a_name_is_given_kept_beside_the_run_and_taken_back(qtbot, panel, session, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    session.desk.look_at(folder)
    look(session, Lamp())
    row = panel.sliders.rows[0]

    qtbot.mouseDClick(row.name, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(row.name, "light")
    qtbot.keyClick(row.name, Qt.Key.Key_Return)

    assert names(panel) == ["light", "z1"]
    path = folder / FILE
    qtbot.waitUntil(lambda: path.is_file() and json.loads(path.read_text()) == {"0": "light"})
    session.undo.undo()
    assert names(panel) == ["z0", "z1"]
    qtbot.waitUntil(lambda: json.loads(path.read_text()) == {})


def test_names_are_read_with_the_run(qtbot, panel, session, tmp_path):
    (tmp_path / FILE).write_text('{"1": " a  name "}')
    look(session, Lamp())
    session.desk.look_at(tmp_path)

    qtbot.waitUntil(lambda: names(panel) == ["z0", "a name"])
    session.desk.look_at(None)
    assert names(panel) == ["z0", "z1"]


def test_undoing_a_name_of_another_run_changes_nothing_in_this_one(panel, session, tmp_path):
    look(session, Lamp())
    panel.rows.chosen.rename(0, "light", "z0")
    (tmp_path / FILE).write_text('{"0": "dark"}')
    session.desk.look_at(tmp_path)
    session.undo.undo()

    assert "light" not in names(panel)
    assert panel.rows.chosen.now.names.get(0) != "light"
    assert session.undo.count() == 0
    assert json.loads((tmp_path / FILE).read_text()) == {"0": "dark"}


@pytest.mark.parametrize("content", ["[", "[1]", '{"x": "y"}', '"text"', "null", "[" * 9_000])
def test_a_damaged_file_of_names_is_told_in_a_sentence(
    qtbot, panel, session, tmp_path, content
):
    (tmp_path / FILE).write_text(content)
    with qtbot.waitSignal(session.notices.told) as heard:
        session.desk.look_at(tmp_path)

    assert "damaged" in str(heard.args)


def test_escape_leaves_the_name_as_it_was(qtbot, panel, session):
    look(session, Lamp())
    name = panel.sliders.rows[0].name
    name.begin()
    qtbot.keyClicks(name, "nonsense")
    qtbot.keyClick(name, Qt.Key.Key_Escape)

    assert name.text() == "z0"
    assert session.undo.count() == 0


# ---- the meter


def test_the_meter_finds_the_nearest_code_as_brute_force_does(qtbot, mirrored, session):
    with qtbot.waitSignal(mirrored.decoder.decoded):
        session.cursor.move(np.array([1.0, 0.3, -0.2]), "elsewhere")
    qtbot.waitUntil(lambda: mirrored.meter.found.parts[0].norm > 1)

    table = session.codes.table
    apart = np.linalg.norm(table.mean.astype(float) - [1.0, 0.3, -0.2], axis=1)
    near = mirrored.meter.found.neighbour
    assert near.distance == pytest.approx(apart.min(), abs=1e-6)
    assert np.array_equal(near.z, table.mean[apart.argmin()])
    assert near.count == len(table)
    assert any(f"of {len(table):,}" in line for line in mirrored.meter.readings.words)


def test_the_middle_of_many_axes_is_called_too_small_not_likely():
    found = bearings(Lamp(LatentSpace(100)), np.zeros(100, np.float32), None, None)

    assert "norm too small" in readings(found)[0].words


def test_the_judge_is_asked_among_own_samples_of_the_same_snapshot():
    snapshot = Judge()
    found = bearings(snapshot, np.float32([9, 0]), None, None)
    again = bearings(snapshot, np.float32([-9, 0]), None, found.scores)

    assert found.judgement.below == 1.0
    assert again.judgement.below == 0.0
    assert again.scores is found.scores
    assert bearings(Judge(), np.float32([0, 0]), None, found.scores).scores is not found.scores


def test_what_is_lost_by_encoding_and_decoding_is_told_of_models_that_encode():
    z = np.float32([1, 0, 0])
    assert bearings(Mirror(), z, None, None).cycle == pytest.approx(0.0, abs=0.01)
    assert bearings(Lamp(LatentSpace(3)), z, None, None).cycle is None


def test_codes_of_another_size_are_no_neighbours():
    table = placed(Snapped(1, Mirror()), None, 10)

    assert bearings(Lamp(), np.zeros(2, np.float32), table, None).neighbour is None
    assert nearest(table.mean, np.zeros((1, 3), np.float32))[0].shape == (1,)


def test_another_run_empties_the_meter(mirrored, session, lamp):
    session.training.started.emit(started(lamp))

    assert mirrored.meter.found is None
    assert not mirrored.meter.view.isVisible()


# ---- drops


def picture(level):
    return np.full((4, 4, 1), level, np.uint8)


def test_a_picture_with_its_place_is_gone_to(mirrored, session):
    z = np.float32([0.5, 1, -1])
    mirrored.landing.take(Parcel(picture(0), z, "sample 3"))

    assert session.cursor.z.tolist() == z.tolist()
    assert session.undo.undoText() == "go to sample 3"


def test_a_bare_picture_is_encoded(qtbot, mirrored, session):
    mirrored.landing.take(Parcel(picture(168), None, "a picture"))

    qtbot.waitUntil(lambda: session.cursor.z.tolist() == [1.0, 0.0, 0.0])


def test_a_file_is_read_made_small_and_encoded(qtbot, mirrored, session, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((32, 48, 3), 208, np.uint8)).save(path)
    mirrored.landing.take_files([path])

    qtbot.waitUntil(lambda: session.cursor.z.tolist() == [2.0, 0.0, 0.0])


@pytest.mark.parametrize("content", [b"no picture", b""])
def test_what_is_no_picture_is_refused_in_a_sentence(
    qtbot, mirrored, session, tmp_path, content
):
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    with qtbot.waitSignal(session.notices.told) as heard:
        mirrored.landing.take_files([path])

    assert "Nothing was moved" in str(heard.args)


def test_without_an_encoder_it_goes_into_the_basket_to_be_looked_for(qtbot, panel, session):
    look(session, Judge())
    with qtbot.waitSignal(session.notices.told) as heard:
        panel.landing.take(Parcel(picture(10), None, "a picture"))

    assert [item.title for item in session.basket.items("target")] == ["a picture"]
    assert "Inversion" in str(heard.args)


def test_pictures_of_another_model_are_made_to_fit_and_placed(qtbot, mirrored, session):
    other = np.full((8, 8, 3), 208, np.uint8)
    mirrored.landing.take(Parcel(other, np.zeros(9, np.float32), "other"))

    level = (fitting(other, Mirror().shape).mean() - 128) / 40
    qtbot.waitUntil(lambda: session.cursor.z.tolist() == [level, 0.0, 0.0])
    assert session.undo.undoText() == "go to other"


# ---- drawing and playing


@pytest.mark.parametrize(("manner", "amount"), [("spread", 0.1), ("resample", 0.2)])
def test_random_draws_as_near_the_middle_as_asked(panel, session, manner, amount):
    look(session, Lamp(LatentSpace(50)))
    box = panel.controls.manner
    box.setCurrentIndex(box.findData(manner))
    box.activated.emit(box.currentIndex())
    panel.controls.amount.setValue(amount)

    panel.randomise()

    largest = np.abs(session.cursor.z).max()
    assert 0 < largest <= (amount if manner == "resample" else 5 * amount)


def test_space_on_a_slider_plays_it_and_a_press_stops(qtbot, panel, session):
    look(session, Lamp())
    bar = panel.play_bar
    bar.player._widget = bar
    slider = panel.sliders.rows[1].slider
    if bar.player.still:
        pytest.skip("this style asks for no motion")
    qtbot.keyClick(slider, Qt.Key.Key_Space)
    assert bar.player.playing
    qtbot.waitUntil(lambda: session.cursor.z[1] != 0)

    qtbot.mousePress(slider, Qt.MouseButton.LeftButton)
    assert not bar.player.playing
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    assert session.cursor.z[0] == 0


def test_keyframes_are_places_with_their_pictures(qtbot, panel, session):
    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, Lamp())
    panel.play_bar.add.click()
    with qtbot.waitSignal(panel.decoder.decoded):
        session.cursor.move(np.array([1.0, 1.0]), "elsewhere")
    panel.play_bar.add.click()

    assert panel.play_bar.frames.count() == 2
    assert [frame.z.tolist() for frame in panel.play_bar.keyframes.frames] == [[0, 0], [1, 1]]
    panel.play_bar.frames.taken.emit(0)
    assert session.cursor.z.tolist() == [0, 0]


def test_the_picture_at_z_can_be_taken_away_with_its_place(qtbot, panel, session):
    with qtbot.waitSignal(panel.decoder.decoded):
        look(session, Lamp(), step=4)

    parcel = panel._pack(0)

    assert parcel.z.tolist() == [0, 0]
    assert "step 4" in parcel.title


def test_a_generator_is_measured_axis_by_axis_and_its_bars_are_what_was_found(
    qtbot, panel, session
):
    snapshot = made(small("gan")).snapshot()
    look(session, snapshot)

    qtbot.waitUntil(lambda: panel.rows.knowledge.sensing.change is not None)
    found = drained(sensing(snapshot))
    change = panel.rows.knowledge.sensing.change
    assert change.values == dict(zip(found.axes, found.change.tolist(), strict=True))
    qtbot.waitUntil(lambda: panel.sliders.rows[0].bar.bar is not None)
    assert "per σ, 16 draws" in panel.summary.text()


def test_where_the_data_have_a_hole_codes_are_rarer_than_at_nearly_all_draws():
    """The failure of section 11.12: likely under the prior, and never seen by the decoder."""
    space, hole = LatentSpace(2), np.float32([0.8, 0.0])
    z = sample(space, 4000, 0)
    z = z[np.linalg.norm(z - hole, axis=1) > 0.7]
    own = placed(Snapped(1, Mirror(latent=space)), None, 2)
    pixels = np.zeros((len(z), 4, 4, 1), np.uint8)
    rows = np.arange(len(z))
    codes = replace(own, mean=z, deviation=np.zeros_like(z), rows=rows, pixels=pixels)

    there = bearings(Lamp(), hole, codes, None)
    away = bearings(Lamp(), np.float32([-0.8, 0.0]), codes, None, there.sight)

    assert there.parts[0].verdict == away.parts[0].verdict == "typical"
    assert there.neighbour.denser < 0.1 < 0.3 < away.neighbour.denser
    assert there.neighbour.log_ratio < 0 < there.neighbour.distance
    assert away.sight is there.sight
    near = there.neighbour
    said = {line.title: line.words for line in readings(there)}["nearest"]
    assert said == f"{near.distance:.2f} σ of {len(z):,}, {near.denser:.0%} rarer"


def test_nothing_is_measured_while_nobody_looks(qtbot, panel, session):
    panel.hide()
    look(session, made(small("gan")).snapshot())
    assert session.codes.count == 0
    assert panel.rows.knowledge.sensing.change is None

    panel.show()
    qtbot.waitUntil(lambda: panel.rows.knowledge.sensing.change is not None)
