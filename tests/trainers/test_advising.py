"""A run of a GAN tells which guidelines its configuration keeps; others tell of none."""

import json
from pathlib import Path

import pytest

from engines.gans.config import GanConfig
from tests.trainers.small_runs import tiny, trained
from trainers.cli.advising import advice_record, advice_rows
from trainers.cli.exits import GOOD
from trainers.cli.main import main
from trainers.config import RunConfig


def test_info_tells_which_guidelines_a_gan_keeps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny(tmp_path, "gan-plain", steps=1)
    folder = trained(config, tmp_path / "runs")

    assert main(["info", str(folder)]) == GOOD
    shown = capsys.readouterr().out
    assert main(["info", str(folder), "--json"]) == GOOD
    record = json.loads(capsys.readouterr().out)

    assert "DCGAN guidelines: 5 of 5 kept (Radford 2015, arXiv:1511.06434)" in shown
    assert record["advice"]["count"] == 5
    assert record["advice"]["broken"] == []


def test_each_guideline_not_kept_is_a_row_with_its_reason() -> None:
    record = advice_record(GanConfig(penalty="r1", minibatch=False), (1, 28, 28))

    (_, summary), (label, note) = advice_rows(record)

    assert summary.startswith("DCGAN guidelines: 4 of 5 kept")
    assert label.strip() == "not kept"
    assert "a gradient penalty rules batch norm out" in note


def test_a_family_without_guidelines_has_no_rows() -> None:
    assert list(advice_rows(advice_record(RunConfig().model, (1, 28, 28)))) == []
