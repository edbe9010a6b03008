"""A run of a conditional model knows its classes, with its data and without."""

import json
import shutil

import numpy as np
import pytest

from engines.latent.parts import places
from tests.trainers.small_runs import stopped_at, tiny, trained
from trainers import store
from trainers.events import Snapped, Started
from trainers.run import begin, open_snapshot, replay, resume
from trainers.worker import Brake

NAMES = ("0", "1", "2")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    place = tmp_path_factory.mktemp("classes")
    return trained(tiny(place, "gan-conditional", steps=4), place / "runs")


def test_the_card_names_the_classes(run):
    assert store.read_card(run).classes == NAMES


def test_a_run_that_learns_from_no_labels_names_none(tmp_path):
    folder = trained(tiny(tmp_path, "gan", steps=1), tmp_path / "runs")

    assert store.read_card(folder).classes == ()


def test_a_card_from_before_there_were_classes_opens(tmp_path):
    folder = trained(tiny(tmp_path, "gan", steps=1), tmp_path / "runs")
    card = json.loads((folder / "run.json").read_text())
    del card["classes"]
    for name in ("conditional", "categories", "codes", "code_weight"):
        del card["config"]["model"][name]
    (folder / "run.json").write_text(json.dumps(card))

    assert any(isinstance(event, Snapped) for event in replay(folder, Brake()))


def test_a_replay_without_the_data_still_offers_the_classes(run, tmp_path):
    folder = shutil.copytree(run, tmp_path / "run")

    events = list(replay(folder, Brake()))
    _, snapped, _ = open_snapshot(folder)

    (begun,) = (event for event in events if isinstance(event, Started))
    for space in (begun.latent, snapped.snapshot.latent):
        (_, given) = places(space)
        assert (given.part.name, given.part.choices) == ("class", NAMES)


@pytest.mark.parametrize("labels", [None, np.zeros(40, np.int64)])
def test_data_without_classes_are_refused_before_anything_is_made(tmp_path, labels):
    config = tiny(tmp_path, "gan-conditional")
    path = tmp_path / "pictures.npz"
    images = np.load(path)["images"]
    np.savez(path, images=images, **({} if labels is None else {"labels": labels}))

    with pytest.raises(ValueError, match="no classes; choose a data set with two at least"):
        list(begin(config, tmp_path / "runs", Brake()))

    assert not (tmp_path / "runs").exists()


def test_other_classes_than_those_it_began_with_are_refused(tmp_path):
    folder = stopped_at(tiny(tmp_path, "gan-conditional"), tmp_path / "runs", 3)
    path = tmp_path / "pictures.npz"
    images = np.load(path)["images"]
    np.savez(path, images=images, labels=np.arange(40) % 4)

    with pytest.raises(ValueError, match="other classes than those the run began with"):
        list(resume(folder, Brake()))
