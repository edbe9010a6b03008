"""The base of every configuration, and the one reading of its fields.

A configuration that exists is valid. Its fields state limits, unit and help once; the form,
the command line and the file on disk are all drawn from `describe`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, ErrorDetails, core_schema


class Scale(Enum):
    """How an editor should step through a number."""

    LINEAR = "linear"
    LOG = "log"


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a field, as a reader would say it."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """The heading under which a form shows the field."""

    name: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """Restricts a text field to the rows of a table, named in the complaint."""

    choices: tuple[str, ...]

    @classmethod
    def rows(cls, table: Iterable[str]) -> "OneOf":
        """Take the choices from the keys of `table`."""
        return cls(tuple(table))

    def __get_pydantic_core_schema__(
        self, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the value after it is known to be text."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str) -> str:
        if value not in self.choices:
            raise ValueError(f"{value!r} is not one of {', '.join(self.choices)}")
        return value


AnyConfig = TypeVar("AnyConfig", bound="Config")  # not Self: the run-time checker refuses it


class Config(BaseModel):
    """A frozen record of choices; unknown names and values outside their limits are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def changed(self: AnyConfig, **values: Any) -> AnyConfig:
        """Return a copy with `values` replaced, checked as a whole.

        Raises:
            ValidationError: if the result is not valid.
        """
        return type(self).model_validate({**self.model_dump(), **values})


class ModelConfig(Config):
    """The base of every family's configuration; `family` is its row in the catalogue."""

    family: str


MOST_MISTAKES = 8
LONGEST_WORDS = 300  # characters

Kind = Literal["whole", "number", "choice", "switch", "text"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """All that an editor or a command-line option needs to know about one field.

    `low` and `high` are None where there is no limit; `open_low` and `open_high` say that
    the limit itself is excluded.
    """

    name: str
    title: str
    kind: Kind
    default: Any
    help: str
    unit: str = ""
    group: str = ""
    scale: Scale = Scale.LINEAR
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False
    choices: tuple[str, ...] = ()

    @property
    def limits(self) -> str:
        """The allowed values in words, or nothing where all are allowed."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        closed = not (self.open_low or self.open_high)
        if self.low is not None and self.high is not None and closed:
            return f"{self.low:g} to {self.high:g}"
        words = []
        if self.low is not None:
            words.append(f"{'more than' if self.open_low else 'at least'} {self.low:g}")
        if self.high is not None:
            words.append(f"{'less than' if self.open_high else 'at most'} {self.high:g}")
        return ", ".join(words)


def describe(config: type[Config]) -> tuple[FieldSpec, ...]:
    """Read the editable fields of `config`, in order.

    A field with one allowed value (a family's own name) is not a choice and is left out, and so
    is a nested configuration.
    """
    fields = config.model_fields.items()
    return tuple(_spec(name, field) for name, field in fields if not _is_fixed(field))


def explain(error: ValidationError) -> str:
    """Say what was wrong with which field, on one line, however long a stranger's file is."""
    rows = error.errors()
    said = [_mistake(row) for row in rows[:MOST_MISTAKES]]
    if len(rows) > MOST_MISTAKES:
        said.append(f"and {len(rows) - MOST_MISTAKES:,} more mistakes")
    return "; ".join(said)


_KINDS: MappingProxyType[type, Kind] = MappingProxyType(
    {bool: "switch", int: "whole", float: "number", str: "text"}
)


_REQUIREMENTS = MappingProxyType(
    {
        "int_parsing": "must be a whole number",
        "int_type": "must be a whole number",
        "int_from_float": "must be a whole number",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "bool_parsing": "must be true or false",
        "bool_type": "must be true or false",
        "string_type": "must be text",
    }
)


def _is_fixed(field: FieldInfo) -> bool:
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return len(get_args(annotation)) == 1
    return annotation not in _KINDS


def _spec(name: str, field: FieldInfo) -> FieldSpec:
    marks = field.metadata
    choices = _choices(field)
    low, open_low = _limit(marks, Ge, Gt)
    high, open_high = _limit(marks, Le, Lt)
    return FieldSpec(
        name=name,
        title=field.title or name.replace("_", " ").capitalize(),
        kind="choice" if choices else _kind(field),
        default=field.default,
        help=field.description or "",
        unit=next((mark.name for mark in marks if isinstance(mark, Unit)), ""),
        group=next((mark.name for mark in marks if isinstance(mark, Group)), ""),
        scale=next((mark for mark in marks if isinstance(mark, Scale)), Scale.LINEAR),
        low=low,
        high=high,
        open_low=open_low,
        open_high=open_high,
        choices=choices,
    )


def _kind(field: FieldInfo) -> Kind:
    kinds: dict[Any, Kind] = dict(_KINDS)
    return kinds[field.annotation]


def _choices(field: FieldInfo) -> tuple[str, ...]:
    if get_origin(field.annotation) is Literal:
        return tuple(str(value) for value in get_args(field.annotation))
    return next((mark.choices for mark in field.metadata if isinstance(mark, OneOf)), ())


def _limit(marks: list[Any], closed: type, opened: type) -> tuple[float | None, bool]:
    for mark in marks:
        if isinstance(mark, closed | opened):
            value = next(iter(vars_of(mark)))
            return float(value), isinstance(mark, opened)
    return None, False


def vars_of(mark: Any) -> tuple[Any, ...]:
    """Return the values of a slotted or plain annotation mark."""
    return tuple(getattr(mark, name) for name in mark.__dataclass_fields__)


def _mistake(row: ErrorDetails) -> str:
    where = _clipped(".".join(str(part) for part in row["loc"])) or "configuration"
    said = row["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    what = _clipped(_REQUIREMENTS.get(row["type"], said))
    if row["type"] == "extra_forbidden":
        return f"{where}: there is no such setting"
    if row["type"] == "json_invalid":
        return "its file is damaged, no JSON any more; put a copy of it back if there is one"
    if row["type"] in {"value_error", "missing"}:
        return f"{where}: {what}"
    given = f" (given {row['input']!r:.60})"
    return f"{where}: {what}{given}"


def _clipped(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1] + "…"
