"""Options drawn from the configurations, and what is said about mistakes."""

import json
from pathlib import Path
from typing import Any

import pytest

from engines.catalog import FAMILIES
from engines.config import describe
from tests.trainers.typed import config_from
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.options import options_of
from trainers.plan import Plan

RESERVED = {"help", "model", "runs", "resume", "config", "json"}


@pytest.fixture
def preset(tmp_path: Path) -> Path:
    path = tmp_path / "preset.json"
    path.write_text('{"model": {"family": "gan", "width": 8}, "plan": {"seed": 4}}')
    return path


@pytest.mark.parametrize("family", FAMILIES)
def test_no_two_fields_of_a_run_share_an_option(family: str) -> None:
    names = [option.name for option in options_of(family)]
    spelled = names + [f"no-{option.name}" for option in options_of(family)] + [*RESERVED]

    assert len(spelled) == len(set(spelled))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_field_of_a_run_has_its_option(family: str) -> None:
    keys = {option.key for option in options_of(family)}

    for section, config in (
        ("data", DataConfig),
        ("model", FAMILIES[family].config),
        ("plan", Plan),
    ):
        assert {f"{section}.{spec.name}" for spec in describe(config)} <= keys


@pytest.mark.parametrize("family", FAMILIES)
def test_help_shows_the_options_of_the_chosen_family(
    family: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        config_from(["--model", family, "--help"])

    assert left.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"--{option.name}" in shown for option in options_of(family))


def test_help_says_meaning_limits_unit_and_default() -> None:
    options = {option.name: option.help for option in options_of("vae")}

    assert options["latent-dim"] == (
        "Length of the latent vector z (1 to 512 numbers, default 20)"
    )
    assert options["data-dir"].endswith("(default empty)")


def test_without_arguments_all_is_at_its_default() -> None:
    assert config_from([]) == RunConfig()


@pytest.mark.parametrize(
    ("words", "section", "values"),
    [
        (["--data", "digits"], "data", {"source": "digits"}),
        (["--data", "mnist", "--data-dir", "a b"], "data", {"folder": "a b"}),
        (["--held-out-share", "0.25"], "data", {"held_out": 0.25}),
        (["--held-out", "12"], "plan", {"held_out": 12}),
        (["--learning-rate", "1e-2"], "model", {"learning_rate": 0.01}),
        (["--model", "gan", "--no-fresh-latents"], "model", {"fresh_latents": False}),
        (["--model=beta-vae", "--beta=6"], "model", {"family": "beta-vae", "beta": 6.0}),
        (["--seed", "9", "--device", "cpu"], "plan", {"seed": 9, "device": "cpu"}),
    ],
)
def test_an_option_sets_its_field(
    words: list[str], section: str, values: dict[str, Any]
) -> None:
    chosen = config_from(words).model_dump()[section]

    assert {name: chosen[name] for name in values} == values


def test_options_override_a_configuration_file(preset: Path) -> None:
    config = config_from(["--config", str(preset), "--width", "16"])

    assert config.model.model_dump()["width"] == 16
    assert config.model.family == "gan"
    assert config.plan.seed == 4


def test_another_family_than_the_files_starts_from_its_own_defaults(preset: Path) -> None:
    config = config_from(["--config", str(preset), "--model", "vae"])

    assert config.model == FAMILIES["vae"].config()
    assert config.plan.seed == 4


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--hiden", "3"], "there is no option --hiden, perhaps you mean --hidden"),
        (["--hid", "3"], "there is no option --hid"),
        (["--objective", "mm"], "--objective is not an option of vae; it needs --model gan"),
        (["--no-fresh-latents"], "--no-fresh-latents is not an option of vae"),
        (["--model", "vea"], "there is no model 'vea', perhaps you mean vae"),
        (["--model", "gan", "--objective", "x"], "--objective: 'x' is not one of"),
        (["--model", "gan", "--penalty", "gp", "--norm", "batch"], "choose norm auto, layer"),
        (["--steps", "0", "--hidden", "x"], "--hidden: .*; --steps: .*greater than"),
        (["--steps", "nan"], "--steps: .*whole number"),
        (["--sigma", "inf"], "--sigma: .*finite"),
        (["--data", "nist"], "--data: 'nist' is not one of"),
        (["--data"], "--data: expected one argument"),
        (["--body", "x"], "--body: .*'mlp'"),
        (["stray"], "'stray' is one word too many"),
        (["--json=1"], "--json: ignored explicit argument"),
    ],
)
def test_a_mistake_is_named_with_its_option(words: list[str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        config_from(words)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[1]", "not a record"),
        ('{"plan": 3}', "plan is not a record"),
        ('{"modle": {}}', "no such setting as 'modle'"),
        ('{"plan": {"stepz": 3}}', "stepz: there is no such setting"),
        ('{"plan": {"steps": 1e400}}', "--steps"),
        ('{"model": {"family": "os"}}', "there is no model 'os'"),
        ('{"model": {"family": ["vae"]}}', "there is no model"),
        ('{"format": 1, "config": 5}', "config is not a record"),
        (json.dumps({"plan": {"steps": 10**400}}), "--steps"),
        (" " * (1 << 20) + "{}", "too large"),
        ("\x00\xff", "not valid JSON"),
    ],
)
def test_a_strange_configuration_file_costs_one_sentence(
    tmp_path: Path, content: str, complaint: str
) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, encoding="latin-1")

    with pytest.raises(ValueError, match=complaint) as caught:
        config_from(["--config", str(path)])

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("name", FAMILIES["gan"].presets)
def test_a_preset_is_laid_under_the_options(name):
    config = config_from(["--model", "gan", "--preset", name, "--width", "8"])

    preset = FAMILIES["gan"].presets[name]
    assert config.model == preset.applied(FAMILIES["gan"].config()).changed(width=8)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--model", "gan", "--preset", "wgann"], "there is no preset 'wgann'; choose dcgan, "),
        (["--preset", "wgan"], "--preset"),
    ],
)
def test_a_preset_that_is_not_there_is_refused(words, complaint):
    with pytest.raises(ValueError, match=complaint):
        config_from(words)
