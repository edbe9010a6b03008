"""What a comparison may claim: known numbers, marks only beyond luck, files that read back."""

import csv
import io
import json
import math
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy import stats

from engines.catalog import FAMILIES
from tests.trainers.small_studies import Ended, begun, conducted, tiny_study
from trainers.cli.comparing import study_from
from trainers.compare.cells import Cell, CellState, CellStatus, Kind, Score, StudyStatus
from trainers.compare.command import compare_command
from trainers.compare.noise import Spread, differ, spread, within
from trainers.compare.picture import picture_of
from trainers.compare.presets import CLASSIC, PRESETS
from trainers.compare.rows import known_rows, row_from, row_words
from trainers.compare.samples import samples_of
from trainers.compare.search import Search, range_from
from trainers.compare.status import look, time_left
from trainers.compare.table import cells_csv, markdown, rows_csv, table_of, words
from trainers.export import SheetLayout, compose


@pytest.mark.parametrize(
    ("t", "freedom", "mass"),
    [(12.7062, 1, 0.95), (2.7764, 4, 0.95), (2.2281, 10, 0.95), (1.96, 1e7, 0.95), (0, 3, 0)],
)
def test_the_mass_of_students_distribution_is_that_of_the_tables(t, freedom, mass):
    assert within(t, freedom) == pytest.approx(mass, abs=2e-5)


values = st.lists(st.floats(-50, 50).map(lambda v: round(v, 2)), min_size=2, max_size=6)


@given(values, values)
def test_two_rows_differ_exactly_when_welchs_test_says_so(one, other):
    a, b = spread(one), spread(other)
    if min(a.std, b.std) < 1e-3:  # scipy warns of nearly equal values
        return
    p = stats.ttest_ind(one, other, equal_var=False).pvalue
    if abs(p - 0.05) > 1e-6:
        assert differ(a, b) == (p < 0.05)


@pytest.mark.parametrize(
    ("one", "other", "marked"),
    [
        ((10.0, 10.2, 9.8), (12.0, 12.2, 11.8), True),
        ((10.0, 13.0, 7.0), (12.0, 15.0, 9.0), False),
        ((10.0,), (20.0,), False),
        ((10.0, 10.1, 9.9), (20.0,), False),
        ((10.0, 10.0), (11.0, 11.0), True),
        ((10.0, 10.0), (10.0, 10.0), False),
    ],
)
def test_the_best_is_marked_only_beyond_the_noise(one, other, marked):
    status = status_of({"ns": one, "vae": other})
    best = {line.row: line.values[0].best for line in table_of(status).lines}

    assert best == {"ns": marked, "vae": False}


def test_more_is_better_where_the_measure_says_so():
    status = status_of({"ns": (7.0, 7.1), "vae": (3.0, 3.1)}, measure="modes")

    assert [line.values[0].best for line in table_of(status).lines] == [True, False]


@pytest.mark.parametrize(
    ("one", "text"),
    [(Spread(12.3456, 0.789, 3), "12.35 ± 0.79"), (Spread(3.0, 0.0, 1), "3"), (None, "–")],
)
def test_means_are_written_with_their_spread(one, text):
    status = status_of({"ns": (1.0,), "vae": (2.0,)})
    value = replace(table_of(status).lines[0].values[0], spread=one)

    assert words(value) == text


def status_of(rows: dict, measure: str = "fd") -> StudyStatus:
    """A finished study with these values, one per seed and row."""
    seeds = len(next(iter(rows.values())))
    config = tiny_study("--rows", ",".join(rows), "--seeds", str(seeds))
    cells = []
    for row, column in rows.items():
        for number, value in enumerate(column):
            run = config.run_of(config.row(row), number, {})
            score = Score(
                step=6,
                seconds=3.0,
                parameters={"generator": 70, "discriminator": 30},
                measures={measure: value},
                generated=20,
                held_out=20,
                extractor="FD-random (untrained net)",
                floor=0.5 if measure == "fd" else None,
            )
            cell = Cell(row, Kind.SEED, number, run)
            folder = Path("study") / cell.name
            cells.append(CellStatus(cell, folder, CellState.DONE, 6, 6, 3.0, score))
    return StudyStatus(Path("study"), config, tuple(cells), 0.0)


def test_csv_reads_back_every_number_in_full():
    status = status_of({"ns": (1 / 3, 2 / 3), "vae": (0.1, 0.2)})
    cells = list(csv.DictReader(io.StringIO(cells_csv(status))))
    rows = list(csv.DictReader(io.StringIO(rows_csv(table_of(status)))))

    assert [float(row["fd"]) for row in cells] == [1 / 3, 2 / 3, 0.1, 0.2]
    assert {row["extractor"] for row in cells} == {"FD-random (untrained net)"}
    assert json.loads(cells[0]["settings"])["objective"] == "ns"
    assert [float(row["fd_mean"]) for row in rows] == pytest.approx([0.5, 0.15])
    assert float(rows[0]["fd_std"]) == pytest.approx(math.sqrt(2) / 6)
    assert [row["parameters"] for row in rows] == ["100", "100"]
    assert [float(row["ms_a_step"]) for row in rows] == [500, 500]


def test_markdown_reads_back_as_a_table_and_says_what_the_numbers_are():
    text = markdown(table_of(status_of({"ns": (1.0, 1.1), "vae": (5.0, 5.1)})))
    lines = [line for line in text.splitlines() if line.startswith("|")]
    parsed = [[part.strip() for part in line.strip("|").split("|")] for line in lines]

    assert parsed[0][:3] == ["row", "FD-random ↓", "seeds"]
    assert [row[0] for row in parsed[2:]] == ["ns", "vae", "*real images*"]
    assert {len(row) for row in parsed} == {len(parsed[0])}
    assert parsed[2][1].startswith("**1.05")
    assert "20 generated to 20 held-out images; not comparable with published FID" in text
    assert "FID" not in text.replace("not comparable with published FID", "")


def test_the_picture_holds_a_strip_of_samples_for_each_row(tmp_path):
    sheet = tmp_path / "step-000000006.png"
    grey = np.full((64, 28, 28, 1), 255, np.uint8)
    pixels = compose(grey, SheetLayout(8, 8))[:, :, 0]
    Image.fromarray(pixels).save(sheet)
    status = status_of({"ns": (1.0,), "vae": (2.0,)})
    with_samples = replace(status, cells=tuple(replace(c, sheet=sheet) for c in status.cells))
    plain = Image.open(io.BytesIO(picture_of(table_of(status))))
    shown = Image.open(io.BytesIO(picture_of(table_of(with_samples))))

    assert samples_of(sheet, 5).shape == (5, 28, 28, 1)
    assert plain.size == shown.size
    assert np.asarray(samples_of(sheet, 64)).min() == 255


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_a_damaged_sheet_gives_no_samples(tmp_path, content):
    sheet = tmp_path / "step-000000001.png"
    sheet.write_bytes(content)

    assert samples_of(sheet, 4) is None


def test_draws_lie_in_their_ranges_and_repeat():
    over = tuple(map(range_from, ("learning_rate/discriminator_rate=1e-5:1e-2",
                                  "beta1=0:0.9", "discriminator_steps=1:5",
                                  "norm=batch|none")))  # fmt: skip
    config = FAMILIES["gan"].config
    search = Search(draws=1, over=over, seed=7)
    drawn = [next(search.draws_of(f"ns/{i}", over, config)) for i in range(400)]
    rates = np.log10([draw["learning_rate"] for draw in drawn])

    assert drawn == [next(search.draws_of(f"ns/{i}", over, config)) for i in range(400)]
    assert all(draw["learning_rate"] == draw["discriminator_rate"] for draw in drawn)
    assert rates.min() >= -5
    assert rates.max() <= -2
    assert rates.mean() == pytest.approx(-3.5, abs=0.15)  # even in the logarithm
    assert {draw["discriminator_steps"] for draw in drawn} == {1, 2, 3, 4, 5}
    assert {draw["norm"] for draw in drawn} == {"batch", "none"}
    assert next(search.draws_of("vae/0", over, config)) != drawn[0]


def test_what_cannot_be_is_drawn_again():
    config = tiny_study("--rows", "wgan-gp,vae", "--search", "30", "--over", "norm=batch|none")

    assert {config.drawn(config.row("wgan-gp"), i)["norm"] for i in range(30)} == {"none"}


def judged_by_rate(words: list[str], log: Path) -> Ended:
    """Pretend to train: a cell is the better the nearer its rate is to 1e-3."""
    folder = Path(words[words.index("--runs") + 1]) / words[words.index("--name") + 1]
    rate = float(words[words.index("--learning-rate") + 1])
    folder.mkdir()
    score = Score(
        step=6,
        seconds=1.0,
        parameters={},
        measures={"fd": abs(math.log10(rate) + 3)},
        generated=2,
        held_out=2,
        extractor="a rule",
    )
    (folder / "score.json").write_text(score.model_dump_json())
    return Ended(0)


def test_the_best_draw_goes_on_to_the_seeds(tmp_path):
    search = ("--search", "6", "--over", "learning_rate=1e-5:1e-1")
    folder = begun(tmp_path, tiny_study("--rows", "ns,vae", "--seeds", "2", *search))
    before = [cell.cell.config for cell in look(folder).of_row("vae")]
    status = conducted(folder, judged_by_rate)

    assert before == [None, None]
    for row in ("ns", "vae"):
        draws = {c.score.measures["fd"]: c for c in status.of_row(row, Kind.DRAW)}
        best = draws[min(draws)].cell.config.model
        assert [cell.cell.config.model for cell in status.of_row(row)] == [best, best]


def test_a_row_without_a_draw_that_ended_is_broken_and_says_so(tmp_path):
    search = ("--search", "2", "--over", "learning_rate=1e-5:1e-1")
    folder = begun(tmp_path, tiny_study("--rows", "vae", "--seeds", "1", *search))
    status = conducted(folder, lambda _words, _log: Ended(1) if _log.write_text("no") else None)

    assert [cell.state for cell in status.of_row("vae")] == [CellState.BROKEN]
    assert "no draw of its search" in status.of_row("vae")[0].trouble


def test_time_left_follows_the_speed_of_each_row():
    status = status_of({"ns": (1.0, 1.0), "vae": (1.0, 1.0)})
    fresh = {"state": CellState.WAITING, "step": 0, "seconds": 0.0, "score": None}
    done, rest = status.cells[0], [replace(cell, **fresh) for cell in status.cells[1:]]

    assert time_left(rest, jobs=1) is None
    alone = time_left([done, *rest], jobs=1)
    assert alone == pytest.approx(3 * (3.0 + 20))
    assert time_left([done, *rest], jobs=2) == pytest.approx(alone / 2)
    assert time_left([done, *rest], jobs=100) == pytest.approx(23)
    assert time_left(status.cells, jobs=1) == 0


@pytest.mark.parametrize("row", known_rows(), ids=lambda row: row.name)
def test_every_row_is_written_as_it_is_read(row):
    assert row_from(row_words(row)) == row


@pytest.mark.parametrize("text", ["mine=gan:lsgan+ema=0.9", "x=vae+body=conv+hidden=8"])
def test_a_row_of_ones_own_is_written_as_it_is_read(text):
    assert row_words(row_from(text)) == text


@pytest.mark.parametrize("name", PRESETS)
def test_the_printed_command_makes_the_same_study(name):
    study = study_from(["--preset", name, "--data-dir", "/pictures"])
    words = shlex.split(compare_command(study, jobs=2))

    assert words[:2] == ["latent-explorer", "compare"]
    again = study_from(words[2:])
    assert again == study


def test_the_classic_table_has_its_eight_rows_as_far_as_the_families_are_there():
    assert [row.name for row in CLASSIC] == [
        "mm", "ns", "lsgan", "wgan", "wgan-gp", "dragan", "began", "vae",
    ]  # fmt: skip
    there = [row.name for row in study_from(["--preset", "classic-cpu"]).rows]
    assert there == [row.name for row in CLASSIC if row.family in FAMILIES]


def test_the_published_budget_counts_discriminator_updates():
    study = study_from(["--preset", "classic-full", "--set", "discriminator_steps=5"])
    runs = [study.run_of(row, 0, {"discriminator_steps": 5}) for row in study.rows[:2]]

    assert [run.plan.steps for run in runs] == [3_125, 3_125]
    assert study.run_of(study.row("vae"), 0, None).plan.steps == 15_625
    assert (study.seeds, study.search.draws, study.images) == (50, 100, 10_000)
