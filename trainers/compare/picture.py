"""A picture of the table, with samples of every row beside its numbers."""

import io
import unicodedata
from collections.abc import Sequence
from itertools import accumulate

from PIL import Image, ImageDraw, ImageFont

from trainers.compare.samples import samples_of
from trainers.compare.table import Line, Table, cost_words, number, seeds_words, words

SAMPLES = 12
SIDE = 48  # pixels of a sample on the picture
_MARGIN, _GAP, _SIZE = 24, 28, 16
_PAPER, _INK, _FAINT, _RULE = "#ffffff", "#1c2024", "#60656c", "#d0d4d9"
_BEST = "#e3f1e7"
_SPELLED = (
    ("↓", "(less is better)"),
    ("↑", "(more is better)"),
    ("×", "x"),
    ("−", "-"),
    ("β", "beta"),
    ("γ", "gamma"),
    ("λ", "lambda"),
)


def picture_of(table: Table) -> bytes:
    """Draw the table and a strip of samples of each row's first seed; returns a PNG."""
    rows = [_texts(line) for line in table.lines]
    heads = ["row", *map(_plain, table.headings), "seeds", "parameters",
             "training", "per step"]  # fmt: skip
    widths = [
        max(_width(row[index]) for row in (heads, *rows)) + _GAP for index in range(len(heads))
    ]
    strip = SAMPLES * (SIDE + 4)
    wide = 2 * _MARGIN + sum(widths) + strip
    said = (table.what, table.how)
    about = [line for text in said for line in _wrapped(_plain(text), wide - 2 * _MARGIN)]
    if table.floor is not None:
        about.append(f"Real images learned from score {number(table.floor)}: the floor.")
    top = _MARGIN + 36 + 22 * len(about) + 16
    tall = top + 34 + len(rows) * (SIDE + 12) + _MARGIN
    image = Image.new("RGB", (wide, tall), _PAPER)
    page = ImageDraw.Draw(image)
    page.text((_MARGIN, _MARGIN), _plain(table.title), _INK, _font(22))
    for index, text in enumerate(about):
        page.text((_MARGIN, _MARGIN + 36 + 22 * index), text, _FAINT, _font(_SIZE - 1))
    lefts = [_MARGIN, *accumulate(widths, initial=_MARGIN)][1:]
    _write_row(page, lefts, [*heads, "samples of the first seed"], top, _FAINT)
    for index, (line, row) in enumerate(zip(table.lines, rows, strict=True)):
        y = top + 34 + index * (SIDE + 12)
        page.line((_MARGIN, y - 6, wide - _MARGIN, y - 6), _RULE)
        _mark(page, line, lefts, y)
        _write_row(page, lefts, row, y + SIDE // 2 - 10, _INK)
        _paste(image, line, lefts[len(heads)], y)
    out = io.BytesIO()
    image.save(out, format="png")
    return out.getvalue()


def _texts(line: Line) -> list[str]:
    texts = [line.row, *map(words, line.values), seeds_words(line), *cost_words(line)]
    return [_plain(text) for text in texts]


def _plain(text: str) -> str:
    """Write what the built-in font lacks in letters that it has."""
    for sign, letters in _SPELLED:
        text = text.replace(sign, letters)
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _write_row(
    page: ImageDraw.ImageDraw, lefts: Sequence[int], texts: Sequence[str], y: int, ink: str
) -> None:
    for left, text in zip(lefts, texts, strict=False):
        page.text((left, y), text, ink, _font(_SIZE))


def _mark(page: ImageDraw.ImageDraw, line: Line, lefts: Sequence[int], y: int) -> None:
    for value, left, right in zip(line.values, lefts[1:], lefts[2:], strict=False):
        if value.best:
            page.rectangle((left - 8, y, right - _GAP + 8, y + SIDE), _BEST)


def _paste(image: Image.Image, line: Line, left: int, y: int) -> None:
    sheet = next((cell.sheet for cell in line.cells if cell.sheet is not None), None)
    pixels = samples_of(sheet, SAMPLES) if sheet is not None else None
    for index, picture in enumerate(() if pixels is None else pixels):
        flat = picture[:, :, 0] if picture.shape[2] == 1 else picture
        small = Image.fromarray(flat).convert("RGB").resize((SIDE, SIDE))
        image.paste(small, (left + index * (SIDE + 4), y))


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, _SIZE - 1) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _width(text: str, size: int = _SIZE) -> int:
    return round(_font(size).getlength(text))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
