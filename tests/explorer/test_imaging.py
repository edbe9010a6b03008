"""Arrays become pictures pixel by pixel, and nothing of the array is kept."""

import numpy as np
import pytest

from explorer.imaging import pack, packed_pixmap, to_image, to_pixmap


def back(image) -> np.ndarray:
    """Read an image back as (h, w, 3)."""
    image = image.convertToFormat(image.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("width", [1, 2, 3, 5, 28, 63])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_pixel_arrives_at_every_width(width, channels):
    picture = noise(4, width, channels)

    image = to_image(picture)

    assert np.array_equal(back(image), np.broadcast_to(picture, (4, width, 3)))


def test_grey_stays_grey(qapp):
    image = to_pixmap(noise(5, 7, 1)).toImage()

    assert image.allGray()


def test_the_array_may_change_and_go_afterwards():
    picture = np.full((3, 5, 1), 7, np.uint8)
    image = to_image(picture)

    picture[:] = 200

    assert set(back(image).ravel()) == {7}


def test_a_transposed_view_is_not_skewed():
    picture = noise(6, 4, 3).swapaxes(0, 1)

    assert np.array_equal(back(to_image(picture)), picture)


def test_two_channels_are_refused():
    with pytest.raises(ValueError, match="1 or 3 channels, not 2"):
        to_image(noise(3, 3, 2))


def test_packed_pictures_lie_row_by_row_and_missing_ones_are_black():
    pixels = noise(5, 2, 3, 1)

    sheet = pack(pixels, 2)

    assert sheet.shape == (6, 6, 1)
    assert np.array_equal(sheet[:2, 3:], pixels[1])
    assert np.array_equal(sheet[4:, :3], pixels[4])
    assert not sheet[4:, 3:].any()


@pytest.mark.parametrize("side", [27, 26, 21, 14, 9, 4])
def test_shrunk_neighbours_do_not_mix(qapp, side):
    board = np.zeros((64, 28, 28, 1), np.uint8)
    board[(np.arange(64) + np.arange(64) // 8) % 2 == 1] = 255

    sheet = back(packed_pixmap(board, 8, (side, side)).toImage())[..., 0]

    assert sheet.shape == (8 * side, 8 * side)
    cells = sheet.reshape(8, side, 8, side).swapaxes(1, 2).reshape(64, -1)
    assert np.abs(cells.astype(int) - board.reshape(64, -1)[:, :1]).max() <= 8
