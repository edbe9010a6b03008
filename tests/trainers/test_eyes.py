"""What looks is fetched only by consent, taught only by labels, and named by what it is."""

import dataclasses
import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.metrics.extractors import EXTRACTORS, NOT_COMPARABLE
from engines.metrics.weights import Pinned
from tests.data.serving import Server, serving
from trainers import taught
from trainers.cli import consent
from trainers.cli.exits import BAD_INPUT, GOOD
from trainers.cli.main import main
from trainers.data.dataset import DataSet, Stored
from trainers.data.watch import Cancelled, DataError, Watch
from trainers.eyes import Eye
from trainers.scoring import weights
from trainers.scoring.weights import Offer, describe, fetch, kept

CONTENT = np.random.default_rng(0).bytes(300_000)
DEAD = "http://127.0.0.1:9/"  # the discard port, where nothing listens


# ---- weights by consent


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as known:
        known.files = {"one.pth": CONTENT, "other.pth": CONTENT}
        yield known


def offer(*urls: str) -> Offer:
    pinned = Pinned("net.pth", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    return Offer(pinned, "A network", "Apache-2.0", urls)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()} - {"lock"}


def test_the_question_says_what_how_large_whose_and_from_where():
    asked = describe("fid-tf1")

    assert asked is not None
    assert asked == describe("fid-clean")
    assert len(asked.urls) == 2
    assert all(url.startswith("https://") for url in asked.urls)
    for word in ("Inception", "95.6 MB", "Apache-2.0", "mseitzer", "toshas", "6726825d"):
        assert word in asked.question


@pytest.mark.parametrize("name", ["fd-mini-v1", "fd-random-v1"])
def test_what_is_built_in_fetches_nothing(name):
    assert describe(name) is None


def test_weights_are_fetched_once_with_progress(server, tmp_path):
    heard = []
    wanted = offer(server.url + "one.pth")

    path = fetch(wanted, tmp_path, Watch(heard.append))
    fetch(wanted, tmp_path, Watch())

    assert path.read_bytes() == CONTENT
    assert kept(wanted, tmp_path) == path
    assert files(tmp_path) == {"net.pth"}
    assert len(server.asked) == 1
    assert heard[-1].done == heard[-1].total == len(CONTENT)


def test_the_second_address_may_have_another_name_for_it(server, tmp_path):
    wanted = offer(DEAD + "one.pth", server.url + "other.pth")

    assert fetch(wanted, tmp_path, Watch()).read_bytes() == CONTENT


def test_a_cut_download_leaves_nothing_of_that_name_and_is_taken_up_again(server, tmp_path):
    wanted = offer(server.url + "one.pth")
    server.stop_after = 200_000

    with pytest.raises(DataError, match=r"connection was cut.*--weights-file") as error:
        fetch(wanted, tmp_path, Watch())
    assert "\n" not in str(error.value)
    assert kept(wanted, tmp_path) is None
    assert files(tmp_path) <= {"net.pth.part"}
    server.stop_after = None
    assert fetch(wanted, tmp_path, Watch()).read_bytes() == CONTENT
    assert files(tmp_path) == {"net.pth"}


@pytest.mark.parametrize(
    ("there", "complaint"),
    [
        (CONTENT[:-1] + b"?", "another SHA-256 than the published one"),
        (CONTENT + b"?", "more than 300000 bytes"),
        (None, "404"),
    ],
)
def test_another_file_is_refused_and_nothing_is_kept(server, tmp_path, there, complaint):
    server.files = {} if there is None else {"one.pth": there}
    wanted = offer(server.url + "one.pth")

    with pytest.raises(DataError, match=complaint):
        fetch(wanted, tmp_path, Watch())

    assert kept(wanted, tmp_path) is None
    assert all(not path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())


def test_without_a_network_one_sentence_says_what_else_can_be_done(tmp_path):
    with pytest.raises(DataError, match=r"no connection.*no connection.*--weights-file"):
        fetch(offer(DEAD + "one.pth", DEAD + "other.pth"), tmp_path, Watch())


def test_a_download_stops_when_it_is_cancelled(server, tmp_path):
    heard: list[object] = []

    with pytest.raises(Cancelled):
        fetch(
            offer(server.url + "one.pth"),
            tmp_path,
            Watch(heard.append, lambda: len(heard) > 2),
        )

    assert "net.pth" not in files(tmp_path)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "agreed"),
    [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False)],
)
def test_a_terminal_is_asked_and_only_yes_is_yes(monkeypatch, tmp_path, answer, agreed):
    out = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stderr", out)
    asked = consent.argparse.Namespace(
        extractor="fid-tf1", weights_file=None, fetch_weights=None
    )

    if agreed:
        assert consent.chosen_eye(asked, tmp_path).may_fetch
    else:
        with pytest.raises(ValueError, match="--fetch-weights yes to download"):
            consent.chosen_eye(asked, tmp_path)
    assert "95.6 MB" in out.getvalue()


@pytest.mark.parametrize("said", [[], ["--fetch-weights", "no"]])
def test_without_consent_nothing_is_fetched(monkeypatch, tmp_path, capsys, said):
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setattr(weights, "fetch_file", lambda *_: pytest.fail("it was fetched"))

    assert main(["evaluate", "a", "b", "--extractor", "fid-tf1", *said]) == BAD_INPUT

    assert "--fetch-weights yes to download 95.6 MB once" in capsys.readouterr().err


def test_with_consent_a_fetched_file_is_opened_and_checked(monkeypatch, server, tmp_path):
    mine = offer(server.url + "one.pth")
    row = dataclasses.replace(EXTRACTORS["fid-tf1"], weights=mine.file)
    monkeypatch.setattr(weights, "EXTRACTORS", {"fid-tf1": row})
    monkeypatch.setattr(weights, "_OFFERS", (mine,))

    with pytest.raises(ValueError, match="the weights end after 300000 of the 95628359"):
        Eye("fid-tf1", may_fetch=True).open(tmp_path, Watch(), lambda: pytest.fail("no data"))

    assert kept(mine, tmp_path)


def test_damaged_weights_do_not_stay_in_the_cache(server, monkeypatch, tmp_path):
    mine = offer(server.url + "one.pth")
    monkeypatch.setattr(
        weights,
        "EXTRACTORS",
        {"fid-tf1": dataclasses.replace(EXTRACTORS["fid-tf1"], weights=mine.file)},
    )
    monkeypatch.setattr(weights, "_OFFERS", (mine,))
    path = fetch(mine, tmp_path, Watch())
    path.write_bytes(CONTENT[:-1] + b"?")
    eye = Eye("fid-tf1", may_fetch=True)
    assert eye.lacking(tmp_path) is None

    with pytest.raises(ValueError, match=r"were damaged, and have been removed; ask again"):
        eye.open(tmp_path, Watch(), lambda: pytest.fail("no data"))

    assert eye.lacking(tmp_path) == mine


# ---- taught by labels


def data_set(seed: int = 0, count: int = 120, labelled: bool = True) -> DataSet:
    """Bright and dark pictures, and which they are."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    pixels = rng.integers(0, 100, (count, 1, 8, 8)) + 120 * labels[:, None, None, None]
    stored = torch.from_numpy(pixels.astype(np.uint8))
    half = count // 2
    parts = (
        Stored(stored[part], labels[part] if labelled else None)
        for part in (slice(half), slice(half, None))
    )
    return DataSet(
        "two", "Two kinds", *parts, classes=("dark", "bright"), fingerprint=f"f{seed}"
    )


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taught, "STEPS", 4)
    monkeypatch.setattr(taught, "_BATCH", 8)


@pytest.mark.usefixtures("hurried")
def test_labels_teach_an_extractor_whose_name_is_the_sum_of_its_file(tmp_path):
    heard = []
    state = torch.random.get_rng_state()

    made = taught.teach(data_set(), tmp_path, Watch(heard.append))

    (file,) = files(tmp_path)
    digest = hashlib.sha256(next(tmp_path.rglob(file)).read_bytes()).hexdigest()
    assert made.name == f"fd-dataset-{digest[:8]}"
    assert "same extractor file" in made.comparable
    assert NOT_COMPARABLE in made.comparable
    assert "FID" not in made.title
    assert re.search(r"\(2 classes of Two kinds, \d+% of held-out right\)", made.title)
    assert {progress.what for progress in heard} == {
        "Teaching FD-dataset the classes",
        "Examining FD-dataset",
    }
    assert torch.equal(torch.random.get_rng_state(), state)


@pytest.mark.usefixtures("hurried")
def test_the_same_labels_teach_the_same_and_only_once(tmp_path, monkeypatch):
    first = taught.teach(data_set(), tmp_path / "a", Watch())
    again = taught.teach(data_set(), tmp_path / "b", Watch())
    monkeypatch.setattr(taught, "_learn", lambda *_: pytest.fail("it was taught again"))
    kept_one = taught.teach(data_set(), tmp_path / "a", Watch())
    by_name = Eye(first.name).open(tmp_path / "a", Watch(), lambda: pytest.fail("no data"))

    pixels = np.random.default_rng(1).integers(0, 256, (3, 8, 8, 1), np.uint8)
    assert first.name == again.name == kept_one.name == by_name.name
    assert first.title == kept_one.title
    assert np.array_equal(first(pixels), kept_one(pixels))


@pytest.mark.usefixtures("hurried")
def test_other_pictures_teach_another_and_a_spoilt_file_is_taught_anew(tmp_path):
    first = taught.teach(data_set(), tmp_path, Watch())
    other = taught.teach(data_set(seed=1), tmp_path, Watch())
    for path in tmp_path.rglob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")

    with pytest.raises(ValueError, match=f"no file of {first.name} in the cache"):
        taught.open_taught(first.name, tmp_path)
    assert other.name != first.name == taught.teach(data_set(), tmp_path, Watch()).name


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (data_set(labelled=False), "the pictures of Two kinds have none"),
        (data_set(count=40), "at least 50 labelled pictures of two classes"),
    ],
)
def test_data_without_labels_is_refused_in_one_sentence(data, complaint, tmp_path):
    with pytest.raises(ValueError, match=complaint) as error:
        taught.teach(data, tmp_path, Watch())

    assert "\n" not in str(error.value)
    assert not files(tmp_path)


def test_teaching_stops_when_it_is_cancelled_and_leaves_nothing(tmp_path):
    heard: list[object] = []

    with pytest.raises(Cancelled):
        taught.teach(data_set(), tmp_path, Watch(heard.append, lambda: len(heard) > 2))

    assert len(heard) == 3
    assert not files(tmp_path)


@pytest.mark.usefixtures("hurried")
def test_a_run_is_evaluated_through_its_own_labels(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LATENT_EXPLORER_RUNS", str(tmp_path))
    monkeypatch.setenv("LATENT_EXPLORER_CACHE", str(tmp_path / "cache"))
    words = ["--data", "digits", "--hidden", "8", "--latent-dim", "3", "--held-out", "20"]
    words += ["--steps", "2", "--threads", "1", "--device", "cpu", "--name", "vae"]
    assert main(["train", *words]) == GOOD
    capsys.readouterr()

    asked = ["--extractor", "fd-dataset", "--metrics", "fd", "-n", "30", "--json"]
    assert main(["evaluate", "vae", *asked]) == GOOD

    record = json.loads(capsys.readouterr().out)
    name = record["extractor"]["name"]
    assert name.startswith("fd-dataset-")
    assert f"--extractor {name}" in record["command"]
    assert "same extractor file" in record["extractor"]["comparable"]


@pytest.mark.parametrize(
    ("eye", "complaint"),
    [
        (Eye("fd-datase"), "perhaps you mean fd-dataset"),
        (Eye("fd-dataset-00000000"), "no file of fd-dataset-00000000 in the cache"),
        (Eye("fd-dataset", Path("net.pth")), "needs no weights"),
        (Eye("fd-mini-v1", Path("net.pth")), "give --extractor fid-tf1, or fid-clean"),
        (Eye("fid-tf1"), "--fetch-weights yes"),
    ],
)
def test_an_eye_that_cannot_be_opened_says_why(eye, complaint, tmp_path):
    with pytest.raises(ValueError, match=complaint):
        eye.open(tmp_path, Watch(), lambda: pytest.fail("no data"))
