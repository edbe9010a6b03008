"""Live scores on their way into charts: which curves there are, and what each is called.

A curve is a `ScoreSeries`: another N, another extractor or other weights begin another one.
What belongs to a curve (its floor, its null, its correction) is a line of its own in the same
chart, so that it can be read at the cursor and hidden like any other; its error is a band.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from explorer.theme import Tokens
from explorer.widgets.chart_lines import readable
from explorer.widgets.figures import figure, with_error
from explorer.widgets.history import Flag, History, Points, Stray
from explorer.widgets.legend import Line, Look
from trainers.events import Branched, Scored, ScoreSeries
from trainers.live.best import best_of

_PARTS: Mapping[str, tuple[str, Look, str]] = MappingProxyType(
    {
        "corrected": (
            "corrected",
            Look.THIN,
            "With the bias of the made side taken out; may fall slightly below 0.",
        ),
        "floor": (
            "noise floor",
            Look.FLOOR,
            "What as many real pictures would score on average: no model can do better.",
        ),
        "second": (
            "second draw",
            Look.POINTS,
            "The last weights again with other latent vectors: what is due to one draw.",
        ),
        "null": ("null", Look.FLOOR, "What a model without a fault would score on average."),
    }
)
"""The values that are drawn beside `value`, in the order of the legend."""
_HELP = MappingProxyType(
    {
        "fd": "Fréchet distance of features; biased upwards, the more the smaller n.",
        "kid": "Kernel distance of features, unbiased; slightly negative near 0.",
        "coverage": "Share of real pictures that have a made one near them.",
        "density": "How thickly made pictures lie about real ones; about 1 at best.",
    }
)


@dataclass(frozen=True, slots=True)
class _Curve:
    series: ScoreSeries
    parts: tuple[str, ...]
    banded: bool

    @property
    def keys(self) -> dict[str, str]:
        """The keys of its lines, by the name of the value."""
        whole = self.series.name
        return {"value": whole, **{part: f"{whole}/{part}" for part in self.parts}}


class ScoreBook:
    """All curves of the run looked at."""

    def __init__(self) -> None:
        self._curves: dict[ScoreSeries, _Curve] = {}
        self._told: dict[ScoreSeries, list[Scored]] = {}

    def take(self, event: Scored, history: History) -> bool:
        """Put a point into `history`; True if that made a line which no chart has yet."""
        known = self._curves.get(event.series)
        before = known.parts if known is not None else ()
        parts = tuple(name for name in _PARTS if name in event.values or name in before)
        if event.series.metric == "fd":  # whose null is plainly 0, and has no place on a log
            parts = tuple(name for name in parts if name != "null")
        banded = "error" in event.values or (known is not None and known.banded)
        curve = self._curves[event.series] = _Curve(event.series, parts, banded)
        for name, key in curve.keys.items():
            points = history.points.setdefault(key, Points())
            points.put(event.step, event.values.get(name, math.nan))
        if banded:
            errors = history.errors.setdefault(event.series.name, Points())
            for step in history.points[event.series.name].steps[len(errors.steps) : -1]:
                errors.put(step, math.nan)  # as many as there are points
            errors.put(event.step, event.values.get("error", math.nan))
        earlier = [one for one in self._told.get(event.series, ()) if one.step < event.step]
        self._told[event.series] = [*earlier, event]
        self._flag(event.series, history)
        return known != curve

    def leave(self, event: Branched, history: History) -> bool:
        """Cut what the run left behind, and keep its values apart; True if a line is new."""
        for series, curve in self._curves.items():
            self._cut(series, curve, event.step, history)
        left: dict[ScoreSeries, list[Scored]] = {}
        for scored in event.left_scored:
            left.setdefault(scored.series, []).append(scored)
        for series, points in left.items():
            steps = tuple(point.step for point in points)
            values = tuple(point.values["value"] for point in points)
            history.strays.append(Stray(series.name, steps, values))
        fresh = left.keys() - self._curves.keys()
        for series in fresh:
            self._curves[series] = _Curve(series, (), banded=False)
            history.points.setdefault(series.name, Points())
        return bool(fresh)

    def groups(self, tokens: Tokens) -> dict[str, list[Line]]:
        """Return the lines of each chart under its title, which is made of what they are."""
        charts: dict[tuple[str, str], list[_Curve]] = {}
        for curve in self._curves.values():
            where = (curve.series.metric, curve.series.extractor)
            charts.setdefault(where, []).append(curve)
        return {
            title([curve.series for curve in curves]): list(_lines(curves, tokens))
            for curves in charts.values()
        }

    def columns(self, history: History) -> dict[str, tuple[tuple[int, ...], tuple[float, ...]]]:
        """Return steps and values of every line, by a heading that says all of it."""
        return {
            f"{curve.series.name}: {name}": (
                tuple(history.points[key].steps),
                tuple(history.points[key].values),
            )
            for curve in self._curves.values()
            for name, key in curve.keys.items()
        }

    def _cut(self, series: ScoreSeries, curve: _Curve, step: int, history: History) -> None:
        """Drop what was told of a curve after `step`."""
        for key in curve.keys.values():
            history.points[key].cut(step)
        if curve.banded:
            history.errors[series.name].cut(step)
        told = self._told.get(series, ())
        self._told[series] = [point for point in told if point.step <= step]
        self._flag(series, history)

    def _flag(self, series: ScoreSeries, history: History) -> None:
        """Flag the best point of a curve as soon as there are two to choose from."""
        best = best_of(self._told[series])
        history.flags.pop(series.name, None)
        if best is None or len(self._told[series]) < 2:
            return
        told = figure(best.value) if best.error is None else with_error(best.value, best.error)
        said = f"{series.title} of {series.made}, best so far: {told}"
        tie = f", tie of {len(best.ties) + 1}" if best.ties else ""
        why = f"{said} at step {best.step:,}. {best.words}"
        history.flags[series.name] = Flag(best.step, f"best{tie}", why)


def title(curves: Sequence[ScoreSeries]) -> str:
    """Say what a chart shows: all that its curves have in common, and what it is not."""
    first = curves[0]
    parts = [first.title, first.extractor]
    for kinds in ((_counts, _numbers), (_weights,)):
        parts += next(filter(None, (_shared(words, curves) for words in kinds)), ())
    return " · ".join([*parts, first.comparable])


def _shared(words: Callable[[ScoreSeries], str], curves: Sequence[ScoreSeries]) -> list[str]:
    """Return what is said of all curves alike, if it is."""
    said = list({words(series) for series in curves})
    return said if len(said) == 1 else []


def _counts(series: ScoreSeries) -> str:
    return f"{_numbers(series)} {series.split}"


def _numbers(series: ScoreSeries) -> str:
    return f"N = {series.made_count:,} vs {series.real_count:,}"


def _split(series: ScoreSeries) -> str:
    return f"vs {series.split}"


def _weights(series: ScoreSeries) -> str:
    """Say which weights: the end of `generator, EMA 0.999`."""
    return series.weights.rpartition(", ")[2]


def _lines(curves: Sequence[_Curve], tokens: Tokens) -> Iterable[Line]:
    all_series = [curve.series for curve in curves]
    free = [colour for colour in readable(tokens) if colour != tokens.generated]
    colours = [tokens.generated, *free]
    for number, curve in enumerate(curves):
        label = _label(curve.series, all_series)
        colour = colours[number % len(colours)]
        help_text = f"{_HELP.get(curve.series.metric, '')} {curve.series.name}.".strip()
        whole = _line(curve.series.name, label, help_text, colour, Look.POINTS)
        yield replace(whole, banded=curve.banded)
        for part in curve.parts:
            short, look, tip = _PARTS[part]
            shade = tokens.muted if look is Look.FLOOR else colour
            said = short if len(curves) == 1 else f"{short}, {label}"
            yield _line(curve.keys[part], said, tip, shade, look)


def _label(series: ScoreSeries, beside: Sequence[ScoreSeries]) -> str:
    """Say what tells a curve from the others of its chart."""
    parts = [series.made]
    for words in (_split if _shared(_numbers, beside) else _counts, _weights):
        parts += [] if _shared(words, beside) else [words(series)]
    return ", ".join(parts)


def _line(key: str, label: str, tip: str, colour: str, look: Look) -> Line:
    return Line(
        key=key,
        label=label,
        unit="",
        help=tip,
        colour=colour,
        stepwise=False,
        held_out=True,
        look=look,
        column="newest",
    )
