"""Clips hold exactly the decoded pictures, say how they were made, and can be stopped."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from engines.snapshot import LatentSpace
from tests.trainers.test_export import PROVENANCE, Ramp
from trainers.clips import MOST_FRAMES, check_size, frames_of, write_clip
from trainers.data.load import Cancelled
from trainers.gifs import palette_of
from trainers.giftext import read_comment
from trainers.sidecar import ClipLayout, Made, made_from, read_made
from trainers.vectors import VectorsRecipe

RAMP = np.stack([np.linspace(-90, 90, 11), np.zeros(11)], axis=1).astype(np.float32)
RECIPE = VectorsRecipe.of(RAMP, 11, "a ramp")
MADE = Made(RECIPE, ClipLayout(rate=20, scale=3, order="loop"), PROVENANCE)


class Colours:
    """Decodes z to pictures of 4 × 6 pixels in colours that z₀ chooses."""

    latent = LatentSpace(2)
    shape = (3, 4, 6)
    weights = "decoder"

    def decode(self, z: np.ndarray) -> np.ndarray:
        pixels = np.arange(72, dtype=np.uint8).reshape(1, 4, 6, 3) + z[:, :1, None, None]
        return np.ascontiguousarray(pixels.astype(np.uint8))


def frames(path: Path) -> list[np.ndarray]:
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]


def test_grey_is_exact_in_a_gif(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.gif", Ramp(), MADE)

    found = frames(tmp_path / "a.gif")

    wanted = Ramp().decode(RAMP)[:, 0, 0, 0]
    assert [frame.shape for frame in found] == [(3, 3, 3)] * 11
    assert [set(frame.ravel().tolist()) for frame in found] == [{level} for level in wanted]


def test_few_colours_are_exact_in_a_gif(tmp_path: Path) -> None:
    few = VectorsRecipe.of(RAMP[5:7], 2, "two")
    write_clip(tmp_path / "a.gif", Colours(), replace(MADE, recipe=few))

    for frame, wanted in zip(
        frames(tmp_path / "a.gif"), Colours().decode(RAMP[5:7]), strict=True
    ):
        large = wanted.repeat(3, axis=0).repeat(3, axis=1)
        np.testing.assert_array_equal(frame, large)


def test_many_colours_are_near_and_always_the_same() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 30, 30, 3), np.uint8)

    first, second = palette_of(pixels), palette_of(pixels.copy())

    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first, axis=0)) > 200


@pytest.mark.parametrize(
    ("order", "count", "loops"),
    [("loop", 11, True), ("ping-pong", 20, True), ("once", 11, False)],
)
def test_a_gif_says_how_often_and_how_fast_it_is_seen(
    tmp_path: Path, order, count: int, loops: bool
) -> None:
    layout = ClipLayout(rate=20, scale=1, order=order)
    write_clip(tmp_path / "a.gif", Ramp(), replace(MADE, layout=layout))

    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == count
        assert image.info["duration"] == 50
        assert ("loop" in image.info) is loops


@pytest.mark.parametrize(("count", "frames"), [(1, (0,)), (2, (0, 1)), (3, (0, 1, 2, 1))])
def test_back_and_forth_shows_no_end_twice(count: int, frames: tuple[int, ...]) -> None:
    assert frames_of(count, "ping-pong") == frames


def test_a_gif_carries_its_record_and_the_same_record_gives_the_same_bytes(
    tmp_path: Path,
) -> None:
    for name in ("a.gif", "b.gif"):
        write_clip(tmp_path / name, Ramp(), MADE)

    assert read_made(tmp_path / "a.gif") == MADE
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


@pytest.mark.parametrize("after", [0, 3, 12, 21])
@pytest.mark.parametrize("name", ["a.gif", "a.mp4"])
def test_a_clip_that_is_stopped_leaves_the_old_one(
    tmp_path: Path, after: int, name: str
) -> None:
    if name.endswith("mp4"):
        pytest.importorskip("av")
    (tmp_path / name).write_bytes(b"before")
    told: list[int] = []

    with pytest.raises(Cancelled):
        write_clip(
            tmp_path / name,
            Ramp(),
            MADE,
            lambda done, _total: told.append(done),
            lambda: bool(told) and told[-1] >= after,
        )

    assert (tmp_path / name).read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_progress_comes_to_its_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    write_clip(tmp_path / "a.gif", Ramp(), MADE, lambda done, total: told.append((done, total)))

    assert told == sorted(told)
    assert told[0] == (0, 22)
    assert told[-1] == (22, 22)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("a.avi", "must end in .gif or .mp4"),
        ("no/a.gif", "no folder"),
        ("b.gif", "is a folder"),
    ],
)
def test_a_place_that_takes_no_clip_is_refused(
    tmp_path: Path, name: str, complaint: str
) -> None:
    (tmp_path / "b.gif").mkdir()

    with pytest.raises(ValueError, match=complaint):
        write_clip(tmp_path / name, Ramp(), MADE)


@pytest.mark.parametrize(
    ("count", "side", "complaint"),
    [
        (2, 1_000, "choose a scale"),
        (MOST_FRAMES + 1, 8, "at most 3,000"),
        (900, 512, "at most 682"),
    ],
)
def test_a_clip_too_large_is_refused(count: int, side: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        check_size(count, side, side, ClipLayout(scale=4))


def test_a_missing_encoder_is_named_with_the_way_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "av", None)

    with pytest.raises(ValueError, match=r"latent-explorer\[video\]"):
        write_clip(tmp_path / "a.mp4", Ramp(), MADE)

    assert not list(tmp_path.iterdir())


def test_a_video_shows_the_pictures(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    write_clip(tmp_path / "a.mp4", Ramp(), MADE)

    with av.open(str(tmp_path / "a.mp4")) as video:
        levels = [frame.to_ndarray(format="rgb24").mean() for frame in video.decode(video=0)]

    np.testing.assert_allclose(levels, Ramp().decode(RAMP)[:, 0, 0, 0], atol=3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a" + bytes(6),
        b"GIF89a" + bytes(7) + b"\x21\xfe\x05ab",
        b"GIF89a" + bytes(7) + b"\x21\xfe" + (b"\xff" + bytes(255)) * 17_000 + b"\0",
    ],
)
def test_a_broken_gif_costs_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.gif").write_bytes(content)

    with pytest.raises(ValueError, match=r"^a\.gif "):
        read_made(tmp_path / "a.gif")


def test_a_comment_is_found_behind_other_blocks(tmp_path: Path) -> None:
    Image.new("P", (2, 2)).save(
        tmp_path / "a.gif", comment=b"hello", append_images=[Image.new("P", (2, 2), 1)],
        save_all=True, loop=0,
    )  # fmt: skip

    assert read_comment(tmp_path / "a.gif") == "hello"
    with pytest.raises(ValueError, match="is not valid JSON"):
        made_from("hello", "a.gif")
