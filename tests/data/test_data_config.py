"""A configuration of the data says what is possible and refuses the rest in one sentence."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from engines.config import describe, explain
from trainers.data.config import DataConfig
from trainers.data.names import ABOUT, written
from trainers.data.table import SOURCES

REFUSED = [
    ({"source": "mnits"}, "shapes, digits, mnist, fashion-mnist, kmnist, cifar10, folder:PATH"),
    ({"source": "folder"}, "write folder:PATH"),
    ({"source": "array: "}, "write array:PATH"),
    ({"source": "mnist:here"}, "takes no path"),
    ({"source": "ring:here"}, "takes no path"),
    ({"source": "ring", "side": "64"}, "Points: ring of 8 has no side; leave it at auto"),
    ({"source": "line", "colour": "grey"}, "has no colour"),
    ({"source": "grid", "mirror": "on"}, "has no mirror"),
    ({"source": "drawn"}, "needs its places after a colon; write drawn:0.1@"),
    ({"source": "drawn:0.1@0,zero"}, "'zero' is not a number"),
    ({"source": "mnist", "side": "64"}, "MNIST is 28 pixels wide, not 64"),
    ({"side": "28"}, "Shapes is 32 or 64 pixels wide, not 28"),
    ({"source": "cifar10", "colour": "grey"}, "leave colour at auto"),
    ({"folder": "here"}, "leave the folder empty"),
    ({"background": "white"}, "six hexadecimal digits"),
    ({"held_out": 0.0}, "greater than 0"),
    ({"held_out": 0.6}, "less than or equal to 0.5"),
    ({"mirror": "on"}, "would not fit its factors"),
    ({"source": "folder:a\0b"}, "zero byte"),
    ({"source": "mnist", "folder": "\0"}, "zero byte"),
    ({"mirror": "maybe"}, "'auto', 'on' or 'off'"),
]


@pytest.mark.parametrize(("values", "sentence"), REFUSED)
def test_what_cannot_be_is_refused_with_a_sentence(values, sentence):
    with pytest.raises(ValidationError) as error:
        DataConfig(**values)

    assert sentence in explain(error.value)


@pytest.mark.parametrize("name", ABOUT)
def test_every_row_can_be_chosen_by_the_name_it_is_written_with(name):
    config = DataConfig(source=written(name))

    assert config.about is ABOUT[name]
    assert config.path == ABOUT[name].wants


@pytest.mark.parametrize("name", ABOUT)
def test_every_size_of_a_row_is_possible(name):
    for side in ABOUT[name].sides:
        assert DataConfig(source=written(name), side=side).side == side


def test_the_names_and_the_table_of_loaders_agree():
    assert list(SOURCES) == list(ABOUT)
    assert all(SOURCES[name].about is about for name, about in ABOUT.items())


def test_rows_speak_of_fields_that_exist():
    fields = set(DataConfig.model_fields)

    assert all(set(about.options) <= fields for about in ABOUT.values())
    assert all(len(about.sides) <= 1 or "side" in about.options for about in ABOUT.values())


def test_every_field_has_a_title_and_help_for_the_form():
    specs = describe(DataConfig)

    assert [spec.name for spec in specs] == list(DataConfig.model_fields)
    assert all(spec.title and spec.help and spec.group == "Data" for spec in specs)


@pytest.mark.parametrize(
    ("source", "mirror", "flips"),
    [
        ("cifar10", "auto", True),
        ("mnist", "auto", False),
        ("folder:x", "auto", False),
        ("mnist", "on", True),
        ("cifar10", "off", False),
    ],
)
def test_mirroring_is_automatic_only_where_a_flipped_picture_is_as_good(source, mirror, flips):
    assert DataConfig(source=source, mirror=mirror).mirrored is flips


def test_a_path_may_hold_colons():
    assert DataConfig(source="folder:C:/pictures").path == "C:/pictures"


def test_choosing_data_needs_no_torch():
    code = "import sys, trainers.data.config; print('torch' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)

    assert told.stdout.split() == [b"False"]
