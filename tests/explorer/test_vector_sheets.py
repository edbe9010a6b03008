"""What no seed describes is exported with its very vectors: sums, ways, and what was found."""

import shlex
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication

from explorer.commands.viewing import Exporting
from explorer.widgets.parcel import Parcel
from tests.explorer.staging import built, look_at, on_screen
from trainers.cli.exits import GOOD
from trainers.cli.main import main
from trainers.events import Snapped
from trainers.export import compose, read_recipe
from trainers.run import open_snapshot
from trainers.sidecar import read_made

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PICTURE = np.random.default_rng(3).integers(0, 256, (28, 28, 1), dtype=np.uint8)


def at(*z: float) -> Parcel:
    return Parcel(PICTURE, np.array(z, np.float32), f"place {z}")


def add_up(qtbot, session, panel) -> np.ndarray:
    session.basket.put("A", [at(1, 0.1), at(0.3, 1)])
    session.basket.put("B", [at(0, 2)])
    panel.seed.setValue(5)
    panel.shell.setChecked(True)
    return panel._around()


def go_between(qtbot, session, panel) -> np.ndarray:
    panel.frames.setCurrentIndex(0)
    panel.ticks["slerp"].setChecked(False)
    session.basket.put("ends", [at(1, 0.1), at(-1.5, 0.25)])
    qtbot.waitUntil(lambda: panel.idle and panel.track("quantile") is not None)
    return np.concatenate([panel.track(way).latents for way in ("lerp", "quantile")])


def look_for(qtbot, session, panel) -> np.ndarray:
    panel.bar.tries.setCurrentIndex(0)
    panel.bar.length.setCurrentIndex(0)
    session.basket.put("target", [Parcel(PICTURE, None, "a picture")])
    with qtbot.waitSignal(panel.searcher.found):
        panel.invert()
    return panel.answer.latents[1:]  # the target itself has no place


WAYS: MappingProxyType[str, tuple[Callable[..., np.ndarray], tuple[int, int], str]] = (
    MappingProxyType(
        {
            "arithmetic": (
                add_up,
                (3, 3),
                "mean A (2, few) − mean B (1, few), on the shell of the prior; picture 5 of 9, "
                "the others with noise ± 0.25 of seed 5",
            ),
            "interpolation": (
                go_between,
                (2, 5),
                "lerp, quantile, one after another, each between 2 ends, 5 frames",
            ),
            "inversion": (
                look_for,
                (1, 2),
                "encoder | search, of a target. Encoder: MSE",
            ),
        }
    )
)


@pytest.fixture
def event(session, made_run: Path) -> Snapped:
    return open_snapshot(made_run)[1]


@pytest.fixture(params=WAYS)
def name(request) -> str:
    return request.param


@pytest.fixture
def panel(qtbot, session, name, event, made_run):
    panel = on_screen(qtbot, built(name, session), 800, 480)
    session.desk.look_at(made_run)
    look_at(session, event, made_run)
    return panel


def exported(qtbot, session, panel, path: Path) -> None:
    panel.export()
    dialog = panel.exporter.dialog
    qtbot.waitUntil(lambda: dialog.preview.pixels is not None)
    with qtbot.waitSignal(session.notices.told):
        dialog._on_named(str(path))


def test_a_sheet_holds_the_very_vectors_and_their_pictures(
    qtbot, session, name, panel, event, tmp_path: Path
) -> None:
    fill, (rows, columns), how = WAYS[name]
    wanted = fill(qtbot, session, panel)

    exported(qtbot, session, panel, tmp_path / "sheet.png")

    recipe, layout, provenance = read_recipe(tmp_path / "sheet.png")
    found = recipe.latents(event.snapshot.latent)
    assert found.tobytes() == wanted.astype("<f4").tobytes()
    assert (layout.rows, layout.columns) == (rows, columns)
    assert recipe.how.startswith(how)
    assert provenance.step == event.step
    sheet = compose(event.snapshot.decode(wanted), layout)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "sheet.png")), sheet[..., 0])
    assert read_made(tmp_path / "sheet.png").recipe == recipe


def test_the_command_for_the_view_writes_the_same_picture(
    qtbot, session, name, panel, made_run: Path, tmp_path: Path, monkeypatch
) -> None:
    WAYS[name][0](qtbot, session, panel)
    exported(qtbot, session, panel, tmp_path / "sheet.png")
    assert isinstance(panel, Exporting)

    with qtbot.waitSignal(session.notices.told):
        panel.exporter.copy(panel.export)

    words = shlex.split(QGuiApplication.clipboard().text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(made_run.parent))
    assert main(words[1:]) == GOOD
    copied = np.asarray(Image.open(words[words.index("--out") + 1]))
    np.testing.assert_array_equal(copied, np.asarray(Image.open(tmp_path / "sheet.png")))


def test_where_there_is_nothing_yet_it_is_said(qtbot, session, panel) -> None:
    with qtbot.waitSignal(session.notices.told) as told:
        panel.export()

    assert "to export yet" in told.args[0].message
    assert panel.exporter.dialog is None


@pytest.mark.parametrize("name", ["arithmetic"])
def test_fewer_cells_than_pictures_are_refused_before_anything_is_drawn(
    qtbot, session, name, panel
) -> None:
    add_up(qtbot, session, panel)
    panel.save.click()
    dialog = panel.exporter.dialog

    dialog.rows.setValue(2)

    assert "9 pictures do not fit on 2 × 3 cells" in dialog.size_label.text()
    assert not dialog.save.isEnabled()
    dialog.columns.setValue(5)
    assert dialog.save.isEnabled()
    dialog.reject()


@pytest.mark.parametrize("name", ["arithmetic"])
def test_restored_vectors_of_another_panel_are_not_exported_as_one_s_own(
    qtbot, session, name, panel, event, tmp_path: Path
) -> None:
    wanted = add_up(qtbot, session, panel)
    exported(qtbot, session, panel, tmp_path / "first.png")
    session.desk.restored.emit(read_made(tmp_path / "first.png"))
    panel.seed.setValue(6)

    exported(qtbot, session, panel, tmp_path / "second.png")

    found = read_recipe(tmp_path / "second.png")[0].latents(event.snapshot.latent)
    np.testing.assert_array_equal(found, panel._around())
    assert not np.array_equal(found, wanted)


@pytest.mark.parametrize("name", ["interpolation"])
def test_all_ways_in_sight_are_one_choice_of_the_menu(qtbot, session, name, panel) -> None:
    go_between(qtbot, session, panel)
    action = panel.save.menu().actions()[0]

    action.trigger()

    assert action.text() == "all ways in sight…"
    assert panel.exporter.dialog.choice.rows == 2
    panel.exporter.dialog.reject()


@pytest.mark.parametrize("name", ["inversion"])
def test_the_button_beside_the_search_exports_what_was_found(
    qtbot, session, name, panel
) -> None:
    look_for(qtbot, session, panel)

    panel.bar.save.click()

    assert panel.exporter.dialog.choice.columns == 2
    panel.exporter.dialog.reject()
