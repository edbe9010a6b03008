"""Charts draw every step of every channel, and say what they draw."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from engines.snapshot import Channel, LatentSpace
from explorer import theme
from explorer.notices import Severity
from explorer.panels.charts import ChartsPanel
from explorer.widgets.chart_lines import contrast, lines_for
from explorer.widgets.history import Clock
from tests.explorer.staging import on_screen
from trainers.events import Evaluated, Failed, Measured, Started, Warned

CHANNELS = (
    Channel("bound", "−ELBO", "loss", "nats", "What is minimised."),
    Channel("kl", "KL", "loss", "nats"),
    Channel("real_score", "real", "score", "probability"),
)
HELD_OUT = CHANNELS[:1]


def started(first=0):
    return Started(
        folder=None,
        family="vae",
        data="Shapes",
        channels=CHANNELS,
        held_out_channels=HELD_OUT,
        first=first,
        steps=1000,
        device="CPU, 1 thread",
        latent=LatentSpace(2),
        shape=(1, 8, 8),
    )


def measured(first=1, count=100, bound=None):
    steps = np.arange(first, first + count, dtype=np.float64)
    bound = steps if bound is None else np.asarray(bound, np.float64)
    values = {"bound": bound, "kl": 0 * steps + 2, "real_score": 0 * steps + 0.5}
    return Measured(first, values, seconds=(first + count - 1) / 10)


@pytest.fixture
def panel(qtbot, session):
    panel = on_screen(qtbot, ChartsPanel(session), 1200, 260)
    session.training.started.emit(started())
    return panel


@pytest.fixture
def tell(qtbot, panel, session):
    """Tell the panel events, and wait until it has drawn them."""

    def tell(*events):
        for event in events:
            kind = type(event).__name__.lower()
            getattr(session.training, kind).emit(event)
        drawn(qtbot, panel)

    return tell


def read(path):
    return list(csv.reader(path.read_text("utf-8").splitlines()))


def drawn(qtbot, panel):
    qtbot.waitUntil(lambda: not panel._ticker.isActive())


def test_before_a_run_there_is_one_sentence_and_a_button(qtbot, session):
    panel = ChartsPanel(session)
    qtbot.addWidget(panel)
    assert panel.pages.currentIndex() == 0

    with qtbot.waitSignal(session.desk.start_requested):
        panel.invitation.button.click()


def test_there_is_a_chart_per_group_with_the_unit_on_its_axis(panel):
    assert [chart.title for chart in panel.row.charts] == ["loss", "score"]
    assert panel.row.charts[0].keys == ("bound", "kl")
    label = panel.row.charts[0].plot.getPlotItem().getAxis("left").labelText
    assert label == "nats"


def test_every_step_is_drawn(panel, tell):
    tell(measured(1, 60), measured(61, 40))

    places, heights = panel.row.charts[0].plot.drawn("bound")

    assert places.tolist() == list(range(1, 101))
    assert heights.tolist() == list(range(1, 101))


def test_a_million_steps_are_drawn_with_few_points_and_all_extremes(panel, tell):
    bound = np.random.default_rng(0).normal(size=1_000_000)
    bound[123_456], bound[654_321] = 40.0, -30.0

    tell(measured(1, 1_000_000, bound))

    places, heights = panel.row.charts[0].plot.drawn("bound")
    assert len(places) < 5_000
    assert (heights.max(), heights.min()) == (40.0, -30.0)
    assert len(panel.history.traces["bound"].smooth) == 1_000_000


def test_the_charts_share_one_width(panel, tell):
    tell(measured(1, 100))
    first, second = panel.row.charts

    first.plot.show_reach(20, 30)

    assert second.plot.reach == pytest.approx((20, 30))


def test_the_view_follows_the_run_until_somebody_zooms(qtbot, panel, tell):
    tell(measured(1, 100))
    assert panel.row.charts[0].plot.reach[1] == pytest.approx(102, abs=1)

    panel.row.charts[0].plot.zoomed.emit()
    tell(measured(101, 100))
    assert panel.row.charts[0].plot.reach[1] == pytest.approx(102, abs=1)

    panel.bar.fit.click()
    drawn(qtbot, panel)
    assert panel.row.charts[0].plot.reach[1] == pytest.approx(204, abs=2)


def test_time_can_be_counted_instead_of_steps(qtbot, panel, tell):
    tell(measured(1, 100))

    panel.bar.clocks.setCurrentIndex(1)
    panel.bar.clocks.activated.emit(1)
    drawn(qtbot, panel)

    places, _ = panel.row.charts[0].plot.drawn("bound")
    assert panel.row.clock is Clock.SECONDS
    assert places[-1] == pytest.approx(10.0)


def test_the_cursor_reads_every_line_at_its_step(qtbot, panel, tell):
    tell(Evaluated(0, {"bound": 60.0}, 1000), measured(1, 100))
    tell(Evaluated(50, {"bound": 55.5}, 1000))

    panel.row.charts[1].plot.hovered.emit(70.2)

    legend = panel.row.charts[0].legend
    assert legend.where == "step 70 · 7.0 s"
    assert legend.text("bound")[1:] == ("70.00", "55.50")
    assert legend.text("kl") == ("2.000", "2.000", "")
    assert all(chart.plot.cursor_place == 70 for chart in panel.row.charts)


def test_the_mouse_moves_the_cursor_and_takes_it_away(qtbot, panel, tell):
    tell(measured(1, 100))
    chart = panel.row.charts[0]
    centre = chart.plot.area.center()

    chart.plot.scene().sigMouseMoved.emit(chart.plot.mapToScene(centre))
    assert panel.row.pointed == pytest.approx(50, abs=2)

    chart.left.emit()
    assert panel.row.pointed is None
    assert chart.plot.cursor_place is None


def test_arrow_keys_move_the_cursor(qtbot, panel, tell):
    tell(measured(1, 100))

    qtbot.keyClick(panel.row.charts[0], Qt.Key.Key_Left)
    qtbot.keyClick(panel.row.charts[0], Qt.Key.Key_Left)

    assert panel.row.pointed == 99


def test_held_out_values_say_over_how_many_images(panel, tell):
    tell(measured(), Evaluated(100, {"bound": 1.0}, 1000))

    assert "n = 1,000" in panel.row.charts[0].legend._heads[2].text()


def test_smoothing_follows_its_slider_and_the_raw_curve_stays(qtbot, panel, tell):
    tell(measured(1, 3, [0.0, 10.0, 10.0]))
    panel.row.point_at(2)
    assert panel.row.charts[0].legend.text("bound")[0] == "6.250"

    panel.bar.smoothing.setValue(0)
    drawn(qtbot, panel)

    assert panel.row.charts[0].legend.text("bound")[:2] == ("10.00", "10.00")
    assert panel.row.charts[0].plot.drawn("bound")[1].tolist() == [0, 10, 10]


def test_log_is_withheld_with_a_reason_where_values_are_not_positive(qtbot, panel, tell):
    chart = panel.row.charts[0]
    tell(measured(1, 3))
    chart.choose_scale("log")

    tell(measured(4, 1, [-3.5]))

    item = chart.scales.model().item(1)
    assert chart.scales.currentText() == "symlog"
    assert not item.isEnabled()
    assert "-3.5" in item.toolTip()


def test_log_draws_decimal_logarithms(qtbot, panel, tell):
    tell(measured(1, 3, [1.0, 10.0, 1000.0]))

    panel.row.charts[0].choose_scale("log")
    drawn(qtbot, panel)

    assert panel.row.charts[0].plot.drawn("bound")[1] == pytest.approx([0, 1, 3])


def test_a_gap_is_marked_where_it_begins(panel, tell):
    tell(measured(1, 4, [1.0, np.nan, np.nan, 2.0]))

    (mark,) = panel.row.charts[0].plot.marks
    assert (mark.step, mark.text) == (2, "−ELBO: NaN")
    assert np.isnan(panel.row.charts[0].plot.drawn("bound")[1]).tolist() == [0, 1, 1, 0]
    assert panel.row.charts[1].plot.marks == ()


def test_warnings_and_failures_are_marks_across_all_charts(panel, tell):
    tell(measured(1, 10), Warned("Pictures are alike."), Failed("No room on the disk.", ""))

    assert [(m.step, m.text, m.help) for m in panel.marks] == [
        (10, "warning", "Pictures are alike."),
        (10, "failed", "No room on the disk."),
    ]
    assert all(len(chart.plot.marks) == 2 for chart in panel.row.charts)


def test_the_failure_of_a_run_that_never_began_marks_no_other_run(qtbot, panel, tell, session):
    tell(measured(1, 10))

    with qtbot.waitSignal(session.training.failed):
        session.training.start(lambda _brake: iter((Failed("No connection.", ""),)))

    assert panel.marks == ()


def test_a_continued_run_shows_where_it_went_on(panel, tell):
    tell(measured(1, 10), started(first=10), measured(1, 10), measured(11, 5))

    assert [(mark.step, mark.text) for mark in panel.marks] == [(10, "resumed")]
    assert panel.history.last == 15


def test_a_new_run_clears_the_charts(panel, tell):
    tell(measured(1, 10), Warned("Old."), started())

    assert len(panel.history) == 0
    assert panel.marks == ()


def test_a_line_can_be_hidden(panel, tell):
    tell(measured())

    panel.row.charts[0].legend.button("kl").click()

    assert not panel.row.charts[0].plot._curves["kl"].raw.isVisible()
    assert panel.row.charts[0].plot._curves["bound"].raw.isVisible()


def test_a_hidden_panel_draws_when_it_is_shown(qtbot, panel, session):
    panel.hide()
    session.training.measured.emit(measured())
    drawn(qtbot, panel)
    assert len(panel.row.charts[0].plot.drawn("bound")[0]) == 0

    panel.show()
    drawn(qtbot, panel)

    assert len(panel.row.charts[0].plot.drawn("bound")[0]) == 100


def test_the_table_has_every_number(qtbot, panel, tell, session, tmp_path):
    tell(measured(1, 3, [0.1, 0.2, np.nan]), Evaluated(0, {"bound": 5.0}, 10))

    with qtbot.waitSignal(session.notices.told) as told:
        panel.write_numbers(tmp_path / "charts.csv")

    rows = read(tmp_path / "charts.csv")
    held_out = read(tmp_path / "charts.held-out.csv")
    assert rows[0] == [
        "step",
        "seconds",
        "bound [nats]",
        "kl [nats]",
        "real_score [probability]",
    ]
    assert [row[2] for row in rows[1:]] == ["0.1", "0.2", "nan"]
    assert held_out == [["step", "bound [nats]"], ["0", "5.0"]]
    assert told.args[0].severity is Severity.GOOD


def test_the_picture_is_as_fine_as_asked(qtbot, panel, tell, session, tmp_path):
    tell(measured())

    with qtbot.waitSignal(session.notices.told):
        panel.write_image(tmp_path / "charts.png", 2)

    image = QImage(str(tmp_path / "charts.png"))
    assert image.width() == 2 * panel.row.width()
    assert image.text("Description") == "Latent Explorer, charts at step 100"


def test_a_drawing_is_made_of_lines_and_says_what_it_is(qtbot, panel, tell, session, tmp_path):
    tell(measured())

    with qtbot.waitSignal(session.notices.told):
        panel.write_image(tmp_path / "charts.svg", 1)

    text = (tmp_path / "charts.svg").read_text()
    assert "Latent Explorer, charts at step 100" in text
    assert text.count("<polyline") + text.count("<path") > 10
    assert "<text" in text


def test_an_export_that_fails_says_so(qtbot, panel, tell, session, tmp_path):
    tell(measured())

    with qtbot.waitSignal(session.notices.told) as told:
        panel.write_numbers(tmp_path / "missing" / "charts.csv")

    assert told.args[0].severity is Severity.ERROR
    assert "Nothing was exported" in told.args[0].message


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_lines_of_a_group_differ_and_can_be_told_from_the_ground(tokens):
    many = [Channel(str(n), str(n), "loss", "") for n in range(5)]

    (lines,) = lines_for(many, [], tokens).values()

    assert len({line.colour for line in lines}) == 5
    assert min(contrast(line.colour, tokens.raised) for line in lines) >= 3


def test_contrast_knows_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_another_theme_reaches_the_plots(qtbot, panel, tell):
    tell(measured())
    chosen = theme.current().mode
    try:
        for mode, tokens in ((theme.Mode.DARK, theme.DARK), (theme.Mode.LIGHT, theme.LIGHT)):
            theme.current().choose(mode)
            ground = panel.row.charts[0].plot.backgroundBrush().color()
            assert ground == QColor(tokens.raised)
    finally:
        theme.current().choose(chosen)


def test_every_control_has_a_name_and_a_tip(panel):
    controls = [
        part
        for part in panel.bar.findChildren(QWidget) + panel.row.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible()
    ]

    assert len(controls) >= 6
    assert not [part for part in controls if not part.accessibleName()]


def test_many_charts_in_a_narrow_window_keep_their_legends_whole(qtbot, panel, tell):
    tell(measured())
    panel.resize(320, 200)
    charts = panel.row.charts
    qtbot.waitUntil(lambda: charts[0].width() <= 320)

    for chart in charts:
        assert chart.plot.geometry().contains(chart.legend.geometry()), chart.title
    assert sum(chart.width() for chart in charts) > panel.width()  # one scrolls to the rest


def test_the_legend_makes_way_for_the_curves(qtbot, panel, tell):
    tell(measured(1, 400, np.linspace(0, 100, 400)))  # rising: top right is taken

    chart = panel.row.charts[0]
    pointer_leaves(chart)  # where another test has left it
    corner = chart.legend.geometry().center() - chart.plot.geometry().center()
    assert corner != QPoint(0, 0)
    assert hidden_by_legend(chart) == 0


def test_the_legend_stays_under_the_pointer_and_makes_way_once_it_is_gone(panel, tell):
    chart = panel.row.charts[0]
    chart.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    tell(measured(1, 400, np.linspace(0, 100, 400)))
    assert hidden_by_legend(chart) > 0

    pointer_leaves(chart)
    assert hidden_by_legend(chart) == 0


def pointer_leaves(chart):
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))


def hidden_by_legend(chart):
    """Return how many points of curves lie behind the legend."""
    return chart.plot.crowd(chart.legend.geometry().translated(-chart.plot.pos()))
