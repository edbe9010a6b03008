"""Fixtures of the data tests."""

from pathlib import Path

import pytest

from tests.data.picture_folders import put


@pytest.fixture
def pictures(tmp_path) -> Path:
    """Three cats and two dogs, each of its own grey."""
    greys = {
        "cats/1.png": 10,
        "cats/2.png": 20,
        "cats/deep/3.png": 30,
        "dogs/1.png": 40,
        "dogs/2.png": 50,
    }
    for name, grey in greys.items():
        put(tmp_path / "pictures", name, grey)
    return tmp_path / "pictures"
