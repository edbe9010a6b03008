"""Live evaluation of real runs: what is told, kept and replayed; that it changes nothing."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
import torch

from engines.frozen import TorchSnapshot
from engines.metrics.extractors import Extractor, load_extractor
from engines.slices import drained
from engines.snapshot import EncodingSnapshot, LatentSpace, Posterior
from tests.trainers.small_runs import (
    differing,
    finished,
    newest_folder,
    scalars,
    stopped_at,
    tensors,
    tiny,
    trained,
)
from tests.trainers.typed import config_from
from trainers.branches import Back
from trainers.checkpoints import steps
from trainers.cli.main import main
from trainers.command import command_for
from trainers.data.watch import Watch
from trainers.events import Branched, Finished, Measured, Scored, Warned
from trainers.ledger import read_history
from trainers.live import budget, setting
from trainers.live.bench import BATCH, Bench
from trainers.live.places import OFF, Interleaved, patient
from trainers.run import begin, replay, resume
from trainers.scoring.looking import Looker
from trainers.worker import Brake

CPU = torch.device("cpu")
FD = {"value", "mean_term", "covariance_term"}


@pytest.fixture(autouse=True)
def _cache_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def often(monkeypatch):
    """Judge whenever nothing is judged, so that twelve steps see several evaluations."""
    monkeypatch.setattr(budget.Budget, "due", lambda *_: True)


def judged(folder, variant="vae", **plan):
    """The tiny run with sixteen held-out pictures and live evaluation."""
    config = tiny(folder, variant, **{"live_budget": 20, "live_metrics": "fd,kid", **plan})
    return config.changed(data=config.data.changed(held_out=0.4))


def scored(events):
    return [event for event in events if isinstance(event, Scored)]


def plain(events):
    """Points in a form in which gaps are equal."""
    return [(e.step, e.series, {n: repr(v) for n, v in e.values.items()}) for e in events]


class Pictures:
    """A source of real pictures."""

    is_real = True

    def __init__(self, count=12, seed=0, name="held-out"):
        self.name = self.title = name
        self._pixels = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 1), np.uint8)

    def __len__(self):
        return len(self._pixels)

    def chunks(self):
        yield self._pixels


class Mirror:
    """A model that reconstructs perfectly: a code is the picture itself."""

    latent = LatentSpace(64)
    shape = (1, 8, 8)
    weights = "decoder"

    def encode(self, pixels):
        codes = pixels.reshape(-1, 64).astype(np.float32) / 255
        return Posterior(codes, np.zeros_like(codes))

    def decode(self, z):
        return (z.clip(0, 1) * 255).round().astype(np.uint8).reshape(-1, 8, 8, 1)


def bench(tmp_path, extractor=None, metrics=("fd",)):
    looked = extractor or load_extractor("fd-mini-v1")
    return Bench(Looker(looked, "of a test", tmp_path, Watch()), Pictures(), metrics)


def outcome(made, snapshot):
    return drained(patient(made, snapshot))


def broken_snapshot():
    network = torch.nn.Sequential(torch.nn.Linear(2, 64), torch.nn.Unflatten(1, (1, 8, 8)))
    torch.nn.init.constant_(network[0].weight, torch.nan)
    return TorchSnapshot(network, LatentSpace(2), (1, 8, 8), "decoder")


@pytest.mark.parametrize(
    ("variant", "kinds"),
    [("vae", ["samples", "reconstructions"]), ("gan", ["samples"]), ("began", ["samples"])],
)
def test_a_run_is_judged_before_its_first_step_and_after_its_last(tmp_path, variant, kinds):
    events = list(begin(judged(tmp_path, variant), tmp_path / "runs", Brake()))

    points = scored(events)
    apart = [e for e in points if e.series.split == "held-out"]
    assert [(e.step, e.series.made, e.series.metric) for e in apart] == [
        (step, made, metric) for step in (0, 12) for made in kinds for metric in ("fd", "kid")
    ]
    learned = [(e.step, e.series.made, e.series.metric) for e in points if e not in apart]
    assert learned == [(step, "samples", "fd") for step in (0, 12)]
    assert {(e.series.made_count, e.series.real_count) for e in points} == {(16, 16)}
    assert all(np.isfinite(e.values["value"]) for e in points)
    assert events[-1] == Finished(12, complete=True)


def test_a_curve_says_all_that_its_value_depends_on(tmp_path):
    config = judged(tmp_path, "gan", live_n=8)
    series = scored(begin(config, tmp_path / "runs", Brake()))[0].series

    assert series.name == ("FD, samples, fd-mini-v1, n = 8 vs 8 held-out, generator, EMA 0.999")
    assert series.comparable == "not comparable with published FID"


@pytest.mark.parametrize("worth", [1e9, 0.0], ids=["slices", "process"])
def test_only_the_last_point_has_the_value_of_other_latent_vectors(
    tmp_path, monkeypatch, worth
):
    monkeypatch.setattr(setting, "WORTH", worth)
    monkeypatch.setattr(setting, "_has_core_to_spare", lambda _: True)

    points = scored(begin(judged(tmp_path, "vae"), tmp_path / "runs", Brake()))

    again = {(e.step, e.series.made) for e in points if "second" in e.values}
    assert again == {(12, "samples")}
    assert all(
        0 < abs(e.values["second"] - e.values["value"]) < max(1.0, e.values["value"])
        for e in points
        if "second" in e.values
    )


def test_who_knows_its_pictures_by_heart_is_nearer_to_them_than_to_those_held_out(tmp_path):
    seen = Pictures(seed=1, name="train")
    looker = Looker(load_extractor("fd-mini-v1"), "of a test", tmp_path, Watch())

    class Parrot(Mirror):
        def decode(self, z):
            return next(seen.chunks())[: len(z)]

    made = Bench(looker, Pictures(), ("fd",), seen)
    found = {
        (curve.made, curve.split): values["value"]
        for curve, values in outcome(made, Parrot()).verdict
    }

    assert found["samples", "train"] == pytest.approx(0, abs=1e-9)
    assert found["samples", "held-out"] > 0.01


def test_a_perfect_copy_scores_nothing_and_a_sample_the_floor_beside_it(tmp_path):
    assert isinstance(Mirror(), EncodingSnapshot)

    found = dict(outcome(bench(tmp_path), Mirror()).verdict)

    values = {curve.made: values for curve, values in found.items()}
    assert values["reconstructions"]["value"] == pytest.approx(0, abs=1e-9)
    assert values["reconstructions"].keys() == FD | {"null"}
    assert values["samples"].keys() == FD | {"floor", "corrected"}
    assert values["samples"]["value"] > values["samples"]["floor"] > 0


@pytest.mark.parametrize("variant", ["vae", "gan", "began", "gan-conditional"])
@pytest.mark.usefixtures("often")
def test_judged_or_not_the_run_and_all_its_checkpoints_are_the_same(tmp_path, variant):
    mine = stopped_at(judged(tmp_path, variant), tmp_path / "on", 7)
    told = finished(mine)
    other = trained(judged(tmp_path, variant, live_budget=0), tmp_path / "off")

    assert len({event.step for event in scored(told)}) >= 2
    assert not read_history(other / "scalars.sqlite").scored
    assert differing(tensors(mine), tensors(other)) == []
    assert scalars(mine) == scalars(other)
    assert steps(mine / "checkpoints").keys() == steps(other / "checkpoints").keys()


@pytest.mark.parametrize("variant", ["vae", pytest.param("gan", marks=pytest.mark.slow)])
def test_judged_in_another_process_the_run_is_the_same_too(tmp_path, monkeypatch, variant):
    monkeypatch.setattr(setting, "WORTH", 0.0)
    monkeypatch.setattr(setting, "_has_core_to_spare", lambda _: True)

    events = list(begin(judged(tmp_path, variant), tmp_path / "on", Brake()))
    other = trained(judged(tmp_path, variant, live_budget=0), tmp_path / "off")

    assert not [event for event in events if isinstance(event, Warned)]
    assert {event.step for event in scored(events)} == {0, 12}
    mine = newest_folder(tmp_path / "on")
    assert differing(tensors(mine), tensors(other)) == []
    assert scalars(mine) == scalars(other)


@pytest.mark.usefixtures("often")
def test_what_was_told_is_kept_and_told_again(tmp_path):
    events = list(begin(judged(tmp_path), tmp_path / "runs", Brake()))
    folder = newest_folder(tmp_path / "runs")

    again = list(replay(folder, Brake()))

    assert len(scored(events)) > 8
    assert plain(scored(again)) == plain(scored(events))
    assert plain(read_history(folder / "scalars.sqlite").scored) == plain(scored(events))


@pytest.mark.usefixtures("often")
def test_what_a_branch_leaves_behind_keeps_its_points(tmp_path):
    folder = trained(judged(tmp_path), tmp_path / "runs")
    before = read_history(folder / "scalars.sqlite").scored

    events = list(resume(folder, Brake(), back=Back(9)))

    (branched,) = (event for event in events if isinstance(event, Branched))
    beyond = [event for event in before if event.step > 9]
    assert plain(branched.left_scored) == plain(beyond)
    assert beyond
    kept = read_history(folder / "scalars.sqlite")
    assert plain(kept.left[0].scored) == plain(beyond)
    assert [e.step for e in kept.scored if e.step <= 9] == [
        e.step for e in before if e.step <= 9
    ]
    assert kept.scored[-1].step == 12


def test_features_of_the_real_pictures_are_computed_once_for_all_runs(tmp_path, monkeypatch):
    trained(judged(tmp_path, "gan"), tmp_path / "first")
    looked = []
    plain_call = Extractor.__call__
    monkeypatch.setattr(
        Extractor, "__call__", lambda self, x: looked.append(len(x)) or plain_call(self, x)
    )

    trained(judged(tmp_path, "gan", seed=8), tmp_path / "second")

    assert looked == [16, 16, 16]  # of samples, at the beginning and twice at the end


def test_points_have_modes_and_are_not_judged_by_an_extractor(tmp_path):
    events = list(begin(judged_points(tmp_path), tmp_path / "runs", Brake()))

    assert not scored(events)


def judged_points(folder):
    return tiny(folder, "gan-points", live_budget=20)


def test_a_snapshot_of_weights_that_are_no_numbers_leaves_a_gap_and_a_sentence(tmp_path):
    found = outcome(bench(tmp_path), broken_snapshot())

    ((curve, values),) = found.verdict
    assert (curve.metric, str(values["value"])) == ("fd", "nan")
    assert "not finite numbers; the model has probably diverged" in found.trouble
    assert not found.hopeless


@pytest.mark.usefixtures("often")
def test_a_gap_is_kept_as_a_gap(tmp_path, monkeypatch):
    monkeypatch.setattr("trainers.live.bench._is_finite", lambda _: False)

    events = list(begin(judged(tmp_path), tmp_path / "runs", Brake()))
    past = read_history(newest_folder(tmp_path / "runs") / "scalars.sqlite")

    assert len([event for event in events if isinstance(event, Warned)]) == 1
    assert all(np.isnan(event.values["value"]) for event in past.scored)
    assert plain(past.scored) == plain(scored(events))


@pytest.mark.parametrize(
    "error",
    [MemoryError(), torch.OutOfMemoryError("CUDA out of memory"), RuntimeError(
        "DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
    )],
)  # fmt: skip
def test_out_of_memory_halves_the_batch_until_it_fits_and_says_so(tmp_path, error):
    made = bench(tmp_path)
    plain_verdict = outcome(bench(tmp_path), Mirror()).verdict
    with_little = replace(load_extractor("fd-mini-v1"))
    prepare = with_little.prepare

    def greedy(pixels):
        if len(pixels) > 5:
            raise error
        return prepare(pixels)

    made = bench(tmp_path / "other", replace(with_little, prepare=greedy))
    found = outcome(made, Mirror())

    assert made.batch == 4 < BATCH
    assert found.trouble == (
        "Memory ran out while pictures were judged; from now on 4 are judged at once."
    )
    assert [curve for curve, _ in found.verdict] == [curve for curve, _ in plain_verdict]
    for (_, mine), (_, other) in zip(found.verdict, plain_verdict, strict=True):
        assert mine == pytest.approx(other, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize(
    "error", [MemoryError(), ValueError("it is too late"), OSError(5, "no")]
)
def test_what_cannot_be_judged_ends_live_evaluation_and_not_the_run(
    tmp_path, monkeypatch, error
):
    def failing(*_):
        raise error

    monkeypatch.setattr(Bench, "judged", failing)

    events = list(begin(judged(tmp_path), tmp_path / "runs", Brake()))

    (warned,) = (event for event in events if isinstance(event, Warned))
    assert OFF in warned.message
    assert "\n" not in warned.message
    assert events[-1] == Finished(12, complete=True)


def test_too_few_held_out_pictures_leave_out_what_they_do_not_allow(tmp_path):
    config = tiny(tmp_path, live_budget=5)  # four of forty are held out

    events = list(begin(config, tmp_path / "runs", Brake()))

    (warned,) = (event for event in events if isinstance(event, Warned))
    assert warned.message == (
        "coverage cannot be measured live: there are 4 held-out pictures, and it takes 6; "
        "hold out more of them."
    )
    assert {event.series.metric for event in scored(events)} == {"fd", "kid"}


def test_a_stopped_run_ends_before_what_is_under_way(tmp_path, monkeypatch):
    monkeypatch.setattr(Interleaved, "advance", lambda *_: None)  # it never ends
    brake = Brake()

    events = []
    for event in begin(judged(tmp_path), tmp_path / "runs", brake):
        events.append(event)
        if isinstance(event, Measured):
            brake.stop()

    assert isinstance(events[-1], Finished)
    assert not scored(events)


def test_a_strange_point_in_a_ledger_is_refused_in_one_sentence(tmp_path):
    folder = trained(judged(tmp_path), tmp_path / "runs")
    ledger = folder / "scalars.sqlite"
    for record in ("[]", "{}", '{"step": "x"}', "[" * 9_000, "null", json.dumps({"values": 3})):
        with closing(sqlite3.connect(ledger)) as database, database:
            database.execute("UPDATE scores SET record = ? WHERE id = 1", (record,))

        with pytest.raises(ValueError, match="cannot be read: a row of scores is not one"):
            read_history(ledger)


def test_the_command_line_takes_and_prints_the_choices():
    words = "--live-budget 2.5 --live-metrics density,fd --live-n 64 --live-extractor"
    config = config_from([*words.split(), "fd-random-v1"])

    assert config.plan.live_metrics == "fd,density"
    command = command_for(config)
    for part in ("budget 2.5", "metrics fd,density", "n 64", "extractor fd-random-v1"):
        assert f"--live-{part}" in command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--live-metrics fid", "--live-metrics: there is no live metric 'fid'; choose some of"),
        ("--live-metrics ,", "there is no live metric named"),
        ("--live-budget 21", "--live-budget: must be less than or equal to 20"),
        ("--live-extractor fid-tf1", "--live-extractor: must be 'fd-mini-v1' or"),
    ],
)
def test_choices_that_cannot_be_are_refused(words, said):
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        config_from(words.split())


def test_the_command_line_reports_points_in_words_and_as_records(tmp_path, capsys):
    folder = trained(judged(tmp_path), tmp_path / "runs")
    arguments = ["train", "--resume", str(folder), "--steps", "14"]

    assert main([*arguments, "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    points = [row for row in rows if row["event"] == "scored"]
    assert {row["step"] for row in points} == {0, 12, 14}
    assert points[0]["metric"] == "fd"
    assert points[0]["values"].keys() == FD | {"floor", "corrected"}

    assert main(["info", str(folder), "--json"]) == 0
    newest = json.loads(capsys.readouterr().out)["scored"]
    assert [row["step"] for row in newest] == [
        14
    ] * 5  # samples and reconstructions, fd against train too

    assert main(["info", str(folder)]) == 0
    assert "FD, reconstructions, fd-mini-v1, n = 16 vs 16 held-out" in capsys.readouterr().out

    assert main([*arguments[:-1], "15"]) == 0
    told = capsys.readouterr().out
    assert "of 16 samples against 16 held-out, fd-mini-v1, decoder" in told
    assert told.count("not comparable with published FID") == 1


def test_evaluation_is_part_of_a_run_by_default_at_five_percent():
    plan = config_from([]).plan

    assert (plan.live_budget, plan.live_n, plan.live_extractor) == (5.0, 2_000, "fd-mini-v1")
