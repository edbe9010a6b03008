"""The playground draws games on points, begins them at one click, and refuses pictures."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engines.gans.objectives import OBJECTIVES
from engines.snapshot import LatentSpace
from engines.toys.drawing import read_drawing
from engines.toys.mixtures import TOYS, mixture_of
from explorer import theme
from explorer.bridge.converging import LIMIT, PATIENCE, WINDOW, Plateau
from explorer.desk import RunState
from explorer.panels.playground import PlaygroundPanel
from explorer.widgets.game_view import best_words, provenance
from explorer.widgets.heat import around, nice, table
from explorer.widgets.mixture_pad import MixturePad
from explorer.widgets.sheet import ticks
from explorer.widgets.toy_bar import LAYERS, SPEEDS
from tests.explorer.games import Game
from tests.explorer.staging import look_at, on_screen
from trainers.events import ByHand, Snapped, Started, Turned
from trainers.toy_runs import toy_run
from trainers.worker import Wish

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot, session):
    return on_screen(qtbot, PlaygroundPanel(session), 900, 620)


@pytest.fixture
def mode(qapp, request):
    before = theme.current().mode
    theme.current().choose(request.param)
    yield request.param
    theme.current().choose(before)


def started(session, source, objective="ns"):
    session.desk.put(toy_run(source, objective))
    session.desk.turns = ("discriminator", "generator")
    space = LatentSpace(2)
    session.training.started.emit(
        Started(None, "gan", source, (), (), 0, 100, "CPU", space, (2, 1, 1))
    )


def see(qtbot, panel, session, game, step=1):
    with qtbot.waitSignal(panel.looker.looked) as caught:
        session.training.snapped.emit(Snapped(step, game))
    return caught.args[0]


def drawn(widget):
    """How many colours the widget shows: an empty one has few."""
    image = widget.grab().toImage()
    across, down = range(0, image.width(), 3), range(0, image.height(), 3)
    return len({image.pixel(x, y) for x in across for y in down})


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("source", ["ring", "line"])
@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK], indirect=True)
def test_every_game_is_drawn(qtbot, mode, panel, session, source, objective):
    started(session, source, objective)

    see(qtbot, panel, session, Game(source, objective))

    page = panel.view.curves if source == "line" else panel.view.judge
    assert page.isVisible()
    assert drawn(page) > 30
    assert not panel.invitation.isVisible()


def test_what_is_said_names_its_sample_and_its_goal(qtbot, panel, session):
    started(session, "ring")

    looked = see(qtbot, panel, session, Game(), step=7)

    assert "2,048 generated points" in provenance(looked.scene)
    assert "bandwidth" in provenance(looked.scene)
    assert "Jensen–Shannon" in panel.divergence.text()
    assert "512 + 512 points" in panel.divergence.text()
    assert panel.modes.words == "8 of 8, by 2,048 points, step 7"
    assert panel.quality.goal == pytest.approx(0.98889, abs=1e-5)
    assert "98.889" in panel.quality.toolTip()


def test_a_penalty_is_said_to_move_the_optimum(qtbot, panel, session):
    started(session, "ring")

    plain = see(qtbot, panel, session, Game())
    priced = see(qtbot, panel, session, Game(penalty="r1"))

    assert "without the penalty" not in best_words(plain.scene)
    assert "optimum without the penalty" in best_words(priced.scene)


def test_two_dimensions_of_wasserstein_say_why_nothing_is_drawn(qtbot, panel, session):
    started(session, "ring", "wasserstein")

    see(qtbot, panel, session, Game(objective="wasserstein"))

    assert panel.view.best.picture.values is None
    assert "no closed form" in panel.view.best.picture.note


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_unticked_is_not_drawn(qtbot, panel, session, layer):
    started(session, "ring")
    see(qtbot, panel, session, Game())
    before = [view.grab().toImage() for view in (panel.view.judge, panel.view.best)]

    panel.bar.layers[layer].setChecked(False)

    after = [view.grab().toImage() for view in (panel.view.judge, panel.view.best)]
    assert any(old != new for old, new in zip(before, after, strict=True))


def test_a_run_on_pictures_is_refused_in_words(qtbot, panel, session, lamp):
    from trainers.config import RunConfig

    started(session, "ring")
    see(qtbot, panel, session, Game("ring"))
    assert panel.trails.isVisible()
    session.desk.put(RunConfig())
    look_at(session, Snapped(1, lamp))

    assert "no points" in panel.told.text()
    assert panel.invitation.isVisible()
    assert not panel.trails.isVisible()  # they told of the points


def test_a_low_playground_is_scrolled_and_leaves_its_neighbours_their_height(panel):
    assert panel.minimumSizeHint().height() <= 120


@pytest.mark.parametrize("source", [*TOYS, "drawn:0.1@-1.0,0.0;1.0,0.5"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_toy_run_is_valid_and_shows_the_generator_that_is_judged(source, objective):
    config = toy_run(source, objective)

    assert config.data.source == source
    assert (config.model.objective, config.model.ema) == (objective, 0.0)


def test_the_invitation_starts_the_ring(qtbot, panel, session):
    with qtbot.waitSignal(session.desk.start_requested):
        panel.invitation.button.click()

    assert session.desk.config.data.source == "ring"


def test_choosing_while_a_run_is_going_ends_it_first(qtbot, panel, session):
    session.desk.enter(RunState.RUNNING)

    with qtbot.waitSignal(session.desk.stop_requested):
        panel.begin("grid", "lsgan")
    assert session.desk.config is None
    with qtbot.waitSignal(session.desk.start_requested):
        session.desk.enter(RunState.ENDED)

    assert session.desk.config.data.source == "grid"


@pytest.mark.parametrize("name", ["toggle", "step", "judge", "maker", "converge"])
def test_buttons_that_make_no_sense_are_disabled(panel, session, name):
    assert not panel.bar.buttons[name].isEnabled()

    session.desk.turns = ("discriminator", "generator")
    session.desk.enter(RunState.RUNNING)
    assert panel.bar.buttons[name].isEnabled()

    session.desk.turns = ()
    session.desk.enter(RunState.PAUSED)
    assert panel.bar.buttons[name].isEnabled() == (name in ("toggle", "step"))


@pytest.mark.parametrize(
    ("name", "player"), [("judge", "discriminator"), ("maker", "generator")]
)
def test_a_player_is_advanced_alone(qtbot, panel, session, name, player):
    session.desk.turns = ("discriminator", "generator")
    session.desk.enter(RunState.PAUSED)

    with qtbot.waitSignal(session.desk.turn_requested) as caught:
        panel.bar.buttons[name].click()

    assert caught.args == [player, 1]


def test_slow_is_where_the_word_is_and_keys_to_the_right_are_faster(qtbot, panel, session):
    session.desk.choose_speed("1")
    qtbot.keyClick(panel.bar.speed, Qt.Key.Key_Right)
    assert panel.bar.speed_words.text() == "2 steps/s"

    qtbot.keyClick(panel.bar.speed, Qt.Key.Key_Up)
    assert panel.bar.speed_words.text() == "4 steps/s"
    qtbot.keyClick(panel.bar.speed, Qt.Key.Key_Left)
    assert panel.bar.speed_words.text() == "2 steps/s"


def test_slow_motion_follows_both_ways(qtbot, panel, session):
    with qtbot.waitSignal(session.desk.slow_requested) as caught:
        panel.bar.speed.setValue(2)
    assert caught.args == [SPEEDS[2]]

    with qtbot.assertNotEmitted(session.desk.slow_requested):
        session.desk.choose_speed("1")
    assert panel.bar.speed.value() == SPEEDS.index("1")
    assert panel.bar.speed_words.text() == "1 steps/s"


def test_only_a_visible_playground_asks_for_snapshots(qtbot, panel, session, monkeypatch):
    asked = []
    monkeypatch.setattr(session.training, "ask", asked.append)
    session.desk.enter(RunState.RUNNING)
    started(session, "ring")
    see(qtbot, panel, session, Game())
    qtbot.waitUntil(lambda: asked == [Wish.SNAPSHOT])

    panel.hide()
    session.training.snapped.emit(Snapped(2, Game()))
    assert asked == [Wish.SNAPSHOT]

    with qtbot.waitSignal(panel.looker.looked) as caught:
        panel.show()
    assert caught.args[0].step == 2


def test_results_of_a_run_that_was_replaced_are_dropped(qtbot, panel, session):
    started(session, "ring")
    with qtbot.assertNotEmitted(panel.looker.looked, wait=0):
        session.training.snapped.emit(Snapped(1, Game()))
        started(session, "line")
    looked = see(qtbot, panel, session, Game("line"), step=2)

    assert looked.scene.stage.lattice.dim == 1


def turned(session, losses):
    made = ByHand(1, "discriminator", len(losses))
    session.training.turned.emit(Turned(made, {"discriminator": np.asarray(losses, float)}))


def test_training_the_judge_to_convergence_stops_by_itself_and_says_why(qtbot, panel, session):
    session.desk.turns = ("discriminator", "generator")
    session.desk.enter(RunState.PAUSED)
    with qtbot.waitSignal(session.desk.turn_requested) as caught:
        panel.bar.buttons["converge"].click()
    assert caught.args == ["discriminator", LIMIT]

    with qtbot.waitSignal(session.desk.pause_requested):
        for loss in (1.4, 1.2, *[1.1] * 4):
            turned(session, [loss] * WINDOW)

    assert "D has converged" in panel.told.text()
    assert panel.bar.buttons["converge"].text() == "Train D to convergence"


def test_training_the_judge_can_be_stopped_by_hand(qtbot, panel, session):
    session.desk.turns = ("discriminator", "generator")
    session.desk.enter(RunState.PAUSED)
    panel.bar.buttons["converge"].click()
    turned(session, [1.0] * 40)

    with qtbot.waitSignal(session.desk.pause_requested):
        panel.bar.buttons["converge"].click()

    assert panel.told.text() == "Stopped by hand after 40 updates of D alone."


def test_a_loss_that_falls_is_no_plateau_and_a_noisy_flat_one_is():
    rng = np.random.default_rng(0)
    falling, flat = Plateau(), Plateau()

    assert not falling.add(np.linspace(2, 1, 8 * WINDOW))
    assert flat.add(1 + 0.02 * rng.standard_normal((PATIENCE + 3) * WINDOW))


@pytest.fixture
def pad(qtbot):
    return on_screen(qtbot, MixturePad(), 400, 420)


def spot_of(pad, x, y):
    return pad.sheet().spot(x, y).toPoint()


def test_a_mixture_is_drawn_with_the_mouse(qtbot, pad):
    left, right = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton

    qtbot.mouseClick(pad, left, pos=spot_of(pad, 0.5, 1.0))
    assert len(pad.drawing.spots) == 3
    assert pad.drawing.spots[2][:2] == pytest.approx((0.5, 1.0), abs=0.02)

    qtbot.mousePress(pad, left, pos=spot_of(pad, -1.0, 0.0))
    qtbot.mouseMove(pad, spot_of(pad, -1.5, -1.5))
    qtbot.mouseRelease(pad, left, pos=spot_of(pad, -1.5, -1.5))
    assert pad.drawing.spots[0][:2] == pytest.approx((-1.5, -1.5), abs=0.02)

    qtbot.mouseClick(pad, right, pos=spot_of(pad, 1.0, 0.0))
    assert len(pad.drawing.spots) == 2


def test_a_mixture_is_drawn_with_keys(qtbot, pad):
    qtbot.keyClick(pad, Qt.Key.Key_Insert)
    assert len(pad.drawing.spots) == 3
    x, y, _ = pad.drawing.spots[2]

    qtbot.keyClick(pad, Qt.Key.Key_Right)
    qtbot.keyClick(pad, Qt.Key.Key_Up)
    assert pad.drawing.spots[2][:2] == pytest.approx((x + 0.05, y + 0.05))

    qtbot.keyClick(pad, Qt.Key.Key_N)
    qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert len(pad.drawing.spots) == 2


def test_the_last_mode_stays(qtbot, pad):
    for _ in range(5):
        qtbot.keyClick(pad, Qt.Key.Key_Delete)

    assert len(pad.drawing.spots) == 1


def test_a_click_outside_places_at_the_edge(qtbot, pad):
    qtbot.mouseClick(pad, Qt.MouseButton.LeftButton, pos=QPoint(1, 200))

    assert pad.drawing.spots[2][0] == -2.0


def test_what_is_drawn_is_what_is_trained_on(qtbot, panel, session):
    panel.bar.buttons["draw"].click()
    assert panel.drawing.pad.isVisible()
    panel.drawing.sigma.setValue(0.2)
    qtbot.keyClick(panel.drawing.pad, Qt.Key.Key_Insert)

    with qtbot.waitSignal(session.desk.start_requested):
        panel.drawing.play.click()

    source = session.desk.config.data.source
    assert read_drawing(source.partition(":")[2]) == panel.drawing.pad.drawing
    assert mixture_of(source).sigma == 0.2
    assert not panel.drawing.pad.isVisible()


def test_the_map_is_neutral_in_the_middle_and_wears_the_roles_at_its_ends():
    for colours in (theme.LIGHT, theme.DARK):
        shades = table(colours).astype(int)
        ground = [int(colours.raised[n : n + 2], 16) for n in (1, 3, 5)]
        assert np.abs(shades[127] - ground).max() <= 2
        assert shades[0][0] > shades[0][2]  # orange
        assert shades[255][2] > shades[255][0]  # blue


@pytest.mark.parametrize(("value", "rounded"), [(0, 0), (0.011, 0.015), (1, 1), (6.1, 7)])
def test_ranges_have_round_ends(value, rounded):
    assert nice(value) == pytest.approx(rounded)
    assert around(0.0, np.array([value, -value]), 0.0).high == pytest.approx(rounded)


@pytest.mark.parametrize(("low", "high"), [(-1.5, 1.5), (0, 1), (-7.1, 3), (0, 1e-3)])
def test_ticks_are_few_round_and_inside(low, high):
    found = ticks(low, high)

    assert 2 <= len(found) <= 6
    assert low < min(found)
    assert max(found) < high


def test_without_a_game_only_the_choice_and_the_invitation_are_there(qtbot, panel, session):
    assert panel.invitation.isVisible()
    assert not panel.bar.play.isVisible()
    assert panel.bar.buttons["begin"].isVisible()

    started(session, "ring")
    see(qtbot, panel, session, Game())

    assert panel.bar.play.isVisible()
