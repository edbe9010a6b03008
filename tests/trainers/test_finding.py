"""Directions are found by every method, judged honestly, and written down to the last bit."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from engines.latent.directions import Direction
from engines.snapshot import LatentSpace, Posterior
from tests.trainers.small_runs import tiny, trained
from trainers.codes import CodeTable, known_of, placed
from trainers.directions import read_direction, write_direction
from trainers.events import Snapped
from trainers.finding import METHODS, searching
from trainers.run import open_snapshot
from trainers.subjects import Search, Subject, attributes_of
from trainers.survival import survival

DIM = 6
LABELS = np.arange(2_000) % 2
PLANTED = np.array([3, 0, -4, 0, 0, 0], np.float32) / 5


@dataclass(frozen=True)
class Slide:
    """A model whose picture is the first coordinate, times `gain`."""

    gain: float = 40.0
    latent: LatentSpace = field(default_factory=lambda: LatentSpace(DIM))
    shape: tuple[int, int, int] = (1, 2, 2)
    weights: str = "decoder"

    def decode(self, z: np.ndarray) -> np.ndarray:
        level = np.clip(128 + self.gain * z[:, 0], 0, 255).astype(np.uint8)
        return np.broadcast_to(level[:, None, None, None], (len(z), 2, 2, 1)).copy()

    def encode(self, pixels: np.ndarray) -> Posterior:
        zeros = np.zeros((len(pixels), DIM), np.float32)
        return Posterior(zeros, zeros)


def table(codes: np.ndarray, labels: np.ndarray, snapshot: Slide | None = None) -> CodeTable:
    count = len(codes)
    return CodeTable(
        Snapped(7, snapshot or Slide()),
        codes,
        np.ones_like(codes),
        np.zeros((count, 2, 2, 1), np.uint8),
        np.arange(count),
        labels.astype(np.int64),
        ("plain", "smiling"),
        None,
        (),
        "all of them",
        is_data=True,
    )


def subject(codes: np.ndarray, labels: np.ndarray = LABELS) -> Subject:
    made = table(codes, labels)
    return Subject(made.event, made, "ab" * 32)


def finished(place: Subject, search: Search) -> tuple[Direction, ...]:
    looking = searching(place, search)
    try:
        while True:
            next(looking)
    except StopIteration as done:
        return done.value


def drawn(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((2_000, DIM)).astype(np.float32)


SMILE = Search("attribute", attribute="class smiling")


@pytest.mark.parametrize("estimate", ["mean difference", "logistic regression"])
def test_a_planted_direction_is_recovered_and_reliable(estimate: str) -> None:
    codes = drawn() + 3 * LABELS[:, None].astype(np.float32) * PLANTED
    search = Search("attribute", attribute="class smiling", estimate=estimate)
    (found,) = finished(subject(codes), search)
    assert found.vector @ PLANTED > 0.99
    assert found.is_reliable
    assert found.parameters["auc"] > 0.9
    assert found.parameters["step"] == 7
    assert found.checkpoint == "ab" * 32


def test_shuffled_labels_are_not_reliable() -> None:
    codes = drawn() + 3 * LABELS[:, None].astype(np.float32) * PLANTED
    shuffled = np.random.default_rng(1).permutation(LABELS)
    (found,) = finished(subject(codes, shuffled), SMILE)
    assert found.is_reliable is False
    assert abs(found.effect) < 0.3
    assert found.notes.startswith("not reliable")


def test_a_boundary_between_shuffled_labels_is_refused() -> None:
    search = Search("attribute", attribute="class smiling", estimate="logistic regression")
    with pytest.raises(ValueError, match="cannot be told apart"):
        finished(subject(drawn(), np.random.default_rng(1).permutation(LABELS)), search)


def test_principal_axes_of_a_known_cloud_are_its_axes() -> None:
    widths = np.array([1, 5, 2, 0.5, 3, 0.1], np.float32)
    found = finished(subject(drawn() * widths), Search("pca", count=3))
    for direction, axis in zip(found, (1, 4, 2), strict=True):
        assert abs(direction.vector[axis]) > 0.99
        assert direction.scale == pytest.approx(widths[axis], rel=0.05)


def test_baskets_and_selections_give_the_difference_of_their_means() -> None:
    codes = drawn() + 3 * LABELS[:, None].astype(np.float32) * PLANTED
    one = LABELS == 1
    (basket,) = finished(subject(codes), Search("baskets", a=codes[one], b=codes[~one]))
    (chosen,) = finished(subject(codes), Search("selection", chosen=one))
    (label,) = finished(subject(codes), SMILE)
    np.testing.assert_array_equal(basket.vector, label.vector)
    np.testing.assert_array_equal(chosen.vector, label.vector)


def test_directions_are_made_by_hand_joined_and_taken_away() -> None:
    at = np.array([1, 1, 0, 0, 0, 0], np.float32)
    place = subject(drawn())
    b = np.array([[0, 1, 0, 0, 0, 0]], np.float32)
    (across,) = finished(place, Search("from-b", cursor=at, b=b))
    (slant,) = finished(place, Search("mix", cursor=at))
    (both,) = finished(place, Search("joined", directions=(across, slant)))
    (rest,) = finished(place, Search("orthogonal", directions=(slant, across)))
    np.testing.assert_allclose(across.vector, np.eye(DIM)[0], atol=1e-6)
    np.testing.assert_allclose(slant.vector, at / 2**0.5, atol=1e-6)
    assert 0.9 < both.vector @ across.vector < 1
    np.testing.assert_allclose(rest.vector, np.eye(DIM)[1], atol=1e-6)
    assert rest.scale == pytest.approx(1, rel=0.1)
    assert across.parameters["change"] == pytest.approx(40 / 255, rel=0.05)
    assert rest.parameters["change"] == 0


def test_only_what_is_known_and_differs_is_an_attribute() -> None:
    known = attributes_of(table(drawn(), np.zeros(2_000, int)))
    assert known == {}
    assert list(attributes_of(table(drawn(), LABELS))) == ["class plain", "class smiling"]


NOWHERE = np.zeros((0, DIM), np.float32)
BAD = {
    "no such method": (Search("guess"), "there is no method 'guess'"),
    "too many": (Search("pca", count=99), "ask for 1 to 20"),
    "no such attribute": (Search("attribute", attribute="hat"), "there is no attribute 'hat'"),
    "an empty basket": (Search("baskets", a=NOWHERE, b=NOWHERE), "A of the basket is empty"),
    "another size": (
        Search("baskets", a=np.ones((9, 3), np.float32), b=NOWHERE),
        "codes of 3 axes",
    ),
    "the same twice": (
        Search("baskets", a=np.ones((9, DIM), np.float32), b=np.ones((9, DIM), np.float32)),
        "points nowhere",
    ),
    "nothing selected": (Search("selection"), "nothing is selected"),
    "no cursor": (Search("mix"), "the cursor is not in this latent space"),
    "from the middle": (Search("mix", cursor=np.zeros(DIM, np.float32)), "points nowhere"),
    "nothing to join": (Search("joined"), "two directions or more"),
    "nothing to take away": (Search("orthogonal"), "tick the directions"),
    "no network": (Search("activations"), "cannot|no network"),
}


@pytest.mark.parametrize("search", BAD.values(), ids=BAD.keys())
def test_what_cannot_be_found_is_refused_in_one_sentence(search: tuple[Search, str]) -> None:
    with pytest.raises(ValueError, match=search[1]) as refused:
        finished(subject(drawn()), search[0])
    assert "\n" not in str(refused.value)


@pytest.fixture(scope="module", params=["vae", "gan", "gan-informed"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    return trained(tiny(folder, request.param), folder / "runs")


NETWORK = ("activations", "factorised", "factorised-normalised", "jacobian")


def test_every_family_has_directions_of_its_network(run: Path, tmp_path: Path) -> None:
    _, event, sha256 = open_snapshot(run)
    place = Subject(event, placed(event, known_of(run)), sha256)
    at = place.codes()[0]
    for method in NETWORK:
        search = Search(method, count=2, cursor=at)
        found, again = finished(place, search), finished(place, search)
        assert len(found) == 2
        for one, other in zip(found, again, strict=True):
            np.testing.assert_array_equal(one.vector, other.vector)
            write_direction(tmp_path / "one.json", one)
            back = read_direction(tmp_path / "one.json", event.snapshot.latent)
            np.testing.assert_array_equal(back.vector, one.vector)
            assert (back.scale, back.parameters) == (one.scale, one.parameters)
            assert back.checkpoint == sha256


def test_every_method_says_what_it_is() -> None:
    assert all(row.title and row.help.endswith(".") for row in METHODS.values())


def test_a_direction_survives_where_it_was_found_and_fades_where_nothing_moves() -> None:
    codes = drawn() + 3 * LABELS[:, None].astype(np.float32) * PLANTED
    place = subject(codes)
    (found,) = finished(place, SMILE)
    same = survival(found, place)
    assert same.says.startswith("survives: at step 7")
    assert same.cosine == pytest.approx(1)
    later = table(drawn(3), LABELS, Slide(gain=0.0))
    gone = survival(found, Subject(later.event, later))
    assert gone.says.startswith("faded")
    assert gone.effect is not None
    assert abs(gone.effect[1]) < 0.3
    assert gone.change[1] == 0


def test_a_direction_that_its_method_finds_elsewhere_now_has_turned() -> None:
    wide = drawn() * np.array([2, 0.5, 1, 1, 1, 1], np.float32)
    (found,) = finished(subject(wide), Search("pca", count=1))
    half = np.float32(2**-0.5)
    slanted = wide.copy()
    slanted[:, 0], slanted[:, 1] = (
        half * (wide[:, 0] - wide[:, 1]),
        half * (wide[:, 0] + wide[:, 1]),
    )
    fate = survival(found, subject(slanted))
    assert fate.says.startswith("turned")
    assert fate.cosine == pytest.approx(half, abs=0.05)


def test_a_search_tells_how_far_it_is_and_can_be_left_at_any_time() -> None:
    codes = drawn() + 3 * LABELS[:, None].astype(np.float32) * PLANTED
    search = Search("attribute", attribute="class smiling", estimate="logistic regression")
    looking = searching(subject(codes), search)
    shares = [next(looking) for _ in range(6)]
    assert shares == sorted(set(shares))
    assert 0 <= shares[0] < shares[-1] < 1
    looking.close()
    with pytest.raises(StopIteration):
        next(looking)
