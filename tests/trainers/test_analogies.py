"""A − B + C by numbers: known answers of models that see all, all but one factor, nothing."""

import json
from pathlib import Path

import numpy as np
import pytest

from engines.metrics.shares import Share
from tests.trainers.drawn_factors import FACTORS, labelled, lights, line
from tests.trainers.small_runs import tiny, trained
from trainers.analogies.answers import Answer, Asked, Report
from trainers.analogies.asking import asking, opened
from trainers.analogies.wording import HEADINGS, cells, report_words
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import main
from trainers.data.dataset import DataSet, Factor
from trainers.events import Snapped

SIZE = range(3, 7)  # the lamps of the ordinal factor
TURN = range(7, 13)


def report_of(data: DataSet, asked: Asked, **faults: object) -> Report:
    walk = asking(Snapped(7, line(data, **faults)), data, asked)
    try:
        while True:
            next(walk)
    except StopIteration as done:
        return done.value


def answers_of(data: DataSet, **faults: object) -> dict[str, Answer]:
    return {a.factor: a for a in report_of(data, Asked(count=600), **faults).answers}


def near_chance(answer: Answer, outcome) -> bool:
    """Whether a share is within four standard errors of chance."""
    error = (answer.chance * (1 - answer.chance) / outcome.share.total) ** 0.5
    return abs(outcome.share.value - answer.chance) < 4 * error


def test_a_line_over_one_hot_factors_answers_everything_right():
    answers = answers_of(lights())

    assert list(answers) == ["kind", "size", "turn"]
    for answer in answers.values():
        assert answer.sums.share == answer.ceiling.share == Share(600, 600)
        assert answer.nothing.share == Share(0, 600)
        assert answer.chance == pytest.approx(1 / answer.values)
    assert answers["kind"].sums.off is None
    assert answers["size"].sums.off == 0
    assert answers["size"].nothing.off > 1


def test_a_model_that_does_not_see_a_factor_answers_by_chance_and_the_others_rightly():
    answers = answers_of(lights(), blind=SIZE)

    assert near_chance(answers["size"], answers["size"].sums)
    assert near_chance(answers["size"], answers["size"].ceiling)
    assert answers["kind"].sums.share.value == answers["turn"].sums.share.value == 1


def test_codes_that_have_nothing_to_do_with_their_pictures_answer_by_chance():
    for answer in answers_of(lights(), seed=3).values():
        assert near_chance(answer, answer.sums)
        assert near_chance(answer, answer.ceiling)


def test_a_decoder_that_turns_one_step_too_far_is_one_step_off_all_the_way_round():
    answer = answers_of(lights(), turned=TURN)["turn"]

    assert answer.sums.share.value == 0
    assert answer.sums.off == answer.ceiling.off == 1


def look_alike(factors):
    """Every turn looks the same as the one three steps on."""
    return factors * (1, 1, 0) + factors % 3 * (0, 0, 1)


def some_look_alike(factors):
    """So it is for things of the first kind alone."""
    return np.where(factors[:, :1] == 0, look_alike(factors), factors)


def test_values_that_look_the_same_count_as_right_and_raise_what_chance_gets():
    answer = answers_of(lights(looks=look_alike))["turn"]

    assert answer.sums.share.value == 1
    assert answer.sums.off == 0
    assert answer.chance == pytest.approx(1 / 3)


def test_what_cannot_be_seen_in_a_is_not_demanded_of_the_sum():
    answer = answers_of(lights(looks=some_look_alike))["turn"]

    assert answer.ceiling.share.value == 1
    assert 1 / 6 < answer.chance < 1 / 3
    # right, unless C, B and A are of kinds that show their turns in different ways
    assert answer.sums.share.value > 0.5


def test_the_same_seed_asks_the_same_and_another_asks_otherwise():
    data, blind = lights(), {"blind": SIZE}
    first, again = (report_of(data, Asked("size", 200, 4), **blind) for _ in range(2))

    assert first == again
    assert report_of(data, Asked("size", 200, 5), **blind).answers != first.answers


def test_a_factor_asked_alone_gets_the_answer_it_gets_among_all():
    among = report_of(lights(), Asked(count=90), blind=TURN).answers[2]

    assert report_of(lights(), Asked("turn", 90), blind=TURN).answers == (among,)


def test_labelled_pictures_are_voted_on_and_the_report_calls_it_a_proxy():
    report = report_of(labelled(), Asked(count=200))
    (answer,) = report.answers

    assert answer.sums.share.value == answer.ceiling.share.value == 1
    assert answer.nothing.share.value == 0
    assert answer.chance == 1 / 4
    assert "proxy" in report.way
    assert "200 pictures of Labelled held out" in report.data


def test_votes_without_any_sight_of_the_class_are_right_by_chance():
    (answer,) = report_of(labelled(), Asked(count=600), blind=range(4)).answers

    assert near_chance(answer, answer.sums)


@pytest.mark.parametrize(
    ("right", "total", "ends"),
    [(0, 10, (0, 0.27753)), (5, 10, (0.23659, 0.76341)), (10, 10, (0.72247, 1))],
)
def test_the_interval_of_a_share_is_wilson_s(right, total, ends):
    assert Share(right, total).interval == pytest.approx(ends, abs=1e-5)


@pytest.mark.parametrize(("right", "total"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(right, total):
    with pytest.raises(ValueError, match="is no share"):
        Share(right, total)


ONLY = (Factor("kind", 3, "nominal"),)
STILL = (*ONLY, Factor("size", 1, "ordinal"))


@pytest.mark.parametrize(
    ("data", "asked", "words"),
    [
        (lights(), Asked("seize"), "no factor 'seize', perhaps you mean size; choose kind, "),
        (lights(ONLY), Asked(), "kind is the only factor"),
        (lights(STILL), Asked("kind"), "kind is the only factor"),
        (lights(looks=lambda f: f * (0, 1, 1)), Asked("kind"), "hardly change how pictures"),
        (labelled(), Asked("size"), "no factor 'size'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(data, asked, words):
    with pytest.raises(ValueError, match=words):
        report_of(data, asked)


@pytest.mark.parametrize(("count", "seed"), [(0, 0), (100_001, 0), (10, -1)])
def test_numbers_out_of_range_are_refused(count, seed):
    with pytest.raises(ValueError, match=r"choose|ask for"):
        Asked(count=count, seed=seed)


def test_a_model_that_has_diverged_is_refused():
    with pytest.raises(ValueError, match="has diverged"):
        report_of(lights(), Asked(count=5), diverged=True)


def test_a_report_says_of_every_number_what_it_is():
    report = report_of(lights(), Asked(count=40))
    text = report_words(report)

    assert all(title in text and about in text for title, about in HEADINGS[1:])
    assert "40 triples a row, seed 0" in text
    assert "step 7 (decoder)" in text
    assert cells(report.answers[0])[:3] == ("kind (3)", "100.0 % (91.2 to 100.0)", "33.3 %")


def test_a_factor_is_named_as_the_data_set_names_it():
    assert tuple(one.name for one in FACTORS) == lights().factor_names


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A VAE of digits, a GAN, and a VAE of pictures about which nothing is known."""
    folder = tmp_path_factory.mktemp("runs")
    words = ["--data", "digits", "--hidden", "8", "--latent-dim", "3", "--held-out", "20"]
    words += ["--steps", "3", "--threads", "1", "--device", "cpu", "--live-budget", "0"]
    assert main(["train", *words, "--runs", str(folder), "--name", "vae"]) == GOOD
    for name in ("gan", "vae"):
        (folder / f".{name}").mkdir()
        trained(tiny(folder / f".{name}", name), folder / f".{name}" / "runs").rename(
            folder / f"noise-{name}"
        )
    return folder


def test_the_command_answers_with_json(runs, capsys):
    capsys.readouterr()
    assert main(["analogies", "vae", "--runs", str(runs), "-n", "30", "--json"]) == GOOD
    record = json.loads(capsys.readouterr().out)

    (answer,) = record["answers"]
    assert record["event"] == "analogies"
    assert len(record["checkpoint"]) == 64
    assert (answer["factor"], answer["sum"]["total"]) == ("class", 30)
    low, high = answer["sum"]["interval_95"]
    assert low <= answer["sum"]["share"] <= high


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("noise-gan",), "no encoder"),
        (("noise-vae",), "neither factors nor labels"),
        (("vae", "-n", "0"), "ask for 1 to 100,000"),
        (("vae", "--factor", "klass"), "perhaps you mean class"),
        (("nobody",), "there is no run"),
    ],
)
def test_the_command_refuses_in_a_sentence(runs, capsys, words, said):
    assert main(["analogies", *words, "--runs", str(runs)]) == BAD_INPUT
    errors = capsys.readouterr().err
    assert said in errors
    assert "Traceback" not in errors


def test_points_are_not_asked_about(tmp_path):
    folder = trained(tiny(tmp_path, "gan-points"), tmp_path / "runs")
    with pytest.raises(ValueError, match="learned points"):
        opened(folder)
