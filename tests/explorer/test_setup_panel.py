"""Setup lays a valid run on the desk, or says why there is none."""

import numpy as np
import pytest

from engines.autoencoders.config import BetaVaeConfig
from engines.catalog import FAMILIES
from engines.gans.config import GanConfig
from explorer import theme
from explorer.panels.setup import SetupPanel
from tests.explorer.staging import on_screen
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.data.names import ABOUT, written
from trainers.events import Finished
from trainers.plan import Plan


@pytest.fixture
def panel(qtbot, session):
    return on_screen(qtbot, SetupPanel(session), 320, 700)


def choose(chooser, name):
    chooser.box.setCurrentIndex(chooser.box.findData(name))
    chooser.box.activated.emit(chooser.box.currentIndex())


def test_the_first_choice_is_a_vae_on_shapes_and_can_start(panel, session):
    assert session.desk.config == RunConfig()
    assert session.desk.config.data.source == "shapes"
    assert session.desk.config.model.family == "vae"
    assert panel.foot.start.isEnabled()


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_can_be_chosen(panel, session, name):
    choose(panel.family, name)

    assert session.desk.config.model == FAMILIES[name].config()
    assert panel.family.summary.text() == FAMILIES[name].summary


@pytest.mark.parametrize("name", [name for name, row in ABOUT.items() if not row.wants])
def test_every_named_data_set_can_be_chosen(panel, session, name):
    choose(panel.family, "gan")
    choose(panel.source, name)

    assert session.desk.config.data == DataConfig(source=name)


def test_points_stop_the_start_of_a_family_of_pictures_which_names_another(panel, session):
    choose(panel.source, "ring")

    assert session.desk.config is None
    assert "choose the model gan" in panel.foot.refusal.text()
    assert "choose the model gan" in panel.family.refusal.text()

    choose(panel.family, "gan")
    assert panel.family.refusal.text() == ""
    assert session.desk.config.data.source == "ring"


def test_a_drawn_mixture_begins_with_an_example_that_can_be_changed(panel, session):
    choose(panel.family, "gan")
    choose(panel.source, "drawn")
    assert session.desk.config.data.source == written("drawn")
    assert not panel.source.browse.isVisible()

    panel.source.path.setText("0.1@0,0;x")
    panel.source.path.textEdited.emit("")

    assert session.desk.config is None
    assert "not a place" in session.desk.refusal


def test_only_the_options_of_the_data_set_are_asked(panel):
    choose(panel.source, "mnist")
    panel.data.fold("Data").set_open(opened=True)

    assert panel.data.editor("mirror").isVisible()
    assert panel.data.editor("folder").isVisible()
    assert not panel.data.editor("fit").isVisible()


def test_a_choice_that_another_data_set_lacks_is_forgotten(panel, session):
    panel.data.show_values({"side": "32", "colour": "colour"})
    choose(panel.source, "mnist")

    assert session.desk.config.data == DataConfig(source="mnist")


def test_a_family_remembers_its_values(qtbot, panel, session):
    choose(panel.family, "gan")
    panel.model.editor("width").box.stepBy(1)
    choose(panel.family, "vae")
    choose(panel.family, "gan")

    assert session.desk.config.model == GanConfig(width=33)


def test_a_refused_field_stops_the_start_and_says_why(panel, session):
    editor = panel.plan.editor("steps")
    editor.line.setText("0")
    editor.edited.emit()

    assert session.desk.config is None
    assert session.desk.refusal.startswith("Steps: allowed")
    assert not panel.foot.start.isEnabled()
    assert "Steps" in panel.foot.refusal.text()


def test_a_path_is_wanted_where_there_is_none(panel, session):
    choose(panel.source, "folder")

    assert session.desk.config is None
    assert "path" in session.desk.refusal
    assert panel.source.refusal.isVisible()


def test_a_missing_folder_is_announced_beside_the_path(qtbot, panel, session, tmp_path):
    session.desk.drop_source(f"folder:{tmp_path / 'nothing'}")

    qtbot.waitUntil(lambda: "no folder" in panel.source.refusal.text())
    assert session.desk.config is None
    assert "no folder" in session.desk.refusal


def test_an_empty_folder_is_announced(qtbot, panel, session, tmp_path):
    session.desk.drop_source(f"folder:{tmp_path}")

    qtbot.waitUntil(lambda: "No pictures lie in" in panel.source.refusal.text())


def test_a_folder_of_pictures_is_counted_and_taken(qtbot, panel, session, tmp_path):
    for name in ("a.png", "b.JPG", "notes.txt"):
        (tmp_path / name).touch()

    session.desk.drop_source(f"folder:{tmp_path}")

    qtbot.waitUntil(lambda: panel.source.found.text() == "2 pictures")
    assert session.desk.config.data.source == f"folder:{tmp_path}"


def test_a_dropped_array_is_taken(qtbot, panel, session, tmp_path):
    path = tmp_path / "pictures.npy"
    np.save(path, np.zeros((4, 28, 28), np.uint8))

    session.desk.drop_source(f"array:{path}")

    qtbot.waitUntil(lambda: panel.source.found.text().endswith("MB"))
    assert session.desk.config.data.source == f"array:{path}"


def test_an_opened_run_is_shown(panel, session):
    config = RunConfig(
        data=DataConfig(source="digits", side="32"),
        model=BetaVaeConfig(beta=7.5, latent_dim=3),
        plan=Plan(steps=123, seed=9),
    )

    session.desk.show(config)

    assert session.desk.config == config
    assert panel.model.editor("beta").line.text() == "7.5"


def test_train_is_passed_to_the_desk(qtbot, panel, session):
    with qtbot.waitSignal(session.desk.start_requested):
        panel.foot.start.click()


def test_while_a_run_is_going_its_choices_are_fixed(qtbot, panel, session):
    def waiting(brake):
        brake.pause()
        for _ in brake.guard([0]):
            pass
        yield Finished(0, complete=False)

    with qtbot.waitSignal(session.training.busy_changed):
        session.training.start(waiting)
    assert not panel.plan.editor("steps").box.isEnabled()
    assert not panel.source.box.isEnabled()
    assert panel.foot.running.isVisible()

    session.desk.stop_requested.connect(session.training.stop)
    with qtbot.waitSignal(session.training.finished):
        panel.foot.stop.click()

    assert panel.plan.editor("steps").box.isEnabled()
    assert panel.foot.start.isVisible()


def test_a_theme_change_leaves_the_choices(panel, session):
    before = session.desk.config
    theme.changes().changed.emit()

    assert session.desk.config == before


@pytest.mark.parametrize("name", FAMILIES["gan"].presets)
def test_a_preset_fills_the_form_and_can_be_taken_back(panel, session, name):
    choose(panel.family, "gan")
    choose(panel.presets["gan"], name)

    preset = FAMILIES["gan"].presets[name]
    assert session.desk.config.model == preset.applied(FAMILIES["gan"].config())

    choose(panel.presets["gan"], "")
    assert session.desk.config.model == FAMILIES["gan"].config()


def advised(qtbot, panel, words):
    qtbot.waitUntil(lambda: panel.advice.fold.header.text() == f"DCGAN guidelines: {words}")


def test_a_gan_is_compared_with_the_guidelines_and_started_all_the_same(qtbot, panel, session):
    choose(panel.family, "gan")
    advised(qtbot, panel, "5 of 5 kept")
    assert panel.advice.isVisible()
    assert not panel.advice.fold.opened

    choose(panel.presets["gan"], "wgan-gp")
    advised(qtbot, panel, "4 of 5 kept")

    assert "norm layer here" in panel.advice.words.text()
    assert "arXiv:1511.06434" in panel.advice.words.text()
    assert panel.foot.start.isEnabled()


def test_advice_is_silent_about_other_families(qtbot, panel):
    choose(panel.family, "gan")
    advised(qtbot, panel, "5 of 5 kept")

    choose(panel.family, "vae")

    assert not panel.advice.isVisible()


def test_guidelines_for_pictures_are_not_claimed_to_be_kept_on_points(qtbot, panel):
    choose(panel.family, "gan")
    advised(qtbot, panel, "5 of 5 kept")

    choose(panel.source, "ring")
    assert not panel.advice.isVisible()

    choose(panel.source, "digits")
    qtbot.waitUntil(panel.advice.isVisible)


def test_advice_that_comes_late_is_not_given(qtbot, panel, session):
    choose(panel.family, "gan")
    choose(panel.presets["gan"], "r1")
    choose(panel.presets["gan"], "")

    advised(qtbot, panel, "5 of 5 kept")
    done = []
    session.errands.send(bool, done.append)
    qtbot.waitUntil(lambda: bool(done))

    assert panel.advice.fold.header.text().endswith("5 of 5 kept")


def test_presets_are_offered_only_for_the_family_they_belong_to(panel):
    assert not panel.presets["gan"].isVisible()

    choose(panel.family, "gan")

    assert panel.presets["gan"].isVisible()
