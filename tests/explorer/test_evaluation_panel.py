"""The Evaluation panel measures in another process, keeps results, and warns of copies."""

import csv
import json
import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from engines.snapshot import LatentSpace
from explorer import evaluation_faces as faces
from explorer.bridge.judging import Judgement, Pairs
from explorer.desk import RunState
from explorer.notices import Severity
from explorer.panels.evaluation import EvaluationPanel
from explorer.widgets.evaluation_form import AS_IT_IS, NEWEST, EvaluationChoice
from explorer.widgets.result_tree import HEADINGS, ResultGroup, ResultLine, ResultTree
from tests.explorer.staging import on_screen
from trainers import gallery
from trainers.cli.score_lines import evaluation_from, evaluation_record
from trainers.config import RunConfig
from trainers.data.cache import cache_folder
from trainers.data.config import DataConfig
from trainers.events import Finished, Saved, Started
from trainers.scoring.report import Evaluation, Eye, Score, Series, Side, Wanted
from trainers.scoring.weights import describe
from trainers.store import new_card, write_card

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TRAIN, HELD_OUT = Side("train", "train", 500), Side("held-out", "held-out", 400)
SAMPLES = Side("samples", "samples", 500)


def score(name, value, metric="fd", *, better="less", detail=False):
    return Score(metric, name, name.upper(), value, better, detail, 400, 500)


FOUND = Evaluation(
    subject={"kind": "run", "step": 300},
    heading="gan-1, step 300 (generator, EMA 0.999), MNIST",
    through=Eye("fd-mini-v1", "FD-mini (built-in)", "fd-mini-v1/abcdef0123456789", "not FID"),
    wanted=Wanted(("fd", "kid", "precision-recall"), 500),
    side=(28, 28),
    series=(
        Series(
            HELD_OUT,
            SAMPLES,
            (
                score("fd", 5.25),
                score("fd_corrected", 5.0),
                score("fd_floor", 0.125, better="neither"),
                score("fd_mean_term", 1.0, detail=True),
                score("kid", 0.5, "kid"),
                score("kid_error", 0.0625, "kid", better="neither"),
                score("precision", 0.375, "precision-recall", better="more"),
            ),
        ),
        Series(
            HELD_OUT,
            TRAIN,
            (score("fd", 0.15), score("precision", 0.75, "precision-recall", better="more")),
            is_null=True,
        ),
    ),
    notes=("held-out holds only 400 pictures, fewer than the 500 asked for.",),
    command="latent-explorer evaluate gan-1 --step 300 --metrics fd,kid",
)


def judgement(found=FOUND, *, near=False):
    neighbours = np.zeros((6, 3, 8, 8, 1), np.uint8)
    pairs = Pairs(
        samples=np.full((6, 8, 8, 1), 200, np.uint8),
        neighbours=neighbours,
        distances=np.arange(18.0).reshape(6, 3),
        threshold=2.5,
        verdict="The model seems to repeat." if near else "No sign.",
        rule="50% of 500 samples lie nearer …",
        is_near=near,
    )
    return Judgement(found, evaluation_record(found), pairs, 12.5)


def started(shape=(1, 28, 28)):
    return Started(
        folder=None,
        family="gan",
        data="MNIST",
        channels=(),
        held_out_channels=(),
        first=0,
        steps=10,
        device="CPU",
        latent=LatentSpace(2),
        shape=shape,
        variants=("raw",),
    )


@pytest.fixture
def panel(qtbot, session, tmp_path, monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    panel = on_screen(qtbot, EvaluationPanel(session), 1200, 320)
    yield panel
    panel.judging.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("folders")
    for name, seed in (("real", 0), ("made", 1)):
        (root / name).mkdir()
        noise = np.random.default_rng(seed).integers(0, 256, (12, 28, 28), np.uint8)
        for number, pixels in enumerate(noise):
            Image.fromarray(pixels).save(root / name / f"{number:02}.png")
    return root


def choose_folders(panel, folders):
    panel.form.source.setCurrentIndex(1)
    panel.form.real.line.setText(str(folders / "real"))
    panel.form.made.line.setText(str(folders / "made"))
    panel.form.count.setValue(10)


def line_of(panel, number, group=0):
    item = panel.shown.tree.topLevelItem(group).child(number)
    return [item.text(column) for column in range(len(HEADINGS))]


def test_the_empty_panel_says_what_will_appear_and_why_it_cannot_yet(panel):
    assert panel.pages.currentWidget() is panel.invitation
    assert not panel.controls.start.isEnabled()
    assert not panel.invitation.button.isEnabled()
    assert panel.controls.refusal.text().startswith("There is no run to evaluate")


def test_a_run_that_is_looked_at_can_be_evaluated(panel, session, tmp_path):
    session.desk.look_at(tmp_path / "gan-1")

    assert panel.controls.start.isEnabled()
    assert panel.controls.refusal.text() == ""
    assert "gan-1" in panel.form.source.itemText(0)


def test_points_are_refused_in_words(panel, session, tmp_path):
    session.desk.look_at(tmp_path / "ring")
    session.training.started.emit(started((2, 1, 1)))

    assert "learned points" in panel.controls.refusal.text()
    session.training.started.emit(started())
    assert panel.controls.start.isEnabled()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"metrics": ()}, "at least one metric"),
        ({"against": ()}, "train, held-out or both"),
        ({"folders": ("a", "")}, "two folders"),
        ({"extractor": "fid-tf1"}, "needs the file of its weights"),
        ({"metrics": ("is",)}, "defined by the published network alone"),
        ({"metrics": ("density-coverage",), "count": 5}, "at least N = 6"),
    ],
)
def test_what_cannot_be_measured_is_refused_before_it_begins(changes, why):
    choice = EvaluationChoice(
        folders=None,
        moment=NEWEST,
        weights="",
        against=("train",),
        extractor="fd-random-v1",
        weights_file="",
        count=100,
        metrics=("fd",),
        nearest=False,
    )

    assert faces.refusal(choice) == ""
    assert why in faces.refusal(replace(choice, **changes))


def test_every_metric_and_extractor_of_the_tables_is_offered_with_a_tip(panel):
    assert len(panel.form.metrics) == len(faces.metrics()) >= 8
    assert all(tick.toolTip() for tick in panel.form.metrics)
    tips = [
        panel.form.extractor.itemData(n, Qt.ItemDataRole.ToolTipRole)
        for n in range(panel.form.extractor.count())
    ]
    assert len(tips) >= 4
    assert all(tips)


def test_an_extractor_that_needs_weights_says_so_and_asks_for_the_file(panel):
    assert not panel.form.weights_file.isVisible()
    panel.form.extractor.setCurrentIndex(panel.form.extractor.findData("fid-tf1"))

    assert panel.form.weights_file.isVisible()
    assert "published weights" in panel.form.need.note.text()


def choose_published(panel, qtbot, extractor="fid-tf1"):
    """Choose what needs weights, once the disk was looked at."""
    option = panel.form.extractor.findData(extractor)
    panel.form.extractor.setCurrentIndex(option)
    qtbot.waitUntil(panel.form.need.tick.isVisible)


@pytest.fixture
def begun(panel, monkeypatch):
    """The words of every evaluation that would begin."""
    words = []
    monkeypatch.setattr(panel.judging, "begin", lambda said, _threads: words.append(said))
    return words


@pytest.mark.parametrize("extractor", ["fid-tf1", "fid-clean"])
def test_weights_are_fetched_only_with_the_tick(
    panel, session, tmp_path, qtbot, begun, extractor
):
    session.desk.look_at(tmp_path / "gan-1")
    choose_published(panel, qtbot, extractor)
    need = panel.form.need
    for fact in ("95.6 MB", "Apache-2.0", "https://github.com/", "SHA-256"):
        assert fact in need.note.text()
    assert need.tick.text() == "Fetch them (95.6 MB)"
    assert not need.tick.isChecked()

    panel.run()
    assert not begun
    assert "tick Fetch them" in panel.controls.refusal.text()
    assert not panel.controls.start.isEnabled()

    need.tick.click()
    assert panel.controls.refusal.text() == ""
    panel.controls.start.click()
    (words,) = begun
    assert words[words.index("--fetch-weights") :][:2] == ["--fetch-weights", "yes"]


def test_agreement_lasts_no_longer_than_its_question(panel, session, tmp_path, qtbot, begun):
    session.desk.look_at(tmp_path / "gan-1")
    choose_published(panel, qtbot)
    panel.form.need.tick.click()
    panel.form.extractor.setCurrentIndex(0)
    panel.run()
    choose_published(panel, qtbot)
    panel.run()

    (words,) = begun
    assert "--fetch-weights" not in words
    assert not panel.form.need.tick.isChecked()


def test_a_file_at_hand_is_used_instead_of_a_download(panel, session, tmp_path, qtbot, begun):
    session.desk.look_at(tmp_path / "gan-1")
    choose_published(panel, qtbot)
    panel.form.need.tick.click()
    panel.form.weights_file.line.setText("mine.pth")
    panel.run()

    (words,) = begun
    assert "--fetch-weights" not in words
    assert words[words.index("--weights-file") + 1] == "mine.pth"


def test_weights_that_were_fetched_are_not_asked_for_again(
    panel, session, tmp_path, qtbot, begun
):
    session.desk.look_at(tmp_path / "gan-1")
    choose_published(panel, qtbot)
    panel.form.need.tick.click()
    offer = describe("fid-tf1")
    kept = cache_folder() / "weights" / offer.file.name
    kept.parent.mkdir(parents=True)
    with kept.open("wb") as file:
        file.truncate(offer.file.size)  # as large as the true one, without its bytes
    panel.judging.failed.emit("whatever ended it")
    qtbot.waitUntil(lambda: not panel.form.need.isVisible())

    assert not panel.form.weights_file.isVisible()
    panel.run()
    (words,) = begun
    assert not {"--fetch-weights", "--weights-file"} & set(words)


def test_a_choice_is_spelled_as_the_command_line_has_it(panel, session, tmp_path):
    session.desk.look_at(tmp_path / "gan-1")
    session.training.started.emit(started())
    panel.form.offer_moments((100, 300), live=True)
    panel.form.moment.setCurrentIndex(panel.form.moment.findData("100"))
    panel.form.weights.setCurrentIndex(1)
    panel.form.count.setValue(512)
    choice = panel.form.choice

    words = faces.words(choice, "gan-1", faces.step_of(choice))
    assert " ".join(words).startswith(
        "gan-1 --step 100 --weights raw --against train,held-out "
        "--metrics fd,kid,precision-recall,density-coverage -n 512 --extractor "
    )
    assert words[-2:] == ["--nearest", "12"]


def test_results_have_all_that_repeats_them(panel):
    panel.judging.judged.emit(judgement())

    assert panel.pages.currentWidget() is panel.shown
    assert line_of(panel, 0) == ["FD to held-out", "5.250", "0.125", "", "5.000", "500 / 400"]
    assert line_of(panel, 1) == ["KID to held-out", "0.500", "0.000", "0.062", "", "500 / 400"]
    top = panel.shown.tree.topLevelItem(0)
    for fact in ("step 300", "EMA 0.999", "abcdef01", "seed", "12.5 s", "--step 300"):
        assert fact in top.toolTip(0)
    assert "0.150" in top.child(0).toolTip(0)  # what real beside real measures
    assert "not FID" in panel.shown.caption.text()


def test_a_metric_without_a_formula_has_what_real_pictures_score_as_its_null(panel):
    panel.judging.judged.emit(judgement())

    assert line_of(panel, 2)[:3] == ["PRECISION to held-out", "0.375", "0.750"]


def test_reconstructions_have_0_as_their_null_and_no_floor(panel):
    copies = Side("reconstructions", "reconstructions", 400)
    scores = (score("fd", 2.5), score("kid", 0.25, "kid"))
    copied = Series(HELD_OUT, copies, scores, is_copied=True)
    panel.judging.judged.emit(judgement(replace(FOUND, series=(*FOUND.series, copied))))

    assert line_of(panel, 3)[:3] == ["FD, reconstructions to held-out", "2.500", "0.000"]
    assert line_of(panel, 4)[:3] == ["KID, reconstructions to held-out", "0.250", "0.000"]
    tip = panel.shown.tree.topLevelItem(0).child(3).toolTip(0)
    assert "perfect copy" in tip
    assert "real beside real" not in tip


def test_a_long_title_does_not_push_the_numbers_out_of_sight(qtbot):
    tree = ResultTree()
    qtbot.addWidget(tree)
    tree.resize(300, 200)
    line = ResultLine(("FD to held-out", "4.451", "0.753", "", "4.083", "2,000 / 2,000"), "")

    tree.show_groups([ResultGroup("a run with a very long name · " * 5, "", (line,))])
    tree.show()

    right = tree.columnViewportPosition(1) + tree.columnWidth(1)
    assert tree.columnWidth(0) >= tree.fontMetrics().horizontalAdvance("FD to held-out")
    assert right <= tree.viewport().width()


def test_earlier_results_stay_and_can_be_chosen(panel):
    panel.judging.judged.emit(judgement(replace(FOUND, heading="first", command="one")))
    panel.judging.judged.emit(judgement(replace(FOUND, heading="second", command="two")))
    tree = panel.shown.tree

    assert [tree.topLevelItem(n).text(0).split(" · ")[0] for n in (0, 1)] == ["second", "first"]
    tree.setCurrentItem(tree.topLevelItem(1).child(0))
    panel.shown.copy.click()
    assert QGuiApplication.clipboard().text() == "one"


def test_numbers_are_saved_as_csv_and_as_json(panel, tmp_path, qtbot):
    panel.judging.judged.emit(judgement())
    for name in ("found.csv", "found.json"):
        panel.write(tmp_path / name)
        qtbot.waitUntil((tmp_path / name).exists)

    rows = list(csv.DictReader((tmp_path / "found.csv").read_text("utf-8").splitlines()))
    assert rows[0]["value"] == "5.25"
    assert evaluation_from(json.loads((tmp_path / "found.json").read_text())) == FOUND


def test_samples_are_shown_over_their_nearest_and_a_warning_is_told(panel, told):
    panel.judging.judged.emit(judgement(near=True))
    view = panel.shown.pairs

    assert [(n.message, n.severity) for n in told] == [
        ("The model seems to repeat.", Severity.WARNING)
    ]
    assert view.verdict.text() == "The model seems to repeat."
    assert len(view.grid.pixels) % 4 == 0
    assert (view.grid.pixels[: view._shown] == 200).all()
    view.grid.pointed.emit(view._shown)
    assert "nearest training picture to sample 1" in view.caption.text()
    assert "distance 0 (very near)" in view.caption.text()
    assert "Euclidean, in features of FD-mini (built-in)" in view.caption.text()
    view.grid.pointed.emit(1)
    assert view.caption.text().startswith("sample 2: ")


def test_an_honest_run_is_told_of_quietly(panel, told):
    panel.judging.judged.emit(judgement())

    assert panel.shown.pairs.verdict.text() == "No sign."
    assert not told


def test_two_folders_are_measured_in_another_process(panel, folders, qtbot, monkeypatch):
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(folders / "cache"))
    choose_folders(panel, folders)
    with qtbot.waitSignal(panel.judging.judged):
        panel.run()
        assert panel.controls.stop.isEnabled()
        assert not panel.controls.start.isEnabled()

    (judged,) = panel.results
    assert judged.found.wanted.count == 10
    assert judged.pairs is None
    assert line_of(panel, 0)[0] == "FD, made to real"
    assert panel.controls.progress.words.text().startswith("Measured in")


def test_a_refusal_of_the_other_process_is_one_sentence(panel, folders, qtbot, told):
    choose_folders(panel, folders)
    panel.form.made.line.setText(str(folders / "nowhere"))
    with qtbot.waitSignal(panel.judging.failed):
        panel.run()

    (notice,) = told
    assert "nowhere" in notice.message
    assert "latent-explorer:" not in notice.message
    assert panel.controls.start.isEnabled()


def test_cancel_is_at_once_and_leaves_no_process(panel, folders, qtbot):
    choose_folders(panel, folders)
    panel.run()
    process = panel.judging._process
    qtbot.waitUntil(lambda: process.state() == process.ProcessState.Running)
    begun = time.perf_counter()
    panel.cancel()

    assert time.perf_counter() - begun < 0.2
    assert not panel.judging.busy
    assert panel.controls.start.isEnabled()
    assert panel.controls.progress.words.text() == "Cancelled."
    qtbot.waitUntil(lambda: not panel.judging._dying)
    assert not panel.results


def test_a_run_under_way_is_saved_first_and_measured_at_that_step(
    panel, session, tmp_path, monkeypatch
):
    asked, begun = [], []
    monkeypatch.setattr(session.training, "ask", asked.append)
    monkeypatch.setattr(panel.judging, "begin", lambda words, threads: begun.append(words))
    session.desk.enter(RunState.RUNNING)
    session.desk.look_at(tmp_path / "gan-1")
    panel.form.offer_moments((100,), live=True)
    panel.form.moment.setCurrentIndex(panel.form.moment.findData(AS_IT_IS))

    panel.run()
    assert len(asked) == 1
    assert not begun
    assert panel.controls.stop.isEnabled()
    session.training.saved.emit(Saved(123, tmp_path / "x"))
    assert begun[0][:3] == [str(tmp_path / "gan-1"), "--step", "123"]


def test_a_run_that_ends_before_it_was_saved_is_not_waited_for(
    panel, session, tmp_path, monkeypatch
):
    monkeypatch.setattr(session.training, "ask", lambda _: None)
    session.desk.look_at(tmp_path / "gan-1")
    panel.form.offer_moments((100,), live=True)
    panel.form.moment.setCurrentIndex(panel.form.moment.findData(AS_IT_IS))
    panel.run()

    session.training.finished.emit(Finished(5, complete=False))

    assert panel.controls.start.isEnabled()
    assert panel.controls.progress.words.text().startswith("The run ended")


def test_the_checkpoints_of_a_run_are_offered(panel, session, tmp_path, qtbot):
    kept = tmp_path / "gan-1" / "checkpoints"
    kept.mkdir(parents=True)
    for step in (100, 300):
        (kept / f"step-{step:09}.safetensors").touch()
    session.desk.look_at(tmp_path / "gan-1")
    qtbot.waitUntil(lambda: panel.form.moment.count() == 3)

    texts = [panel.form.moment.itemText(n) for n in range(3)]
    assert texts == ["newest: step 300", "step 300", "step 100"]


@pytest.mark.parametrize(
    ("source", "asks"), [("mnist", True), ("folder:ships", True), ("shapes", False)]
)
def test_who_has_the_files_of_the_data_elsewhere_can_say_where(
    panel, session, tmp_path, qtbot, begun, source, asks
):
    run = tmp_path / "gan-1"
    (run / "checkpoints").mkdir(parents=True)
    (run / "checkpoints" / "step-000000100.safetensors").touch()
    write_card(
        run, new_card(RunConfig(data=DataConfig(source=source)), "", ("", "", (1, 28, 28)))
    )
    session.desk.look_at(run)
    qtbot.waitUntil(lambda: panel.form.moment.itemText(0) == "newest: step 100")

    panel.form.files.line.setText("somewhere else")
    panel.run()

    assert panel.form.files.isVisible() == asks
    (words,) = begun
    assert ("--data-dir" in words) == asks
    if asks:
        assert words[words.index("--data-dir") + 1] == "somewhere else"


def test_missing_data_are_told_with_what_to_do_in_the_window(panel, session, tmp_path, told):
    session.desk.look_at(tmp_path / "gan-1")
    panel.judging.failed.emit(
        "MNIST: train-images-idx3-ubyte.gz could not be downloaded (no connection); check the "
        "connection, or give the folder where the files lie with --data-dir"
    )

    (notice,) = told
    assert "--data-dir" not in notice.message
    assert "choose the folder where the files lie beside “data”" in notice.message
    assert panel.controls.refusal.text() == notice.message
    assert panel.controls.progress.words.text() == "Nothing was measured."


def test_what_went_wrong_is_forgotten_with_the_next_run(panel, session, tmp_path):
    session.desk.look_at(tmp_path / "gan-1")
    panel.judging.failed.emit("it was too late")
    assert panel.controls.refusal.text() == "It was too late."
    assert panel.controls.start.isEnabled()

    session.desk.look_at(tmp_path / "gan-2")

    assert panel.controls.refusal.text() == ""


def test_a_run_of_the_gallery_is_named_as_on_any_machine(panel, session, begun):
    session.desk.look_at(gallery.unpacked("shapes-beta-vae"))
    panel.run()

    assert begun[0][0] == "gallery:shapes-beta-vae"


def test_every_control_has_a_name_and_a_tip(panel):
    form = panel.form
    controls = [form.source, form.moment, form.weights, form.extractor, form.count]
    controls += [*form.against, *form.metrics, form.nearest]
    controls += [panel.controls.start, panel.controls.stop, panel.shown.copy, panel.shown.save]

    assert all(control.accessibleName() for control in controls)
    assert all(control.toolTip() for control in controls)
