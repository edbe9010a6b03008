"""An export that is dropped on the window shows its view again, and exports the same bytes."""

import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication

from explorer.bridge.opening import Opening
from explorer.bridge.restoring import PANELS, Parts, Restoring
from explorer.bridge.runs import Runs
from explorer.bridge.watching import Watching
from explorer.notices import Severity
from explorer.panels.traversal import TraversalPanel
from tests.explorer.staging import built, on_screen
from trainers.cli.exits import GOOD
from trainers.cli.main import main
from trainers.events import Snapped
from trainers.recipes import TraversalRecipe, VectorsRecipe, recipe_text
from trainers.sidecar import Made, made_text, read_made, sidecar_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

KINDS = ("samples", "traversal", "manifold", "map")


@pytest.fixture
def folder(session, made_run: Path) -> Path:
    return shutil.copytree(made_run, session.runs / made_run.name)


class Window:
    """What the window is made of, without a window."""

    def __init__(self, session) -> None:
        self.session = session
        self.told = []
        session.notices.told.connect(self.told.append)
        self.runs = Runs(
            session.training, session.desk, session.errands, session.notices, session.runs
        )
        self.watching = Watching(
            session.training, session.decoding, session.cursor, session.desk
        )
        self.opening = Opening(self.runs, session.desk, session.errands, session.notices)
        parts = Parts(
            self.runs,
            session.desk,
            session.errands,
            session.training,
            session.cursor,
            session.basket,
            session.undo,
            session.notices,
        )
        self.restoring = Restoring(parts, tuple)
        self.opening.export_found.connect(self.restoring.restore)
        self.opening.picture_found.connect(self.restoring.take_picture)

    def open(self, qtbot, folder: Path, step: int | None = None) -> None:
        with qtbot.waitSignal(self.session.training.finished):
            self.runs.open(folder, step)

    def drop(self, qtbot, path: Path) -> None:
        with qtbot.waitSignal(self.restoring.restored):
            self.opening.open(path)

    def refuse(self, qtbot, path: Path) -> str:
        with qtbot.waitSignal(self.session.notices.told):
            self.opening.open(path)
        assert self.told[-1].severity is Severity.WARNING
        return self.told[-1].message


@pytest.fixture
def window(session) -> Window:
    return Window(session)


@pytest.fixture(params=KINDS)
def panel(request, qtbot, session, window):
    return on_screen(qtbot, built(request.param, session), 480, 480)


def reach_of_codes_is_known(panel: TraversalPanel) -> bool:
    facts = panel.rows.facts
    return facts is not None and facts.known.judged > 0


def exported(qtbot, session, panel, path: Path, **choice: object) -> bytes:
    panel.export()
    dialog = panel.exporter.dialog
    for name, value in choice.items():
        getattr(dialog, name).setValue(value)
    qtbot.waitUntil(lambda: dialog.preview.pixels is not None)
    with qtbot.waitSignal(session.notices.told):
        dialog._on_named(str(path))
    return path.read_bytes()


def test_export_drop_export_gives_the_same_bytes(
    qtbot, session, window, panel, folder: Path, tmp_path: Path
) -> None:
    window.open(qtbot, folder, 2)
    session.cursor.move(np.array([0.3, -1.7], np.float32), "elsewhere")
    path = tmp_path / "view.png"
    first = exported(qtbot, session, panel, path, rows=1, columns=3, scale=2, spacing=1)
    beside = sidecar_of(path).read_bytes()
    window.open(qtbot, folder)
    session.cursor.move(np.array([2.0, 1.0], np.float32), "away")

    window.drop(qtbot, path)

    path.unlink()
    assert exported(qtbot, session, panel, path) == first
    assert sidecar_of(path).read_bytes() == beside


def test_a_view_comes_back_into_a_window_that_shows_nothing(
    qtbot, session, window, panel, folder: Path, tmp_path: Path
) -> None:
    window.open(qtbot, folder, 1)
    path = tmp_path / "view.png"
    first = exported(qtbot, session, panel, path)
    (tmp_path / "bare.png").write_bytes(first)
    Image.open(path).save(path)  # another program leaves the texts out

    with qtbot.waitSignal(window.restoring.raised) as raised:
        window.drop(qtbot, path)

    assert raised.args == [PANELS[read_made(path).recipe.kind]]
    assert exported(qtbot, session, panel, path) == first


def test_the_command_from_the_clipboard_writes_the_same_pixels(
    qtbot, session, window, panel, folder: Path, tmp_path: Path, monkeypatch
) -> None:
    window.open(qtbot, folder, 2)
    session.cursor.move(np.array([0.3, -1.7], np.float32), "elsewhere")
    if isinstance(panel, TraversalPanel):  # its sliders reach as far as the codes do
        qtbot.waitUntil(lambda: reach_of_codes_is_known(panel))
    path = tmp_path / "view.png"
    exported(qtbot, session, panel, path)

    with qtbot.waitSignal(session.notices.told):
        panel.exporter.copy(panel.export)

    words = shlex.split(QGuiApplication.clipboard().text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(session.runs))
    assert main(words[1:]) == GOOD
    np.testing.assert_array_equal(
        np.asarray(Image.open(words[-1])), np.asarray(Image.open(path))
    )


def test_another_view_is_no_longer_the_restored_one(
    qtbot, session, window, folder: Path, tmp_path: Path
) -> None:
    panel = built("samples", session)
    qtbot.addWidget(panel)
    panel.show()
    window.open(qtbot, folder)
    path = tmp_path / "view.png"
    exported(qtbot, session, panel, path, rows=2, columns=2)
    window.drop(qtbot, path)

    panel.seed.setValue(7)

    exported(qtbot, session, panel, path)
    assert read_made(path).recipe.z_seed == 7


@pytest.fixture
def vectors(window, qtbot, folder: Path, tmp_path: Path, monkeypatch) -> Path:
    """A strip of three explicit vectors, drawn by the terminal."""
    recipe = VectorsRecipe.of(np.eye(3, 2, dtype=np.float32), 3, "three corners")
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(folder.parent))
    path = tmp_path / "three.png"
    assert main(["draw", recipe_text(recipe), folder.name, "--out", str(path)]) == GOOD
    return path


def test_explicit_vectors_come_to_the_shelf_and_the_first_to_the_cursor(
    qtbot, session, window, vectors: Path
) -> None:
    window.drop(qtbot, vectors)

    shelf = session.basket.items("shelf")
    assert [item.z.tolist() for item in shelf] == [[1, 0], [0, 1], [0, 0]]
    assert session.cursor.z.tolist() == [1, 0]
    session.undo.undo()
    assert not session.basket.items("shelf")
    assert session.cursor.z.tolist() == [0, 0]


def test_a_run_that_is_not_here_is_named_with_what_to_do(
    qtbot, session, window, vectors: Path, folder: Path
) -> None:
    shutil.rmtree(folder)

    why = window.refuse(qtbot, vectors)

    assert why.startswith(
        f"three.png cannot be shown again: it was made by the run {folder.name}"
    )
    assert "step 3" in why
    assert "put that run's folder among them" in why
    assert session.undo.count() == 0


def test_of_a_step_that_is_gone_the_nearest_is_shown_and_said(
    qtbot, session, window, vectors: Path, folder: Path
) -> None:
    (folder / "checkpoints" / "step-000000003.safetensors").unlink()

    window.drop(qtbot, vectors)

    assert window.told[-1].severity is Severity.WARNING
    assert "this is step 2" in window.told[-1].message


def test_another_latent_size_is_one_sentence_and_changes_nothing(
    qtbot, session, window, vectors: Path, folder: Path
) -> None:
    window.open(qtbot, folder)
    made = read_made(vectors)
    wide = VectorsRecipe.of(np.zeros((1, 5), np.float32), 1, "five axes")
    edited = vectors.with_name("edited.json")
    edited.write_text(made_text(replace(made, recipe=wide)))

    with qtbot.waitSignal(session.notices.told):
        window.restoring.restore(edited)

    assert "have 5 values, but the model has 2" in window.told[-1].message
    assert session.undo.count() == 0


@pytest.mark.parametrize(
    "text", ["{}", "no json", '{"kind": "samples"}', '{"format": 1, "recipe": {"kind": "x"}}']
)
def test_an_edited_record_is_one_sentence(
    qtbot, session, window, tmp_path: Path, text: str
) -> None:
    (tmp_path / "edited.json").write_text(text)

    why = window.refuse(qtbot, tmp_path / "edited.json")

    assert why.count(".") <= 3
    assert "\n" not in why
    assert session.undo.count() == 0


def test_a_recipe_alone_is_drawn_by_the_model_looked_at(
    qtbot, session, window, folder: Path, tmp_path: Path
) -> None:
    recipe = VectorsRecipe.of(np.ones((1, 2), np.float32), 1, "one corner")
    path = tmp_path / "recipe.json"
    path.write_text(made_text(Made(recipe, None, None)))
    assert "there is no model yet" in window.refuse(qtbot, path)
    window.open(qtbot, folder)

    window.drop(qtbot, path)

    assert session.cursor.z.tolist() == [1, 1]


def test_a_foreign_picture_becomes_the_one_to_look_for(
    qtbot, session, window, tmp_path: Path
) -> None:
    Image.new("RGB", (40, 30), (9, 8, 7)).save(tmp_path / "me.jpg", quality=100)

    with qtbot.waitSignal(session.notices.told):
        window.opening.open(tmp_path / "me.jpg")

    (parcel,) = session.basket.items("target")
    assert parcel.title == "me.jpg"
    assert "Inversion" in window.told[-1].message
    assert json.dumps(parcel.pixels.shape) == "[256, 256, 3]"


def test_an_export_of_another_run_does_not_stop_training(
    qtbot, session, window, lamp, vectors: Path
) -> None:
    from explorer.desk import RunState

    session.desk.look_at(session.runs / "busy")
    session.desk.enter(RunState.RUNNING)

    why = window.refuse(qtbot, vectors)

    assert "stop that" in why
    session.desk.enter(RunState.ENDED)


def test_an_export_of_the_run_under_training_is_shown_by_its_newest_model(
    qtbot, session, window, lamp, vectors: Path, folder: Path
) -> None:
    from explorer.desk import RunState

    session.desk.look_at(folder)
    session.desk.enter(RunState.RUNNING)
    session.training.snapped.emit(Snapped(99, lamp))

    window.drop(qtbot, vectors)

    assert "its newest model, not step 3" in window.told[-1].message
    assert session.desk.state is RunState.RUNNING
    session.desk.enter(RunState.ENDED)


def test_the_part_of_a_map_that_was_exported_is_in_view_again(
    qtbot, session, window, folder: Path, tmp_path: Path
) -> None:
    panel = on_screen(qtbot, built("map", session), 480, 480)
    window.open(qtbot, folder, 2)
    panel.bar.coordinates.setCurrentIndex(1)
    panel.bar.chosen.emit()
    panel.view.zoom(4.0)
    panel.view.centre((0.75, -0.5))
    seen = panel.view.outlook.seen
    path = tmp_path / "view.png"
    exported(qtbot, session, panel, path)
    panel.view.fit()
    panel.bar.coordinates.setCurrentIndex(0)
    panel.bar.chosen.emit()

    window.drop(qtbot, path)

    assert panel.bar.choice.coordinates == "linear"
    again = panel.view.outlook.seen
    cell = read_made(path).recipe.pitch[0]
    np.testing.assert_allclose(again, seen, atol=1.5 * cell)


def test_sliders_stand_again_as_they_were_exported(
    qtbot, session, window, folder: Path, tmp_path: Path
) -> None:
    panel = on_screen(qtbot, built("traversal", session), 480, 480)
    window.open(qtbot, folder)
    recipe = TraversalRecipe((1, 0), 3.0, 4, (0.5, -0.5), (-1.0, -2.5), (1.5, 2.0))
    path = tmp_path / "walks.json"
    path.write_text(made_text(Made(recipe, None, None)))
    panel.rows.chosen.order_by("index", "index")
    qtbot.waitUntil(lambda: panel.sliders.axes == (0, 1))
    before = panel.rows.chosen.now

    window.drop(qtbot, path)

    qtbot.waitUntil(lambda: panel.sliders.axes == (1, 0))
    qtbot.waitUntil(lambda: panel.rows.ends(1) == (-1.0, 1.5))
    qtbot.waitUntil(lambda: panel.sliders.rows[0].strip.pixels is not None)
    qtbot.waitUntil(lambda: len(panel.sliders.rows[0].strip.pixels) == 4)
    assert panel.rows.recipe_for(2, 4) == recipe
    assert panel.controls.order.currentText() == "as exported"
    assert session.undo.undoText() == "restore walks.json"

    session.undo.undo()

    assert panel.rows.chosen.now == before
    assert session.cursor.z.tolist() == [0, 0]
    qtbot.waitUntil(lambda: panel.sliders.axes == (0, 1))


def test_sorting_otherwise_is_another_view_than_the_one_restored(
    qtbot, session, window, folder: Path, tmp_path: Path
) -> None:
    panel = on_screen(qtbot, built("traversal", session), 480, 480)
    window.open(qtbot, folder)
    path = tmp_path / "walks.json"
    path.write_text(made_text(Made(TraversalRecipe((1, 0), 3.0, 4, (0.0, 0.0)), None, None)))
    window.drop(qtbot, path)
    qtbot.waitUntil(lambda: panel.sliders.axes == (1, 0))

    panel.rows.chosen.order_by("index", "index")

    qtbot.waitUntil(lambda: panel.sliders.axes == (0, 1))
    exported(qtbot, session, panel, tmp_path / "view.png")
    assert read_made(tmp_path / "view.png").recipe.axes == (0, 1)
