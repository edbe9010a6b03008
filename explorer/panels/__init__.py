"""The table of panels. A panel never imports another: they meet through the session."""

import logging
from functools import partial
from importlib import import_module

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from explorer.panel import PanelSpec
from explorer.session import Session

NAMES = (
    "setup",
    "samples",
    "manifold",
    "traversal",
    "charts",
    "evaluation",
    "twins",
    "compare",
    "playground",
    "history",
    "scatter",
    "arithmetic",
    "interpolation",
    "inversion",
    "map",
    "directions",
)

log = logging.getLogger(__name__)


def load() -> tuple[PanelSpec, ...]:
    """Import every panel and return its row, in the order of the View menu; any thread.

    This is what takes time at the start: the panels need the core, and the core needs torch.
    """
    return tuple(_load(name) for name in NAMES)


def build(spec: PanelSpec, session: Session) -> QWidget:
    """Build a panel's widget; one that cannot be built says so in its own place."""
    try:
        return spec.build(session)
    except Exception:  # one broken panel must not take the window with it
        log.exception("the panel %s could not be built", spec.name)
        return _broken(spec.title, session)


def _load(name: str) -> PanelSpec:
    try:
        panel: PanelSpec = import_module(f"explorer.panels.{name}").PANEL
    except Exception:  # as in `build`
        log.exception("the panel %s could not be loaded", name)
        title = name.capitalize()
        area = Qt.DockWidgetArea.LeftDockWidgetArea
        return PanelSpec(name, title, area, partial(_broken, title))
    return panel


def _broken(title: str, _session: Session) -> QWidget:
    words = QLabel(f"{title} could not be opened. Help, Show log says why.")
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    words.setWordWrap(True)
    return words
