"""A direction survives the disk bit for bit; what is none is refused in a sentence."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.latent.directions import Direction, unit
from engines.snapshot import LatentPart, LatentSpace
from trainers.directions import LARGEST, read_direction, write_direction

SPACE = LatentSpace(
    6,
    "gauss",
    (LatentPart("z", 4, "gauss"), LatentPart("class", 2, "categorical", ("owl", "cat"))),
)
FACTS = (
    "name scale method space checkpoint consistency effect is_reliable leakage parameters notes"
)


def direction(seed=0, **values):
    drawn = np.random.default_rng(seed).normal(size=6)
    drawn[4:] = 0
    plain = {
        "name": "Lächeln",
        "scale": 0.1 + 0.2,
        "method": "mean difference",
        "checkpoint": "ab" * 32,
        "parameters": {"seed": 3, "A": 40, "penalty": 1.5, "of": "smile"},
        "consistency": 1 / 3,
        "leakage": {"age": -0.25},
        "is_reliable": True,
    }
    return Direction(vector=unit(drawn, "it"), latent=SPACE, **(plain | values))


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_read_is_what_was_written(tmp_path_factory, seed):
    path = tmp_path_factory.mktemp("kept") / "smile.json"
    made = direction(seed)

    write_direction(path, made)
    again = read_direction(path, SPACE)

    assert again.vector.tobytes() == made.vector.tobytes()
    assert again.latent == SPACE
    for name in FACTS.split():
        assert getattr(again, name) == getattr(made, name)


def test_a_direction_for_another_latent_size_is_refused(tmp_path):
    write_direction(tmp_path / "smile.json", direction())

    with pytest.raises(ValueError, match="has 6 axes and the latent space 8"):
        read_direction(tmp_path / "smile.json", LatentSpace(8))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"vector": [1, 1, 0, 0, 0, 0]}, "the length 1.41421 instead of 1"),
        ({"vector": [0, 0, 0, 0, 1, 0]}, "mixes choices"),
        ({"vector": [1, 0, 0]}, "have 6 axes, not 3"),
        ({"vector": ["x"]}, "cannot be used: vector"),
        ({"vector": [1e39, 0, 0, 0, 0, 0]}, "no finite numbers"),
        ({"scale": -1}, "no finite numbers"),
        ({"scale": float("nan")}, "cannot be used: scale"),
        ({"space": "w"}, "cannot be used: space"),
        ({"checkpoint": "zz"}, "cannot be used: checkpoint"),
        ({"surprise": 1}, "cannot be used: surprise"),
        ({"version": 9}, "cannot be used: version"),
        ({"format": "else"}, "no direction of this program"),
    ],
)
def test_a_file_changed_by_hand_is_refused_in_a_sentence(tmp_path, changes, why):
    path = tmp_path / "smile.json"
    write_direction(path, direction())
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    with pytest.raises(ValueError, match=why):
        read_direction(path)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "not valid JSON"),
        (b"[1]", "not a record"),
        (b"\xff\xfe", "holds no text"),
        (b" " * (LARGEST + 1), "larger than"),
    ],
)
def test_what_is_no_direction_is_refused(tmp_path, data, why):
    path = tmp_path / "smile.json"
    path.write_bytes(data)

    with pytest.raises(ValueError, match=why):
        read_direction(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        read_direction(tmp_path / "none.json")


def test_what_a_file_may_not_hold_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="cannot be kept: effect"):
        write_direction(tmp_path / "smile.json", direction(effect=float("inf")))

    assert not list(tmp_path.iterdir())
