"""Runs that many tests harm: made once for all of them, and copied for each."""

from pathlib import Path

import pytest

from tests.trainers.hostile import copied
from tests.trainers.small_runs import stopped_at, tiny, trained


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A whole run of ten steps, and one stopped at step 7 with checkpoints 5, 6 and 7."""
    place = tmp_path_factory.mktemp("made")
    config = tiny(place, steps=10)
    return trained(config, place / "whole"), stopped_at(config, place / "runs", 7)


@pytest.fixture
def whole(made: tuple[Path, Path]) -> Path:
    """The whole run, only to be read."""
    return made[0]


@pytest.fixture
def folder(made: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the run that was stopped."""
    return copied(made, tmp_path)
