"""A study as one record: which models compete, on what, for how long, judged by what."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, ValidationError, model_validator

from engines.catalog import FAMILIES, read_model, refusal_of_points
from engines.config import Config, ModelConfig, Unit, explain
from trainers.arguments import nearest
from trainers.compare.search import Range, Search
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.plan import BuiltInExtractor, Plan

Value: TypeAlias = bool | int | float | str
Changes: TypeAlias = dict[str, Value]

MOST_ROWS = 64
EXTRACTOR: Final = "fd-mini-v1"


class Row(Config):
    """One competitor: a family, the published settings it starts from, and what is changed."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,39}$")
    family: str = Field(max_length=40)
    preset: str = Field("", max_length=40)
    changes: Changes = Field(default_factory=dict, max_length=64)


class StudyConfig(Config):
    """Repeats a comparison exactly, on the same kind of machine, from nothing else."""

    title: str = Field("", max_length=200)
    data: DataConfig = DataConfig()
    rows: tuple[Row, ...] = Field(min_length=1, max_length=MOST_ROWS)
    shared: Changes = Field(default_factory=dict, max_length=64)
    """Laid over the published settings of every row whose family has such a field."""
    plan: Plan = Plan(threads=1)
    """Of every cell; a cell's own seed is counted on from its seed."""
    budget: Literal["generator", "discriminator"] = "generator"
    """Whose updates the plan's steps count; with the latter, a model that updates its
    discriminator five times a step makes a fifth of the steps."""
    first: tuple[str, ...] = Field((), max_length=MOST_ROWS)
    """Rows to begin with at each seed: slow ones, so that no core waits for them at the end."""
    seeds: Annotated[int, Unit("seeds")] = Field(3, ge=1, le=1_000)
    search: Search | None = None
    extractor: BuiltInExtractor = EXTRACTOR
    images: Annotated[int, Unit("images")] = Field(
        10_000,
        ge=2,
        le=1_000_000,
        description="How many generated and how many held-out images a cell is judged by; "
        "fewer where the data set holds fewer back.",
    )

    @model_validator(mode="after")
    def _possible(self) -> "StudyConfig":
        names = [row.name for row in self.rows]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rows are called {twice[0]}; give each a name of its own")
        mistakes = [*self._wrong_rows(), *self._idle_settings()]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def row(self, name: str) -> Row:
        """Return the row called `name`."""
        return next(row for row in self.rows if row.name == name)

    def model_of(self, row: Row, drawn: Mapping[str, Value] | None = None) -> ModelConfig:
        """Lay the row's preset, what all rows share, the row's changes and `drawn` together.

        Raises:
            ValueError: if the family or the preset is unknown, or the settings contradict.
        """
        if row.family not in FAMILIES:
            near = nearest(row.family, FAMILIES)
            known = ", ".join(FAMILIES)
            raise ValueError(f"there is no model family {row.family!r}{near}; choose {known}")
        family = FAMILIES[row.family]
        if row.preset and row.preset not in family.presets:
            known = ", ".join(family.presets) or "none"
            raise ValueError(f"{row.family} has no preset {row.preset!r}; choose {known}")
        preset = family.presets[row.preset].values if row.preset else {}
        ours = {
            name: v for name, v in self.shared.items() if name in family.config.model_fields
        }
        return read_model(
            {**preset, **ours, **row.changes, **(drawn or {}), "family": row.family}
        )

    def run_of(self, row: Row, number: int, drawn: Mapping[str, Value] | None) -> RunConfig:
        """Return the whole run of the row's cell with the `number`th seed.

        Raises:
            ValueError: as `model_of`.
        """
        model = self.model_of(row, drawn)
        each = model.model_dump().get("discriminator_steps", 1)
        steps = self.plan.steps // (each if self.budget == "discriminator" else 1)
        plan = self.plan.changed(seed=self.plan.seed + number, steps=max(1, steps))
        return RunConfig(data=self.data, model=model, plan=plan)

    def ranges_of(self, row: Row) -> tuple[Range, ...]:
        """List the ranges of the search that mean something for the row's family."""
        if self.search is None:
            return ()
        fields = FAMILIES[row.family].config.model_fields
        return tuple(part for part in self.search.over if fields.keys() & set(part.fields))

    def drawn(self, row: Row, index: int) -> Mapping[str, Value]:
        """Return draw `index` of the row's search: the same for the same study.

        What cannot be (a critic without a hold, say) is drawn again.

        Raises:
            ValueError: if the ranges hold hardly anything that can be.
        """
        if self.search is None:
            return {}
        fields = FAMILIES[row.family].config
        ranges = self.ranges_of(row)
        for drawn in self.search.draws_of(f"{row.name}/{index}", ranges, fields):
            try:
                self.model_of(row, drawn)
            except ValueError:
                continue
            return drawn
        raise ValueError(
            f"row {row.name}: the ranges of the search hold hardly any settings that can be; "
            f"narrow them"
        )

    def _wrong_rows(self) -> Iterator[str]:
        for row in self.rows:
            try:
                family = self.model_of(row).family
                if self.data.about.points and (reason := refusal_of_points(family)):
                    raise ValueError(reason)
                if self.search is not None:
                    self.drawn(row, 0)
            except ValidationError as error:
                yield f"row {row.name}: {_mistakes(error)}"
            except ValueError as error:
                yield f"row {row.name}: {error}"

    def _idle_settings(self) -> Iterator[str]:
        known: set[str] = set()
        for row in self.rows:
            if row.family in FAMILIES:
                known |= set(FAMILIES[row.family].config.model_fields)
        over = self.search.over if self.search else ()
        for name in (*self.shared, *(name for part in over for name in part.fields)):
            if name not in known:
                yield f"no row has a setting {name!r:.60}{nearest(name, known)}"


def read_study(values: Mapping[str, Any]) -> StudyConfig:
    """Build a study from plain values.

    Raises:
        ValueError: naming every mistake, in one sentence.
    """
    try:
        return StudyConfig.model_validate(dict(values))
    except ValidationError as error:
        raise ValueError(_mistakes(error)) from error


def _mistakes(error: ValidationError) -> str:
    return explain(error).removeprefix("configuration: ")
