"""Colours, type and style of the window: one table for light, one for dark.

Whoever paints by hand reads `tokens()` and reads again when `changes().changed` is emitted.
"""

from dataclasses import asdict, dataclass
from enum import Enum
from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

RADIUS = 4
SPACE = 4
TABULAR = "tnum"


class Mode(Enum):
    """Whose choice the brightness is."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by role, each `#rrggbb`.

    `surface` lies behind, `raised` holds text fields and charts. `border` draws the edge of
    what can be used; `grid` only divides and may be faint. `shade` lies under a pointer.
    """

    surface: str
    raised: str
    shade: str
    text: str
    muted: str
    accent: str
    on_accent: str
    good: str
    warning: str
    bad: str
    real: str
    generated: str
    prior: str
    grid: str
    border: str
    classes: tuple[str, ...]


_OKABE_ITO = (
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)

LIGHT = Tokens(
    surface="#F4F5F7",
    raised="#FFFFFF",
    shade="#E6E9EE",
    text="#1B1F26",
    muted="#596273",
    accent="#2458C8",
    on_accent="#FFFFFF",
    good="#1B7A41",
    warning="#8A5A00",
    bad="#B3261E",
    real="#0072B2",
    generated="#D55E00",
    prior="#6F7787",
    grid="#DDE1E7",
    border="#858D9B",
    classes=(*_OKABE_ITO, "#000000"),
)

DARK = Tokens(
    surface="#1A1D22",
    raised="#22262D",
    shade="#2E343D",
    text="#E8EAEE",
    muted="#A2ABB9",
    accent="#7DA7FF",
    on_accent="#10141B",
    good="#63C68A",
    warning="#E6B450",
    bad="#FF8A80",
    real="#56B4E9",
    generated="#E69F00",
    prior="#98A1B0",
    grid="#343A44",
    border="#737C8B",
    classes=(*_OKABE_ITO, "#FFFFFF"),
)


class Theme(QObject):
    """The look of the running application; its mode is a person's choice or the system's.

    Signals:
        `changed()`: the tokens are others now; palette and style sheet follow already.
    """

    changed = Signal()

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self._mode = Mode.SYSTEM
        self._dressed = False
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def mode(self) -> Mode:
        """What was chosen, not what it came to."""
        return self._mode

    @property
    def is_dark(self) -> bool:
        """What the choice came to."""
        if self._mode is not Mode.SYSTEM:
            return self._mode is Mode.DARK
        return QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark

    @property
    def tokens(self) -> Tokens:
        """The colours of now."""
        return DARK if self.is_dark else LIGHT

    def choose(self, mode: Mode) -> None:
        """Follow a person's choice at once."""
        self._mode = mode
        self.refresh()

    def refresh(self) -> None:
        """Dress the application in the tokens of now, and say so."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._dress(app)
        self.changed.emit()

    def _dress(self, app: QApplication) -> None:
        if not self._dressed:
            app.setStyle("Fusion")
            self._dressed = True
        app.setPalette(palette(self.tokens))
        app.setStyleSheet(style_sheet(self.tokens))

    @Slot()
    def _on_system_changed(self) -> None:
        if self._mode is Mode.SYSTEM:
            self.refresh()


def current() -> Theme:
    """Return the theme of the running application, which owns it."""
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        raise RuntimeError("there is no application yet, so there is no theme")
    return app.findChild(Theme) or Theme(app)


def tokens() -> Tokens:
    """Return the colours of now."""
    return current().tokens


def is_dark() -> bool:
    """Return True while the window is dark."""
    return current().is_dark


def changes() -> Theme:
    """Return the object whose `changed` signal says that the tokens are others now."""
    return current()


def tabular(font: QFont) -> QFont:
    """Return `font` with figures of equal width, so that live numbers do not jitter."""
    font = QFont(font)
    font.setFeature(QFont.Tag(TABULAR), 1)
    return font


def scaled(font: QFont, factor: float) -> QFont:
    """Return `font` in another size: 0.85 for captions, 1.2 for titles."""
    font = QFont(font)
    font.setPointSizeF(max(6.0, font.pointSizeF() * factor))
    return font


def style_sheet(colours: Tokens) -> str:
    """Fill the style template with `colours`."""
    styles = files("resources") / "styles"
    template = (styles / "window.qss").read_text("utf-8")
    mark = styles / f"tick-{'dark' if colours is DARK else 'light'}.svg"
    words = {name: value for name, value in asdict(colours).items() if isinstance(value, str)}
    tick = 12
    if QGuiApplication.instance() is not None:  # without one there is no font to measure
        tick = max(tick, round(0.8 * QFontMetrics(QGuiApplication.font()).height()))
    sizes = {"radius": f"{RADIUS}px", "tick": f"{tick}px"}
    return Template(template).substitute(words, **sizes, mark=Path(str(mark)).as_posix())


def palette(colours: Tokens) -> QPalette:
    """Translate `colours` for whatever Qt paints without a style sheet."""
    result = QPalette()
    for role, name in _ROLES.items():
        result.setColor(role, QColor(getattr(colours, name)))
    for role in _DISABLED:
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.border))
    return result


_Role = QPalette.ColorRole
_ROLES = {
    _Role.Window: "surface",
    _Role.WindowText: "text",
    _Role.Base: "raised",
    _Role.AlternateBase: "shade",
    _Role.ToolTipBase: "raised",
    _Role.ToolTipText: "text",
    _Role.PlaceholderText: "muted",
    _Role.Text: "text",
    _Role.Button: "surface",
    _Role.ButtonText: "text",
    _Role.BrightText: "bad",
    _Role.Light: "raised",
    _Role.Midlight: "shade",
    _Role.Mid: "grid",
    _Role.Dark: "border",
    _Role.Shadow: "border",
    _Role.Highlight: "accent",
    _Role.HighlightedText: "on_accent",
    _Role.Link: "accent",
    _Role.LinkVisited: "accent",
    _Role.Accent: "accent",
}
_DISABLED = (_Role.WindowText, _Role.Text, _Role.ButtonText)
