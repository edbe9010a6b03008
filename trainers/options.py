"""Command-line options drawn from the configurations, and configurations read from options.

One option per field of the data, the plan, and the chosen family; `command.py` walks the same
rows the other way.
"""

import argparse
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError

from engines.catalog import FAMILIES
from engines.config import Config, FieldSpec, describe, explain
from trainers.arguments import nearest
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.plan import Plan
from trainers.recipes import plain_record

Section = Literal["data", "model", "plan"]

DEFAULT_FAMILY = "vae"
LARGEST_CONFIG = 1 << 20

_RENAMED: Mapping[tuple[Section, str], str] = MappingProxyType(
    {
        ("data", "source"): "data",
        ("data", "folder"): "data-dir",
        # the plan's `held_out` counts images, the data set's is a share
        ("data", "held_out"): "held-out-share",
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    """One field of a run's configuration as a command line names it."""

    section: Section
    spec: FieldSpec

    @property
    def name(self) -> str:
        """The option without its dashes: `learning-rate`."""
        usual = self.spec.name.replace("_", "-")
        return _RENAMED.get((self.section, self.spec.name), usual)

    @property
    def key(self) -> str:
        """Where the parsed value lies: `plan.seed`."""
        return f"{self.section}.{self.spec.name}"

    @property
    def help(self) -> str:
        """What the field means, its limits, unit and default."""
        spec = self.spec
        limits = "" if spec.kind == "switch" or spec.choices else spec.limits
        facts = [" ".join(filter(None, (limits, spec.unit))), f"default {self._default}"]
        text = f"{spec.help.rstrip('.')} ({', '.join(filter(None, facts))})"
        return text.replace("%", "%%")  # argparse formats help texts with %

    @property
    def _default(self) -> str:
        if self.spec.kind == "switch":
            return "on" if self.spec.default else "off"
        return str(self.spec.default) or "empty"

    def add_to(self, parser: argparse._ArgumentGroup) -> None:
        """Declare the option; its text is checked later, by the configuration."""
        spec = self.spec
        keep: dict[str, Any] = {
            "dest": self.key,
            "default": argparse.SUPPRESS,
            "help": self.help,
        }
        if spec.kind == "switch":
            parser.add_argument(f"--{self.name}", action=argparse.BooleanOptionalAction, **keep)
            return
        metavar = "{" + ",".join(spec.choices) + "}" if spec.choices else _METAVARS[spec.kind]
        parser.add_argument(f"--{self.name}", metavar=metavar, **keep)


def options_of(family: str) -> tuple[Option, ...]:
    """List the options of a run of `family`, in the order of the form.

    Raises:
        ValueError: if there is no such family.
    """
    if family not in FAMILIES:
        near = nearest(family, FAMILIES)
        raise ValueError(
            f"there is no model {family!r}{near}; choose one of {', '.join(FAMILIES)}"
        )
    sections = _sections(family).items()
    return tuple(Option(name, spec) for name, config in sections for spec in describe(config))


def add_run_options(
    parser: argparse.ArgumentParser,
    family: str,
    sections: Container[Section] = ("data", "model", "plan"),
) -> None:
    """Declare every option of a run of `family`, under the headings of the form."""
    groups: dict[str, argparse._ArgumentGroup] = {}
    for option in options_of(family):
        if option.section not in sections:
            continue
        heading = option.spec.group or "Other"
        if heading not in groups:
            groups[heading] = parser.add_argument_group(heading)
        option.add_to(groups[heading])


def read_options(parsed: argparse.Namespace, base: Mapping[str, Any], family: str) -> RunConfig:
    """Build the configuration of `family` from what was typed, on top of `base`.

    `base` is a whole or partial configuration, section by section. Its model counts only if it
    is of the same family, since families share no fields.

    Raises:
        ValueError: naming every option whose value is refused.
    """
    parts: dict[str, Config] = {}
    mistakes: list[str] = []
    for section, config in _sections(family).items():
        values = _merged(section, parsed, base, family)
        try:
            parts[section] = config.model_validate(values)
        except ValidationError as error:
            mistakes.append(_in_options(section, error))
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return RunConfig.model_validate(parts)


def read_base(path: Path) -> dict[str, Any]:
    """Read a configuration file: a run's own, or a preset that names only some values.

    Raises:
        ValueError: if the file is too large or no such configuration.
        OSError: if it cannot be read.
    """
    if path.stat().st_size > LARGEST_CONFIG:
        raise ValueError(f"{path.name} is too large for a configuration")
    values = plain_record(path.read_text(encoding="utf-8", errors="replace"), path.name)
    values = values.get("config", values) if "format" in values else values
    if not isinstance(values, dict):
        raise ValueError(f"{path.name}: config is not a record of names and values")
    strangers = sorted(set(values) - set(RunConfig.model_fields))
    if strangers:
        raise ValueError(f"{path.name}: there is no such setting as {strangers[0]!r:.60}")
    for section, part in values.items():
        if not isinstance(part, dict):
            raise ValueError(f"{path.name}: {section} is not a record of names and values")
    return values


def refuse_strange_family(strangers: Iterable[str], family: str) -> None:
    """Complain about an option that belongs to another family than the chosen one.

    Raises:
        ValueError: if there is one among `strangers`.
    """
    for stranger in strangers:
        name = stranger.partition("=")[0]
        for other in FAMILIES:
            if other != family and name in _spellings(other):
                raise ValueError(
                    f"{name} is not an option of {family}; it needs --model {other}"
                )


def _spellings(family: str) -> set[str]:
    names = [option.name for option in options_of(family)]
    return {f"--{name}" for name in names} | {f"--no-{name}" for name in names}


def _sections(family: str) -> dict[Section, type[Config]]:
    return {"data": DataConfig, "model": FAMILIES[family].config, "plan": Plan}


def _merged(
    section: Section, parsed: argparse.Namespace, base: Mapping[str, Any], family: str
) -> dict[str, Any]:
    """Lay what was typed over what `base` says of a section."""
    values = dict(base.get(section, {}))
    if section == "model" and values.pop("family", family) != family:
        values = {}
    typed = vars(parsed)
    options = (option for option in options_of(family) if option.section == section)
    return values | {o.spec.name: typed[o.key] for o in options if o.key in typed}


def _in_options(section: Section, error: ValidationError) -> str:
    """Say the mistakes in the words of the command line."""
    text = explain(error)
    for row in error.errors():
        name = str(row["loc"][0]) if row["loc"] else ""
        if name and row["type"] != "extra_forbidden":
            option = _RENAMED.get((section, name), name.replace("_", "-"))
            text = text.replace(f"{name}: ", f"--{option}: ", 1)
    return text


_METAVARS = MappingProxyType({"whole": "N", "number": "X", "text": "TEXT", "choice": ""})
