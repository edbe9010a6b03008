"""What the scatter shows is saved as a drawing that says where it comes from."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFileDialog

from explorer.panels.scatter import ScatterPanel
from explorer.session import Session
from explorer.widgets.dots_frame import fitted
from explorer.widgets.dots_page import FINE, DotsPage
from explorer.widgets.dots_paint import FEW, Dots
from tests.explorer.conftest import Lamp
from tests.explorer.staging import look_at, on_screen
from trainers.code_files import FORMATS
from trainers.events import Snapped

pytestmark = pytest.mark.usefixtures("qapp")

SVG = "{http://www.w3.org/2000/svg}"
SIZE = (320, 240)
NONE = np.zeros(0, np.int64)
MOST_BYTES = 3_000_000


@pytest.fixture
def panel(qtbot, session: Session, lamp: Lamp) -> ScatterPanel:
    made = on_screen(qtbot, ScatterPanel(session), 500, 400)
    with qtbot.waitSignal(made.maker.made):
        look_at(session, Snapped(3, lamp))
    return made


def page(count: int, marked: np.ndarray = NONE) -> DotsPage:
    rng = np.random.default_rng(count)
    points = rng.standard_normal((count, 2)).astype(np.float32)
    colours = (0xFF000000 | rng.integers(0, 1 << 24, count)).astype(np.uint32)
    hollow = np.arange(count) % 2 == 1
    frame = fitted(points, SIZE)
    seen = (Dots(points, colours, hollow), frame, SIZE, ("z0", "z1"))
    return DotsPage(*seen, marked, None, shows_pictures=False, font=QFont())


def parsed(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)


def save(qtbot, panel: ScatterPanel, path: Path) -> str:
    panel.bar.save.click()
    with qtbot.waitSignal(panel.exporter.ended) as ended:
        panel.findChild(QFileDialog).fileSelected.emit(str(path))
    panel.findChild(QFileDialog).reject()
    return ended.args[0]


def test_every_dot_in_sight_is_a_circle_at_its_place_in_its_colour() -> None:
    shown = page(7)
    root = parsed(shown.drawn("seven"))

    circles = list(root.iter(f"{SVG}circle"))
    found = sorted((float(c.get("cx")), float(c.get("cy"))) for c in circles)
    np.testing.assert_allclose(found, sorted(shown.places().tolist()), atol=0.01)
    colours = {f"#{colour & 0xFFFFFF:06x}" for colour in shown.dots.colours.tolist()}
    used = {group.get(key) for group in root.iter(f"{SVG}g") for key in ("fill", "stroke")}
    assert colours <= used
    assert "z0 →" in {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    assert root.findtext(f"{SVG}desc") == "seven"


def test_selected_dots_have_a_rim_of_the_colour_of_text() -> None:
    plain, marked = (
        len(list(parsed(page(5, rows).drawn("")).iter(f"{SVG}circle")))
        for rows in (NONE, np.array([1, 3]))
    )
    assert marked == plain + 4  # a rim and the dot once more, each


def test_dots_beyond_the_edges_are_left_out() -> None:
    whole = page(40)
    near = whole.frame.zoomed(5, *(side / 2 for side in SIZE), SIZE)
    part = DotsPage(
        whole.dots, near, SIZE, whole.names, NONE, None, shows_pictures=False, font=QFont()
    )
    circles = list(parsed(part.drawn("")).iter(f"{SVG}circle"))
    assert 0 < len(circles) < 40


@pytest.mark.parametrize("count", [FEW, 50_000])
def test_a_drawing_stays_small_however_many_dots_there_are(count: int) -> None:
    shown = page(count)
    content = shown.drawn("")
    root = parsed(content)

    assert len(content) < MOST_BYTES
    assert shown.is_traced is (count == FEW)
    assert len(list(root.iter(f"{SVG}circle"))) == (count if count == FEW else 0)
    pictures = list(root.iter(f"{SVG}image"))
    assert len(pictures) == (0 if count == FEW else 1)
    for picture in pictures:
        assert picture.get("{http://www.w3.org/1999/xlink}href").startswith("data:image/png")
    assert FINE > 1


def test_the_drawing_says_where_it_comes_from_in_itself_and_beside_it(
    qtbot, session, panel, tmp_path: Path
) -> None:
    words = save(qtbot, panel, tmp_path / "plane.svg")

    assert words == f"Saved plane.svg in {tmp_path}; it has a circle for every dot."
    root = parsed((tmp_path / "plane.svg").read_bytes())
    said = json.loads(root.findtext(f"{SVG}desc"))
    assert said == json.loads((tmp_path / "plane.svg.json").read_text())
    assert said["table"]["count"] == len(panel.plane.table)
    assert said["table"]["projection"] == panel.plane.projection.words
    assert said["drawing"] == "a circle for every dot"
    assert said["provenance"]["step"] == 3


def test_a_place_that_is_none_is_refused_in_a_sentence(qtbot, panel, tmp_path: Path) -> None:
    words = save(qtbot, panel, tmp_path / "gone" / "plane.svg")

    assert "there is no folder" in words
    assert not (tmp_path / "gone").exists()


def test_the_name_ends_as_the_kind_that_is_chosen(qtbot, panel) -> None:
    panel.bar.save.click()
    dialog = panel.findChild(QFileDialog)
    kinds = dialog.nameFilters()
    assert len(kinds) == len(FORMATS) + 1
    for kind in reversed(kinds):
        dialog.selectNameFilter(kind)
        dialog.filterSelected.emit(kind)
        suffix = kind.partition("*")[2].rstrip(")")
        assert Path(dialog.selectedFiles()[0]).name == f"codes{suffix}"
        assert dialog.defaultSuffix() == suffix[1:]
    dialog.reject()
