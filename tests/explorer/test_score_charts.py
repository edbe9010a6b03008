"""Live scores in charts: a curve a series, with its floor, null, correction and error."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engines.snapshot import Channel, LatentSpace
from explorer import theme
from explorer.panels.charts import ChartsPanel
from explorer.score_book import title
from explorer.widgets.chart_lines import contrast
from explorer.widgets.history import Clock
from explorer.widgets.legend import Look
from tests.explorer.staging import on_screen
from trainers.events import Branched, Measured, Scored, ScoreSeries, Started

FD = ScoreSeries(
    metric="fd",
    title="FD",
    made="samples",
    extractor="fd-mini-v1",
    split="held-out",
    weights="generator, EMA 0.999",
    real_count=1_000,
    made_count=2_000,
    better="less",
    comparable="not comparable with published FID",
)
KID = replace(FD, metric="kid", title="kernel distance")
RECONSTRUCTED = replace(FD, made="reconstructions")
FEWER = replace(FD, made_count=500)
OTHER_EYE = replace(FD, extractor="fd-random-v1")
PUBLISHED = replace(
    FD,
    title="FID",
    extractor="fid-tf1",
    comparable="comparable with published FID of the same N and split",
)


STARTED = Started(
    folder=None,
    family="vae",
    data="Shapes",
    channels=(Channel("bound", "−ELBO", "loss", "nats"),),
    held_out_channels=(),
    first=0,
    steps=1000,
    device="CPU, 1 thread",
    latent=LatentSpace(2),
    shape=(1, 8, 8),
)


def scored(step, value, series=FD, **values):
    return Scored(step, series, {"value": value, **values}, seconds=0.5)


def fd(step, value):
    return scored(step, value, corrected=value - 0.5, floor=0.25, error=0.1, mean_term=1.0)


@pytest.fixture
def panel(qtbot, session):
    panel = on_screen(qtbot, ChartsPanel(session), 1500, 300)
    session.training.started.emit(STARTED)
    steps = np.arange(1.0, 401.0)
    session.training.measured.emit(Measured(1, {"bound": steps}, seconds=40.0))
    return panel


@pytest.fixture
def tell(qtbot, panel, session):
    def tell(*events):
        for event in events:
            name = "branched" if isinstance(event, Branched) else "scored"
            getattr(session.training, name).emit(event)
        qtbot.waitUntil(lambda: not panel._ticker.isActive())

    return tell


def charts(panel):
    return {chart.title: chart for chart in panel.row.charts}


def drawn(chart, key):
    places, heights = chart.plot.pointed(key)
    return list(zip(places.tolist(), heights.tolist(), strict=True))


def test_no_chart_of_scores_is_there_before_a_score(panel):
    assert list(charts(panel)) == ["loss"]


def test_the_title_is_made_of_what_was_measured(panel, tell):
    tell(fd(0, 9.0))

    assert list(charts(panel)) == [
        "loss",
        "FD · fd-mini-v1 · N = 2,000 vs 1,000 held-out · EMA 0.999 · "
        "not comparable with published FID",
    ]


def test_only_the_published_network_may_say_fid():
    assert title([PUBLISHED]).startswith("FID · fid-tf1 ")
    assert "not comparable" not in title([PUBLISHED])
    assert title([FD]).startswith("FD · fd-mini-v1 ")


def test_value_floor_correction_and_band_are_drawn_at_their_steps(panel, tell):
    tell(fd(0, 9.0), fd(100, 4.0), fd(300, 2.0))
    chart = panel.row.charts[1]

    assert drawn(chart, FD.name) == [(0, 9.0), (100, 4.0), (300, 2.0)]
    assert drawn(chart, f"{FD.name}/floor") == [(0, 0.25), (100, 0.25), (300, 0.25)]
    assert drawn(chart, f"{FD.name}/corrected") == [(0, 8.5), (100, 3.5), (300, 1.5)]
    low, high = chart.plot.band(FD.name)
    np.testing.assert_allclose(low, [8.9, 3.9, 1.9])
    np.testing.assert_allclose(high, [9.1, 4.1, 2.1])


def test_the_legend_reads_value_and_error_at_the_cursor(panel, tell):
    tell(fd(0, 9.0), fd(100, 4.0), fd(300, 2.0))
    legend = panel.row.charts[1].legend

    assert legend.text(FD.name)[2] == "2.000 ± 0.100"
    panel.row.point_at(250)
    assert legend.text(FD.name)[2] == "4.000 ± 0.100"
    assert legend.text(f"{FD.name}/floor")[2] == "0.250"
    assert legend.button(FD.name).text() == "samples"
    assert legend.button(f"{FD.name}/floor").text() == "noise floor"


def test_a_kernel_distance_has_its_null_at_nought(panel, tell):
    tell(scored(0, 0.3, KID, null=0.0, error=0.01), scored(100, 0.1, KID, null=0.0, error=0.01))
    chart = panel.row.charts[1]

    assert drawn(chart, f"{KID.name}/null") == [(0, 0.0), (100, 0.0)]
    assert len(chart.plot.band(KID.name)[0]) == 2


def bests(chart):
    return [(m.step, m.text, m.token) for m in chart.plot.marks if m.text.startswith("best")]


def test_the_best_point_is_marked_as_soon_as_there_are_two(panel, tell):
    tell(fd(0, 9.0))
    assert bests(panel.row.charts[1]) == []

    tell(fd(100, 4.0), fd(300, 5.0))

    assert bests(panel.row.charts[1]) == [(100, "best", "good")]
    assert bests(panel.row.charts[0]) == []


def test_what_cannot_be_told_from_the_best_is_said_to_tie(panel, tell):
    tell(fd(0, 9.0), fd(100, 4.1), fd(300, 4.0))
    (mark,) = [m for m in panel.row.charts[1].plot.marks if m.text.startswith("best")]

    assert mark.text == "best, tie of 2"
    assert "FD of samples, best so far: 4.000 ± 0.100 at step 300. A tie" in mark.help


def test_each_curve_of_a_chart_has_its_own_best_until_a_branch_leaves_it(panel, tell):
    copies = [scored(step, value, RECONSTRUCTED) for step, value in ((0, 3.0), (300, 2.0))]
    tell(fd(0, 9.0), fd(100, 4.0), fd(300, 2.0), *copies)
    chart = panel.row.charts[1]
    assert bests(chart) == [(300, "best", "good")]
    tips = [chart.legend.button(series.name).toolTip() for series in (FD, RECONSTRUCTED)]
    assert "FD of samples, best so far: 2.000 ± 0.100 at step 300." in tips[0]
    assert "FD of reconstructions, best so far: 2.000 at step 300." in tips[1]

    tell(
        Branched(
            number=1,
            step=200,
            learning_rate_factor=0.5,
            left=None,
            left_evaluated=(),
            left_alarms=(),
            left_scored=(fd(300, 2.0), copies[1]),
        )
    )

    chart = panel.row.charts[1]
    assert bests(chart) == [(100, "best", "good")]
    assert "best" not in chart.legend.button(RECONSTRUCTED.name).toolTip()


def test_charts_of_a_first_score_are_built_one_in_a_pass(panel, qtbot, session, monkeypatch):
    built, rounds = [], []
    make, build = panel.row._make, panel.row.build_next
    monkeypatch.setattr(panel.row, "_make", lambda *a: built.append(a[0]) or make(*a))
    monkeypatch.setattr(
        panel.row, "build_next", lambda: (build(), rounds.append(len(built)))[0]
    )

    for event in (fd(0, 9.0), scored(0, 0.1, KID), scored(0, 3.0, RECONSTRUCTED)):
        session.training.scored.emit(event)
    assert built == []
    qtbot.waitUntil(lambda: not panel._ticker.isActive() and len(panel.row.charts) == 3)

    assert rounds[:3] == [1, 2, 2]
    assert len(built) == 2


def test_a_legend_never_covers_the_axis_nor_most_of_the_chart(panel, tell):
    tell(fd(0, 9.0), scored(0, 3.0, RECONSTRUCTED, null=0.0), scored(0, 5.0, FEWER))
    chart = panel.row.charts[1]

    for height in (600, 150):
        chart.setFixedSize(chart.minimumWidth(), height)
        tell(fd(height, 1.0))
        area = chart.plot.area.translated(chart.plot.pos())
        assert area.contains(chart.legend.geometry())
        assert chart.legend.height() <= 0.6 * area.height()
        shown = chart.legend.button(f"{FD.name}/floor").isVisible()
        assert shown == (height == 600)
        assert chart.legend.button(FD.name).isVisible()


def test_samples_and_reconstructions_are_two_curves_of_one_chart(panel, tell):
    tell(fd(0, 9.0), scored(0, 3.0, RECONSTRUCTED, null=0.0), fd(100, 5.0))
    chart = panel.row.charts[1]

    assert len(panel.row.charts) == 2
    assert drawn(chart, RECONSTRUCTED.name) == [(0, 3.0)]
    assert drawn(chart, FD.name) == [(0, 9.0), (100, 5.0)]
    assert chart.legend.button(RECONSTRUCTED.name).text() == "reconstructions"


def test_another_count_is_another_curve_and_says_so(panel, tell):
    tell(fd(0, 9.0), scored(100, 5.0, FEWER))
    chart = panel.row.charts[1]

    assert drawn(chart, FD.name) == [(0, 9.0)]
    assert drawn(chart, FEWER.name) == [(100, 5.0)]
    assert "N = 500 vs 1,000 held-out" in chart.legend.button(FEWER.name).text()
    assert "N =" not in chart.title


def test_the_distance_to_the_training_split_is_a_curve_that_says_so(panel, tell):
    learned = replace(FD, split="train")
    tell(fd(0, 9.0), scored(0, 8.5, learned))
    chart = panel.row.charts[1]

    assert drawn(chart, learned.name) == [(0, 8.5)]
    labels = [chart.legend.button(series.name).text() for series in (FD, learned)]
    assert labels == ["samples, vs held-out", "samples, vs train"]
    assert " · N = 2,000 vs 1,000 · EMA 0.999 · " in chart.title


def test_the_second_draw_is_a_point_beside_the_last(panel, tell):
    tell(fd(0, 9.0), scored(100, 4.0, second=4.25))
    chart = panel.row.charts[1]

    assert drawn(chart, f"{FD.name}/second") == [(100, 4.25)]
    assert chart.legend.button(f"{FD.name}/second").text() == "second draw"


def test_another_extractor_is_another_chart(panel, tell):
    tell(fd(0, 9.0), scored(0, 50.0, OTHER_EYE), scored(0, 0.1, KID))

    assert [chart.title.split(" · ")[:2] for chart in panel.row.charts[1:]] == [
        ["FD", "fd-mini-v1"],
        ["FD", "fd-random-v1"],
        ["kernel distance", "fd-mini-v1"],
    ]


def test_a_new_chart_leaves_the_others_and_their_width_alone(panel, tell):
    before = panel.row.charts[0]
    tell(fd(0, 9.0))
    kept = panel.row.charts[1]
    tell(scored(0, 0.1, KID))

    assert panel.row.charts[0] is before
    assert panel.row.charts[1] is kept
    low, high = kept.plot.reach
    assert panel.row.charts[2].plot.reach == pytest.approx((low, high))


def test_what_could_not_be_judged_is_a_gap(panel, tell):
    tell(fd(0, 9.0), scored(100, math.nan), fd(200, 5.0))
    chart = panel.row.charts[1]

    assert math.isnan(drawn(chart, FD.name)[1][1])
    assert np.isnan(chart.plot.band(FD.name)[0][1])


def test_an_error_that_comes_late_stands_at_its_own_step(panel, tell):
    tell(scored(0, 9.0), scored(100, 6.0), fd(200, 5.0))
    low, _ = panel.row.charts[1].plot.band(FD.name)

    assert np.isnan(low).tolist() == [True, True, False]


def test_time_can_be_the_width_too(panel, tell):
    tell(fd(0, 9.0), fd(400, 2.0))
    panel.bar.clock_chosen.emit(Clock.SECONDS)
    tell()

    places = [place for place, _ in drawn(panel.row.charts[1], FD.name)]
    assert places == pytest.approx([0.0, 40.0])


def test_a_branch_leaves_its_points_grey_behind(panel, tell):
    tell(fd(0, 9.0), fd(100, 4.0), fd(300, 20.0))
    tell(
        Branched(
            number=1,
            step=200,
            learning_rate_factor=0.5,
            left=None,
            left_evaluated=(),
            left_alarms=(),
            left_scored=(fd(300, 20.0),),
        )
    )
    chart = panel.row.charts[1]

    assert drawn(chart, FD.name) == [(0, 9.0), (100, 4.0)]
    ((places, heights),) = chart.plot.strays
    assert (places.tolist(), heights.tolist()) == ([300], [20.0])
    tell(fd(350, 3.0))
    assert drawn(chart, FD.name)[-1] == (350, 3.0)
    assert len(chart.plot.band(FD.name)[0]) == 3


def test_a_new_run_begins_with_no_scores(panel, tell, session):
    tell(fd(0, 9.0))
    session.training.started.emit(STARTED)

    assert list(charts(panel)) == ["loss"]
    tell(scored(0, 0.1, KID))
    assert len(charts(panel)) == 2


def test_scores_are_in_the_exported_numbers(panel, tell, tmp_path, qtbot):
    tell(fd(0, 9.0), fd(100, 4.0))
    panel.write_numbers(tmp_path / "charts.csv")
    beside = tmp_path / "charts.held-out.csv"
    qtbot.waitUntil(beside.exists)

    head, *rows = beside.read_text("utf-8").splitlines()
    assert f"{FD.name}: value" in head
    assert [row.split(",")[0] for row in rows] == ["0", "100"]


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_line_can_be_told_from_its_ground(panel, tell, tokens):
    tell(fd(0, 9.0), scored(0, 3.0, RECONSTRUCTED, null=0.0), scored(0, 5.0, FEWER))

    (lines,) = panel._scores.groups(tokens).values()
    assert {line.look for line in lines} == {Look.POINTS, Look.THIN, Look.FLOOR}
    assert all(contrast(line.colour, tokens.raised) >= 3 for line in lines)
    whole = [line.colour for line in lines if line.look is Look.POINTS]
    assert len(set(whole)) == len(whole) == 3
