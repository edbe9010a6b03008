"""One scene of a game on points: the judge beside the best judge, or curves on a line."""

from collections.abc import Set

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engines.toys.optimum import OPTIMA, Optimum
from engines.toys.scene import Scene
from explorer import theme
from explorer.widgets.caption import Caption
from explorer.widgets.colour_bar import ColourBar
from explorer.widgets.curves_view import Curves, CurvesView
from explorer.widgets.field_view import EMPTY, NO_LINES, FieldView, Picture
from explorer.widgets.heat import Range, around, nice

_DRAWN = 512
_NO_ROW = "For this objective no best response is known."
_LEAST = 0.05  # half-width of a range of scores, lest noise fill it


class GameView(QWidget):
    """Draws scenes of one and of two dimensions, whichever layers are wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judge = FieldView("Judge now", self)
        self.best = FieldView("Best response", self)
        self.bar = ColourBar(self)
        self.curves = CurvesView(self)
        self.caption = Caption(self)
        plane = QWidget(self)
        pair = QHBoxLayout()
        pair.setSpacing(theme.SPACE)
        pair.addWidget(self.judge, 1)
        pair.addWidget(self.best, 1)
        fields = QVBoxLayout(plane)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(0)
        fields.addLayout(pair, 1)
        fields.addWidget(self.bar)
        self.pages = QStackedWidget(self)
        self.pages.addWidget(plane)
        self.pages.addWidget(self.curves)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        column.addWidget(self.caption)
        self.bar.hide()

    def show_scene(self, scene: Scene | None, layers: Set[str]) -> None:
        """Draw `scene` as far as `layers` are wanted; None clears."""
        self.bar.setVisible(scene is not None)
        if scene is None:
            for view in (self.judge, self.best):
                view.show_picture(None)
            self.curves.show_curves(None)
            self.caption.set_text("")
            return
        self.caption.set_text(provenance(scene))
        bounds = range_of(scene)
        if scene.stage.lattice.dim == 1:
            self.pages.setCurrentIndex(1)
            self._show_line(scene, layers, bounds)
        else:
            self.pages.setCurrentIndex(0)
            self._show_plane(scene, layers, bounds)

    def _show_plane(self, scene: Scene, layers: Set[str], bounds: Range) -> None:
        lattice = scene.stage.lattice
        across, up = lattice.frame
        shape = (lattice.count, lattice.count)
        density = "density" in layers
        p_lines = scene.stage.p_lines if density else NO_LINES
        q_lines = scene.q_lines if density else NO_LINES
        self.judge.heading = f"{judge_word(scene)} now{_measure(scene)}"
        self.judge.show_picture(
            Picture(
                (across, up),
                bounds,
                values=scene.judge.reshape(shape) if "heat" in layers else None,
                real=scene.stage.real if "data" in layers else EMPTY,
                made=scene.points[:_DRAWN] if "generated" in layers else EMPTY,
                pulled=scene.pulled if "arrows" in layers else EMPTY,
                pull=scene.pull if "arrows" in layers else EMPTY,
                real_lines=p_lines,
                made_lines=q_lines,
                unit="−∂L_G/∂x",
            )
        )
        wanted = "optimum" in layers and scene.best is not None
        values = scene.best.reshape(shape) if wanted and scene.best is not None else None
        note = lack_of(scene) if "optimum" in layers else ""
        known = scene.settled.reshape(shape)
        self.best.heading = best_words(scene)
        self.best.show_picture(
            Picture(
                (across, up),
                bounds,
                values=values,
                known=known,
                real_lines=NO_LINES if note else p_lines,
                made_lines=NO_LINES if note else q_lines,
                note=note,
            )
        )
        self.bar.show_range(bounds, _bar_words(scene))

    def _show_line(self, scene: Scene, layers: Set[str], bounds: Range) -> None:
        stage = scene.stage
        density, arrows = "density" in layers, "arrows" in layers
        peak = float(stage.p.max())
        curves = Curves(
            stage.lattice.axes[0],
            bounds,
            p=stage.p if density else None,
            q=scene.q.density if density else None,
            judge=scene.judge if "heat" in layers else None,
            best=scene.best if "optimum" in layers else None,
            known=scene.settled > 0,
            real=stage.real[:, 0] if "data" in layers else None,
            made=scene.points[:_DRAWN, 0] if "generated" in layers else None,
            pulled=scene.pulled[:48, 0] if arrows else None,
            pull=scene.pull[:48, 0] if arrows else None,
            unit="−∂L_G/∂x",
            top=nice(1.05 * max(peak, min(float(scene.q.density.max()), 3 * peak))),
        )
        upper = "densities per unit: data p (blue), generated q (orange)"
        lower = (
            f"{judge_word(scene)} now{_measure(scene)} (solid) · {best_words(scene)} (dashed)"
        )
        if scene.best is None:
            lower = f"{judge_word(scene)} now (solid) · {lack_of(scene)}"
        self.curves.show_curves(curves, upper, lower)


def range_of(scene: Scene) -> Range:
    """Return the range of colours that both judges share."""
    row = OPTIMA.get(scene.objective)
    if row is not None and row.shown == "probability":
        return Range(0.0, 1.0)
    middle, least = _MIDDLES.get(scene.objective, (0.0, _LEAST))
    where = scene.settled > 0  # far from all points a score may be anything
    seen = [field[where] for field in (scene.judge, scene.best) if field is not None]
    return around(middle, np.concatenate(seen), least)


_MIDDLES = {"lsgan": (0.5, 0.5), "lsgan-pearson": (0.0, 1.0), "hinge": (0.0, 1.0)}
"""Where an undecided judge is, and how far from it both its targets are."""


def judge_word(scene: Scene) -> str:
    """Name the judge."""
    return "Critic" if scene.objective == "wasserstein" else "D"


def lack_of(scene: Scene) -> str:
    """Say why there is no best response; empty where there is one."""
    if scene.best is not None:
        return ""
    row = OPTIMA.get(scene.objective)
    return row.lack if row is not None else _NO_ROW


def best_words(scene: Scene) -> str:
    """Name the best response, and what it leaves out."""
    row = OPTIMA.get(scene.objective)
    if row is None or scene.best is None:
        return "Best response: no closed form"
    free = "" if scene.penalty == "none" else ", optimum without the penalty"
    return f"Best response {row.formula}{free}"


def provenance(scene: Scene) -> str:
    """Say what the densities are made of."""
    q = scene.q
    outside = (
        f" · {q.outside:.0%} of generated points outside the plot" if q.outside >= 0.005 else ""
    )
    hidden = "not drawn" if scene.stage.lattice.dim == 1 else "faint"
    faint = (
        f" · best response {hidden} where neither has points" if scene.best is not None else ""
    )
    return (
        f"p exact, q estimated from {q.count:,} generated points, both seen through a Gaussian "
        f"of bandwidth {q.bandwidth:.3g}{faint}{outside} · {scene.weights}"
    )


def _measure(scene: Scene) -> str:
    row = OPTIMA.get(scene.objective)
    return ", as a probability" if row is not None and row.shown == "probability" else ""


def _bar_words(scene: Scene) -> str:
    row: Optimum | None = OPTIMA.get(scene.objective)
    if row is not None and row.shown == "probability":
        return "probability of being real: generated 0 – undecided ½ – data 1"
    shift = ", with mean 0 over data and generated points" if row and row.relative else ""
    return f"raw score, low for generated, high for data{shift}"
