"""A configuration that exists is valid; it explains its fields and its refusals."""

from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from engines.catalog import FAMILIES, read_model
from engines.config import Config, FieldSpec, Group, OneOf, Scale, Unit, describe, explain
from engines.gans.objectives import OBJECTIVES

each_family = pytest.mark.parametrize("family", FAMILIES)
FIELDS = [
    pytest.param(row.config, spec, id=f"{family}.{spec.name}")
    for family, row in FAMILIES.items()
    for spec in describe(row.config)
]
each_field = pytest.mark.parametrize(("config", "spec"), FIELDS)


class Oven(Config):
    """One field of every kind."""

    model: Literal["oven"] = "oven"
    heat: Annotated[float, Scale.LOG, Unit("°C"), Group("Fire")] = Field(
        180, gt=0, lt=300, title="Top heat", description="How hot."
    )
    racks: int = Field(2, ge=1, le=4)
    fan: bool = False
    mode: Literal["bake", "grill"] = "bake"
    dish: Annotated[str, OneOf(("bread", "cake"))] = "bread"
    note: str = ""


def complaint(config, **values):
    with pytest.raises(ValidationError) as caught:
        config(**values)
    return explain(caught.value)


# ---- every family


@each_family
def test_a_form_shows_every_field_but_the_familys_own_name(family):
    config = FAMILIES[family].config

    shown = {spec.name for spec in describe(config)}

    assert shown == set(config.model_fields) - {"family"}


@each_field
def test_every_field_has_a_title_a_group_and_help_in_whole_sentences(config, spec):
    assert spec.title
    assert spec.group
    assert spec.help.endswith(".")


@each_field
def test_every_default_is_within_its_own_limits(config, spec):
    assert config(**{spec.name: spec.default}) == config()


@each_field
def test_every_number_has_limits_that_hold(config, spec):
    bounds = [(spec.low, spec.open_low, -1), (spec.high, spec.open_high, 1)]

    for bound, is_open, away in bounds if spec.kind in {"whole", "number"} else []:
        outside = bound if is_open else bound + away
        with pytest.raises(ValidationError):
            config(**{spec.name: outside})
        if not is_open:
            config(**{spec.name: int(bound) if spec.kind == "whole" else bound})


@each_field
def test_every_choice_is_accepted_and_no_other(config, spec):
    for choice in spec.choices:
        assert getattr(config(**{spec.name: choice}), spec.name) == choice
    with pytest.raises(ValidationError):
        config(**{spec.name: object()})


@each_family
def test_a_configuration_survives_the_disk(family):
    config = FAMILIES[family].config(latent_dim=7)

    assert FAMILIES[family].config.model_validate_json(config.model_dump_json()) == config
    assert read_model(config.model_dump()) == config


@each_family
def test_a_configuration_cannot_be_changed_only_replaced(family):
    config = FAMILIES[family].config()

    with pytest.raises(ValidationError, match="frozen"):
        config.latent_dim = 3
    assert config.changed(latent_dim=3).latent_dim == 3
    assert config.latent_dim != 3


@each_family
def test_a_replacement_is_checked_as_a_whole(family):
    with pytest.raises(ValidationError):
        FAMILIES[family].config().changed(latent_dim=0)


@each_family
def test_a_setting_that_does_not_exist_is_refused_by_name(family):
    config = FAMILIES[family].config

    assert complaint(config, momentun=0.9) == "momentun: there is no such setting"


@each_family
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none_are_refused(family, value):
    name = next(
        spec.name for spec in describe(FAMILIES[family].config) if spec.kind == "number"
    )

    assert complaint(FAMILIES[family].config, **{name: value}).startswith(f"{name}: ")


@each_family
def test_several_mistakes_are_told_in_one_sentence(family):
    told = complaint(FAMILIES[family].config, latent_dim=0, batch_size="many", momentun=1)

    parts = {part.split(":")[0] for part in told.split("; ")}
    assert parts == {"latent_dim", "batch_size", "momentun"}
    assert "\n" not in told
    assert "(given 0)" in told
    assert "(given 'many')" in told


@pytest.mark.parametrize(
    ("family", "field", "choices"),
    [
        ("vae", "likelihood", "auto, bernoulli, gaussian"),
        ("gan", "objective", ", ".join(OBJECTIVES)),
    ],
)
def test_a_wrong_choice_is_told_the_right_ones(family, field, choices):
    told = complaint(FAMILIES[family].config, **{field: "best"})

    assert told == f"{field}: 'best' is not one of {choices}"


@pytest.mark.parametrize("field", ["beta1", "ema"])
def test_a_memory_that_never_fades_is_refused(field):
    told = complaint(FAMILIES["gan"].config, **{field: 1.0})

    assert told.startswith(f"{field}: ")
    assert "less than 1" in told


# ---- the reading of fields


@pytest.mark.parametrize(
    ("name", "kind", "limits"),
    [
        ("heat", "number", "more than 0, less than 300"),
        ("racks", "whole", "1 to 4"),
        ("fan", "switch", ""),
        ("mode", "choice", "one of bake, grill"),
        ("dish", "choice", "one of bread, cake"),
        ("note", "text", ""),
    ],
)
def test_a_field_is_read_as_its_kind_with_its_limits_in_words(name, kind, limits):
    spec = next(spec for spec in describe(Oven) if spec.name == name)

    assert (spec.kind, spec.limits) == (kind, limits)


def test_the_marks_of_a_field_are_read():
    heat = describe(Oven)[0]

    assert heat == FieldSpec(
        name="heat",
        title="Top heat",
        kind="number",
        default=180,
        help="How hot.",
        unit="°C",
        group="Fire",
        scale=Scale.LOG,
        low=0,
        high=300,
        open_low=True,
        open_high=True,
    )


def test_a_field_without_a_title_is_called_by_its_name():
    assert describe(Oven)[1].title == "Racks"


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"low": 1.0}, "at least 1"),
        ({"low": 0.0, "open_low": True}, "more than 0"),
        ({"high": 9.0}, "at most 9"),
        ({"high": 1.0, "open_high": True}, "less than 1"),
        ({"low": 0.0, "high": 1.0}, "0 to 1"),
        ({"low": 0.0, "high": 1.0, "open_low": True}, "more than 0, at most 1"),
        ({"low": 0.0, "high": 1.0, "open_high": True}, "at least 0, less than 1"),
        ({}, ""),
    ],
)
def test_limits_are_said_in_words(limits, words):
    spec = FieldSpec("x", "X", "number", default=0.5, help="", **limits)

    assert spec.limits == words


@pytest.mark.parametrize("text", ["", "{", '{"heat": 1', "not JSON", "\x00"])
def test_a_file_that_is_no_json_is_called_damaged_without_being_quoted(text):
    with pytest.raises(ValidationError) as caught:
        Oven.model_validate_json(text)

    assert explain(caught.value).startswith("its file is damaged")
