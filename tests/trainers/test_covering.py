"""Modes are counted on what a model makes, at every evaluation of a run on points."""

import numpy as np
import pytest

from engines.latent.priors import sample
from engines.snapshot import LatentSpace, Look
from engines.toys.mixtures import mixture_of
from trainers.appraisal import appraisal_channels, appraisers_for
from trainers.cli.wording import Words
from trainers.config import RunConfig
from trainers.covering import SAMPLES, build_coverage
from trainers.data.config import DataConfig
from trainers.data.load import load
from trainers.events import Evaluated, Started
from trainers.run import begin, replay
from trainers.worker import Brake

SOURCES = ("ring", "grid", "moons", "spiral", "line", "drawn:0.2@0,0;2,2")


class Sampler:
    """Makes points of a mixture, as many as it is asked for."""

    shape = (1, 32, 32)
    weights = "none"
    frame = ((-1.0, 1.0),)
    objective, penalty = "ns", "none"

    def __init__(self, target):
        self.latent = LatentSpace(2)
        self._target = target

    def points(self, z):
        return self._target.sample(len(z), np.random.default_rng(0))

    def decode(self, z):
        return np.zeros((len(z), 32, 32, 1), np.uint8)

    def look(self, z, places):
        made = self.points(z)
        return Look(made, made, np.zeros(len(places), np.float32))


class Painter:
    """Makes pictures."""

    latent, shape, weights = LatentSpace(2), (1, 2, 2), "none"

    def decode(self, z):
        return np.zeros((len(z), 2, 2, 1), np.uint8)


def config(source, **plan):
    small = {"steps": 3, "evaluate_every": 3, "device": "cpu", "threads": 1}
    model = {"family": "gan", "width": 4, "latent_dim": 2, "batch_size": 8}
    return RunConfig.model_validate(
        {"data": {"source": source}, "model": model, "plan": {**small, **plan}}
    )


@pytest.mark.parametrize("source", SOURCES)
def test_an_appraiser_of_points_measures_what_its_channels_promise(source):
    run = config(source)
    appraiser = build_coverage(run, load(run.data))

    values = appraiser.appraise(Sampler(mixture_of(source)))

    assert list(values) == [channel.name for channel in appraisal_channels(run)]
    assert values["high_quality"] == pytest.approx(99, abs=1.2)
    assert all(
        c.sample in c.help and c.sample == "2,500 samples" for c in appraisal_channels(run)
    )


def test_curves_have_no_modes_to_count():
    assert [channel.name for channel in appraisal_channels(config("moons"))] == ["high_quality"]


def test_pictures_are_not_asked_for_modes():
    assert not any(
        channel.name == "modes"
        for channel in appraisal_channels(RunConfig(data=DataConfig(source="digits")))
    )
    with pytest.raises(ValueError, match="makes pictures"):
        build_coverage(config("ring"), load(DataConfig(source="ring"))).appraise(Painter())


def test_a_run_on_points_says_what_its_numbers_are_measured_on(tmp_path):
    words = Words()

    events = list(begin(config("ring"), tmp_path, Brake()))
    told = [line for line in map(words.of, events) if line]

    assert "Points: ring of 8 (2 numbers each)" in told[1]
    (line,) = (line for line in told if line.startswith("step 3: held-out"))
    held_out, made = line.split("; ")
    assert held_out.endswith("(n = 1,000)")
    assert made.startswith("captured ")
    assert made.endswith("(of 2,500 samples)")


def test_a_replayed_run_shows_points_in_the_frame_of_its_data(tmp_path):
    list(begin(config("grid"), tmp_path, Brake()))
    (folder,) = tmp_path.iterdir()

    events = list(replay(folder, Brake()))

    (snapped,) = (event for event in events if hasattr(event, "snapshot"))
    assert snapped.snapshot.frame == mixture_of("grid").bounds()
    (start,) = (event for event in events if isinstance(event, Started))
    assert start.shape == (2, 1, 1)
    assert [c.name for c in start.held_out_channels][1:3] == ["modes", "strict_modes"]
    assert [e.values.keys() for e in events if isinstance(e, Evaluated)]


def test_the_same_weights_are_judged_by_the_same_draws(tmp_path):
    run = config("ring")
    list(begin(run, tmp_path, Brake()))
    (folder,) = tmp_path.iterdir()
    (snapped,) = (event for event in replay(folder, Brake()) if hasattr(event, "snapshot"))
    (appraiser,) = appraisers_for(run, load(run.data))

    assert appraiser.appraise(snapped.snapshot) == appraiser.appraise(snapped.snapshot)
    assert len(sample(snapped.snapshot.latent, SAMPLES, 0)) == 2500
