"""An export is what the recipe makes, pixel by pixel, and says how it was made."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.snapshot import LatentSpace
from explorer.widgets.export_dialog import SheetChoice
from tests.explorer.staging import built, on_screen
from trainers.events import Snapped
from trainers.export import SheetLayout, compose, read_recipe

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PANELS = ("samples", "traversal", "manifold")


@pytest.fixture(params=PANELS)
def panel(request, qtbot, session, lamp):
    panel = on_screen(qtbot, built(request.param, session), 480, 480)
    snapshot = replace(lamp, latent=LatentSpace(3), shape=(1, 5, 7))
    session.cursor.enter(snapshot.latent)
    with qtbot.waitSignal(panel.decoder.decoded):
        session.training.snapped.emit(Snapped(250, snapshot))
    session.cursor.move(np.array([0.5, -1.0, 2.0]), "elsewhere")
    return panel


@pytest.fixture
def dialog(qtbot, panel):
    panel.export()
    dialog = panel.exporter.dialog
    qtbot.waitUntil(lambda: dialog.preview.pixels is not None)
    yield dialog
    if panel.exporter.dialog is not None:
        dialog.reject()


def told(qtbot, session, act):
    with qtbot.waitSignal(session.notices.told) as signal:
        act()
    return signal.args[0].message


def test_the_file_holds_exactly_the_composed_pictures(
    qtbot, panel, dialog, session, lamp, tmp_path: Path
):
    dialog.rows.setValue(2)
    dialog.columns.setValue(4)
    dialog.spacing.setValue(3)
    dialog.scale.setValue(5)
    path = tmp_path / "sheet.png"

    message = told(qtbot, session, lambda: dialog._on_named(str(path)))

    assert "sheet.png" in message
    recipe, layout, provenance = read_recipe(path)
    assert layout == SheetLayout(2, 4, 3, 5, (255, 255, 255))
    assert provenance.step == 250
    pixels = replace(lamp, shape=(1, 5, 7)).decode(recipe.latents(LatentSpace(3)))
    picture = np.asarray(Image.open(path))
    assert np.array_equal(picture, compose(pixels, layout)[:, :, 0])
    assert picture.shape == dialog_size(layout)


def dialog_size(layout):
    return layout.size(5, 7)


def test_the_exported_vectors_keep_the_cursor(panel, dialog, session):
    recipe = panel._recipe_for(2, 2)

    z = recipe.latents(session.cursor.space)

    if recipe.kind == "samples":
        assert not np.any(z[:, 2] == 2.0)
    else:
        assert np.all(z[:, 2] == 2.0)


def test_the_preview_is_the_sheet_before_scaling(qtbot, panel, dialog):
    dialog.rows.setValue(1)
    dialog.columns.setValue(3)

    qtbot.waitUntil(lambda: dialog.preview.pixels.shape[1:3] == (5 + 4, 3 * 9 + 2))
    assert dialog.size_label.text() == f"{(3 * 9 + 2) * 4} × {9 * 4} px"


def test_what_was_chosen_last_is_offered_again(qtbot, panel, dialog, session, tmp_path):
    dialog.scale.setValue(7)
    dialog.background.setCurrentIndex(3)
    told(qtbot, session, lambda: dialog._on_named(str(tmp_path / "sheet.png")))

    panel.export()

    again = panel.exporter.dialog
    assert again.scale.value() == 7
    assert again.choice.background == (0, 0, 0)
    qtbot.waitUntil(lambda: again.preview.pixels is not None)
    again.reject()


def test_a_folder_that_is_gone_is_one_clear_sentence(qtbot, panel, dialog, session, tmp_path):
    message = told(
        qtbot, session, lambda: dialog._on_named(str(tmp_path / "gone" / "sheet.png"))
    )

    assert message.startswith("The picture was not saved: there is no folder")


def test_a_sheet_that_is_too_large_is_refused_before_it_is_made(panel, dialog):
    dialog._on_changed()
    assert dialog.save.isEnabled()

    panel.exporter._on_chosen(SheetChoice(100, 100, spacing=64, scale=16))

    assert "megapixels" in dialog.size_label.text()
    assert not dialog.save.isEnabled()


def test_an_export_leaves_training_s_generators_alone(qtbot, panel, dialog, session, tmp_path):
    before = np.random.get_state()[1].copy()  # noqa: NPY002  the global one is the point

    told(qtbot, session, lambda: dialog._on_named(str(tmp_path / "sheet.png")))

    assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_the_dialog_is_not_opened_twice(panel, dialog):
    panel.export()

    assert panel.exporter.dialog is dialog
