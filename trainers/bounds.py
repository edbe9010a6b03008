"""How much a recipe may ask for, and how records from strangers are read."""

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from engines.config import explain

T = TypeVar("T")

LARGEST_SEED = 2**53
MOST_PICTURES = 10_000
MOST_LATENTS = 4_096
WIDEST = 1e4


def plain_record(text: str, what: str) -> dict[str, Any]:
    """Parse a JSON object with text keys.

    Raises:
        ValueError: if `text` is anything else, in one sentence that names `what`.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the {what} is not valid JSON") from error
    if not isinstance(values, dict):
        raise ValueError(f"the {what} is not a record of names and values")
    return values


def checked(kind: type[T], values: object, name: str) -> T:
    """Make a `kind` of what a file called `name` holds.

    Raises:
        ValueError: if it holds anything else, in one sentence.
    """
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        raise ValueError(f"{name} is damaged: {explain(error)}") from error


def within(name: str, value: float, low: float, high: float) -> None:
    """Check that `value` lies in [low, high].

    Raises:
        ValueError: if it does not, or is not a number.
    """
    if not low <= value <= high:
        raise ValueError(f"{name} must lie between {low:,} and {high:,} (given {value!r:.20})")
