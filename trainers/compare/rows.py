"""How a row is written in a line: `ns`, `wgan-gp`, `mine=gan:lsgan+ema=0.9`."""

import json
from collections.abc import Iterator

from pydantic import ValidationError

from engines.catalog import FAMILIES
from engines.config import describe
from trainers.arguments import nearest
from trainers.compare.config import Row, Value


def known_rows() -> tuple[Row, ...]:
    """List what can be named by a single word: families, presets, objectives."""
    found: dict[str, Row] = {}
    for row in (*_families(), *_presets(), *_objectives()):
        found.setdefault(row.name, row)
    return tuple(found.values())


def row_from(text: str) -> Row:
    """Read `[NAME=]WORD[+field=value …]`, where WORD is a known row or `family:preset`.

    Raises:
        ValueError: if there is no such row.
    """
    head, *changes = text.strip().split("+")
    name, has_name, word = head.partition("=")
    word = word if has_name else name
    row = _row_of(word.strip())
    more = dict(setting_from(change) for change in changes)
    try:
        return Row(
            name=(name.strip() if has_name else row.name),
            family=row.family,
            preset=row.preset,
            changes={**row.changes, **more},
        )
    except ValidationError as error:
        raise ValueError(
            f"a row cannot be called {name.strip()!r:.60}; use letters, digits and dashes, "
            f"40 at most"
        ) from error


def rows_from(text: str) -> tuple[Row, ...]:
    """Read several rows with commas between them.

    Raises:
        ValueError: if one of them is no row.
    """
    return tuple(row_from(part) for part in text.split(",") if part.strip())


def row_words(row: Row) -> str:
    """Write `row` so that `row_from` reads it."""
    known = {plain.name: plain for plain in known_rows()}.get(row.name)
    if known == row:
        return row.name
    base = f"{row.family}:{row.preset}" if row.preset else row.family
    changes = "".join(f"+{name}={value_words(v)}" for name, v in row.changes.items())
    return f"{row.name}={base}{changes}"


def value_from(text: str) -> Value:
    """Read a setting's value: a number, true or false, or text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, bool | int | float) else text


def value_words(value: Value) -> str:
    """Write a value so that `value_from` reads it."""
    return value if isinstance(value, str) else json.dumps(value)


def setting_from(text: str) -> tuple[str, Value]:
    """Read `field=value`.

    Raises:
        ValueError: if the text is something else.
    """
    name, has_value, value = text.partition("=")
    if not has_value or not name.strip():
        raise ValueError(f"{text!r:.80} changes nothing; write field=value")
    return name.strip().replace("-", "_"), value_from(value.strip())


def _row_of(word: str) -> Row:
    family, has_preset, preset = word.partition(":")
    if has_preset:
        return Row(name=preset or family, family=family, preset=preset)
    known = {row.name: row for row in known_rows()}
    if word in FAMILIES:
        return Row(name=word, family=word)
    if word not in known:
        raise ValueError(
            f"there is no model {word!r:.60} to compare{nearest(word, (*known, *FAMILIES))}; "
            f"choose among {', '.join(known)}"
        )
    return known[word]


def _families() -> Iterator[Row]:
    for family in FAMILIES:
        if family != "gan":  # which game it plays is what a comparison is about
            yield Row(name=family, family=family)


def _presets() -> Iterator[Row]:
    for family, about in FAMILIES.items():
        for preset in about.presets:
            yield Row(name=preset, family=family, preset=preset)


def _objectives() -> Iterator[Row]:
    for family, about in FAMILIES.items():
        specs = {spec.name: spec for spec in describe(about.config)}
        choices = specs["objective"].choices if "objective" in specs else ()
        for objective in choices:
            yield Row(name=objective, family=family, changes={"objective": objective})
