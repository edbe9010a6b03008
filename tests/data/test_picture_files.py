"""Every mode, depth and format of a picture file gives the bytes that a person sees."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trainers.data import picture
from trainers.data.picture import FORMATS, SUFFIXES, BrokenPicture, Look, decoded, is_coloured

GREY, COLOUR = (Look(32, "crop", ink, "#ffffff") for ink in ("L", "RGB"))


def filled(mode: str, value) -> Image.Image:
    return Image.new(mode, (40, 40), value)


def palette(*, transparent: bool = False) -> Image.Image:
    image = filled("P", 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    if transparent:
        image.info["transparency"] = 1
    return image


def sixteen(value: int) -> Image.Image:
    return Image.fromarray(np.full((40, 40), value, np.uint16))


ONE_BIT, MIDDLE = filled("1", 1), filled("L", 128)
FILES = {
    "1.png": (ONE_BIT, (255, 255, 255)),
    "1.tiff": (ONE_BIT, (255, 255, 255)),
    "1.bmp": (filled("1", 0), (0, 0, 0)),
    "L.png": (MIDDLE, (128, 128, 128)),
    "L.jpg": (MIDDLE, (128, 128, 128)),
    "L.bmp": (MIDDLE, (128, 128, 128)),
    "L.tif": (MIDDLE, (128, 128, 128)),
    "L.gif": (MIDDLE, (128, 128, 128)),
    "P.png": (palette(), (200, 100, 50)),
    "P.gif": (palette(), (200, 100, 50)),
    "P.bmp": (palette(), (200, 100, 50)),
    "P.tiff": (palette(), (200, 100, 50)),
    "P transparent.png": (palette(transparent=True), (255, 255, 255)),
    "P transparent.gif": (palette(transparent=True), (255, 255, 255)),
    "RGB.png": (filled("RGB", (10, 20, 30)), (10, 20, 30)),
    "RGB.bmp": (filled("RGB", (10, 20, 30)), (10, 20, 30)),
    "RGB.tiff": (filled("RGB", (10, 20, 30)), (10, 20, 30)),
    "RGB.webp": (filled("RGB", (10, 20, 30)), (10, 20, 30)),
    "RGB.JPEG": (filled("RGB", (10, 20, 30)), (10, 20, 30)),
    "RGBA clear.png": (filled("RGBA", (10, 20, 30, 0)), (255, 255, 255)),
    "RGBA solid.png": (filled("RGBA", (10, 20, 30, 255)), (10, 20, 30)),
    "RGBA half.png": (filled("RGBA", (0, 0, 0, 128)), (127, 127, 127)),
    "RGBA half.webp": (filled("RGBA", (0, 0, 0, 128)), (127, 127, 127)),
    "RGBA half.tiff": (filled("RGBA", (0, 0, 0, 128)), (127, 127, 127)),
    "LA half.png": (filled("LA", (0, 128)), (127, 127, 127)),
    "LA half.tiff": (filled("LA", (0, 128)), (127, 127, 127)),
    "CMYK.jpg": (filled("CMYK", (0, 255, 255, 0)), (255, 0, 0)),
    "CMYK.tiff": (filled("CMYK", (255, 0, 0, 127)), (0, 128, 128)),
    "I;16 white.png": (sixteen(65535), (255, 255, 255)),
    "I;16 middle.png": (sixteen(32896), (128, 128, 128)),
    "I;16 dark.png": (sixteen(257), (1, 1, 1)),
    "I;16 middle.tiff": (sixteen(32896), (128, 128, 128)),
    "F middle.tiff": (filled("F", 0.5), (128, 128, 128)),
    "YCbCr.jpg": (filled("RGB", (200, 30, 90)).convert("YCbCr"), (200, 30, 90)),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_mode_and_format_has_the_colour_one_sees(tmp_path, name):
    image, seen = FILES[name]
    lossless = {"lossless": True, "exact": True} if name.endswith("webp") else {}
    image.save(tmp_path / name, **lossless)

    pixels = decoded(tmp_path / name, COLOUR)

    assert pixels.dtype == np.uint8
    assert pixels.shape == (3, 32, 32)
    assert pixels.reshape(3, -1).T.tolist() == pytest.approx(np.tile(seen, (1024, 1)), abs=2)


@pytest.mark.parametrize("name", FILES)
def test_a_grey_picture_is_the_luminance_of_the_coloured_one(tmp_path, name):
    FILES[name][0].save(tmp_path / name)

    red, green, blue = decoded(tmp_path / name, COLOUR).astype(float)
    grey = decoded(tmp_path / name, GREY)[0]

    assert np.abs(0.299 * red + 0.587 * green + 0.114 * blue - grey).max() <= 1


def test_sixteen_bits_are_scaled_and_not_cut_off(tmp_path):
    ramp = np.tile(np.linspace(0, 65535, 32).astype(np.uint16), (32, 1))
    Image.fromarray(ramp).save(tmp_path / "ramp.png")

    pixels = decoded(tmp_path / "ramp.png", GREY)

    assert pixels[0, 0].tolist() == np.rint(ramp[0] / 257).tolist()


@pytest.mark.parametrize("background", ["#000000", "#ff0000", "#123456"])
def test_transparent_pixels_show_the_chosen_background(tmp_path, background):
    filled("RGBA", (9, 9, 9, 0)).save(tmp_path / "clear.png")

    pixels = decoded(tmp_path / "clear.png", Look(32, "crop", "RGB", background))

    assert "#" + bytes(pixels[:, 5, 5]).hex() == background


CORNERS = {
    1: (0, 0),
    2: (0, -1),
    3: (-1, -1),
    4: (-1, 0),
    5: (0, 0),
    6: (0, -1),
    7: (-1, -1),
    8: (-1, 0),
}


@pytest.mark.parametrize("orientation", CORNERS)
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
def test_the_orientation_a_camera_wrote_is_followed(tmp_path, orientation, suffix):
    """The bright corner is at the upper left of the stored pixels, wherever up is."""
    stored = np.zeros((64, 64), np.uint8)
    stored[:32, :32] = 255
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(stored).convert("RGB").save(tmp_path / f"a.{suffix}", exif=exif)

    pixels = decoded(tmp_path / f"a.{suffix}", GREY)[0]

    bright = [corner for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)) if pixels[corner] > 200]
    assert bright == [CORNERS[orientation]]


@pytest.mark.parametrize(
    ("fit", "columns"), [("crop", [255] * 32), ("stretch", [0] * 7 + [255] * 16 + [0] * 7)]
)
def test_a_wide_picture_is_cropped_to_its_middle_or_stretched_whole(tmp_path, fit, columns):
    wide = np.zeros((40, 80), np.uint8)
    wide[:, 20:60] = 255
    Image.fromarray(wide).save(tmp_path / "wide.png")

    row = decoded(tmp_path / "wide.png", Look(32, fit, "L", "#ffffff"))[0, 16].tolist()

    inner = row if fit == "crop" else row[:7] + row[8:24] + row[25:]
    assert inner == pytest.approx(columns, abs=30)


@pytest.mark.parametrize("side", [28, 32, 64, 128])
@pytest.mark.parametrize("size", [(1, 1), (3, 500), (128, 128), (1000, 700)])
def test_every_size_becomes_the_chosen_side(tmp_path, side, size):
    Image.new("RGB", size, (1, 2, 3)).save(tmp_path / "a.png")

    assert decoded(tmp_path / "a.png", Look(side, "crop", "RGB", "#ffffff")).shape == (
        3,
        side,
        side,
    )


def test_a_large_photograph_decoded_near_its_size_stays_true(tmp_path):
    y, x = np.mgrid[:1024, :1024]
    smooth = np.uint8(127 + 100 * np.sin(x / 160) * np.cos(y / 130))
    Image.fromarray(smooth).save(tmp_path / "a.jpg", quality=95)
    Image.fromarray(smooth).save(tmp_path / "a.png")

    quick, exact = (
        decoded(tmp_path / f"a.{kind}", GREY).astype(int) for kind in ("jpg", "png")
    )

    assert np.abs(quick - exact).max() <= 4


def test_the_first_frame_of_a_moving_picture_is_taken(tmp_path):
    frames = [filled("L", value) for value in (50, 150, 250)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])

    assert decoded(tmp_path / "a.gif", GREY)[0, 3, 3] == 50


@pytest.mark.parametrize(
    ("colour", "coloured"),
    [((128, 128, 128), False), ((128, 132, 126), False), ((200, 100, 50), True)],
)
def test_colour_is_seen_and_the_tint_of_compression_is_not(tmp_path, colour, coloured):
    filled("RGB", colour).save(tmp_path / "a.jpg")

    assert is_coloured(tmp_path / "a.jpg", GREY) is coloured


def test_a_file_that_cannot_be_read_has_no_colour(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"no picture")

    assert not is_coloured(tmp_path / "a.jpg", GREY)


BROKEN = {
    "empty.png": b"",
    "text.jpg": b"this is text",
    "script.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_picture_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(BROKEN[name])

    with pytest.raises(BrokenPicture, match=name):
        decoded(tmp_path / name, GREY)


def test_why_a_file_is_no_picture_names_no_address_in_memory(tmp_path):
    (tmp_path / "a.png").write_bytes(b"this is no picture")

    with pytest.raises(BrokenPicture) as error:
        decoded(tmp_path / "a.png", COLOUR)

    assert str(error.value) == (
        "a.png: it is no picture of a kind that is read here (PNG, JPEG, WEBP, BMP, GIF, TIFF)"
    )


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp", "gif", "tiff"])
def test_half_a_picture_is_refused(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3), np.uint8)
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(BrokenPicture, match=r"a\."):
        decoded(path, GREY)


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    monkeypatch.setattr(picture, "MAX_PIXELS", 1599)
    filled("L", 0).save(tmp_path / "a.png")

    with pytest.raises(BrokenPicture, match="40×40 pixels"):
        decoded(tmp_path / "a.png", GREY)


def test_whole_numbers_without_an_agreed_range_are_refused(tmp_path):
    filled("I", 70_000).save(tmp_path / "a.tiff")

    with pytest.raises(BrokenPicture, match="no agreed range"):
        decoded(tmp_path / "a.tiff", GREY)


def test_no_format_is_read_that_could_start_another_program():
    assert not {"EPS", "PDF", "WMF", "FPX", "MIC"} & set(FORMATS)
    assert {".png", ".jpg", ".webp", ".bmp", ".gif", ".tif"} <= SUFFIXES


def test_a_missing_file_is_a_broken_picture(tmp_path: Path):
    with pytest.raises(BrokenPicture, match="gone"):
        decoded(tmp_path / "gone.png", GREY)


def test_a_picture_cut_short_is_said_to_be_so(tmp_path):
    whole = tmp_path / "whole.png"
    Image.new("RGB", (64, 64), "red").save(whole)
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[:60])

    with pytest.raises(BrokenPicture, match=r"^cut\.png: it is broken or cut short \(.+\)"):
        decoded(tmp_path / "cut.png", COLOUR)
