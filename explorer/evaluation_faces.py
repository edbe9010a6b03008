"""What can be evaluated as a form offers it, and an evaluation as a table shows it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from engines.metrics.extractors import EXTRACTORS
from explorer.bridge.judging import Judgement, Pairs
from explorer.widgets.evaluation_choice import NEWEST, EvaluationChoice, Option
from explorer.widgets.figures import figure
from explorer.widgets.pairs_view import PairSheet
from explorer.widgets.result_tree import ResultGroup, ResultLine
from trainers import taught
from trainers.cli.evaluating import USUAL_METRICS
from trainers.data.cache import cache_folder
from trainers.eyes import Eye
from trainers.scoring.judges import USUAL
from trainers.scoring.metrics import METRICS, PUBLISHED, check_counts
from trainers.scoring.report import Evaluation, Score, Series
from trainers.scoring.weights import describe

SHOWN = 12
"""Samples that are shown beside their nearest training pictures."""

_SPLITS = (
    Option("train", "train", "The pictures learned from, as papers have it.", chosen=True),
    Option("held-out", "held-out", "Pictures that the model never learns from.", chosen=True),
)
_NULLS: Mapping[str, float] = MappingProxyType({"kid": 0.0, "density": 1.0})
_NULL_OF = MappingProxyType({"fd": "fd_floor", "coverage": "expected_coverage"})
_BESIDE = ("fd_floor", "fd_corrected", "kid_error", "expected_coverage", "is_spread")
_ERRORS = MappingProxyType({"kid": "kid_error", "is": "is_spread"})


def metrics() -> tuple[Option, ...]:
    """Offer every metric of the table."""
    usual = USUAL_METRICS.split(",")
    return tuple(
        Option(name, row.title, f"{row.title}: {row.help}.", chosen=name in usual)
        for name, row in METRICS.items()
    )


def extractors() -> tuple[Option, ...]:
    """Offer every extractor, the usual one first."""
    names = sorted(EXTRACTORS, key=lambda name: name != USUAL)
    rows = tuple(
        Option(
            name,
            row.title,
            f"{row.dim} features; {row.comparable}.",
            _need(name),
            fetched=_fetched(name),
        )
        for name, row in ((name, EXTRACTORS[name]) for name in names)
    )
    return (*rows, Option(taught.NAME, taught.TITLE, taught.TIP))


def lacking() -> frozenset[str]:
    """Look on the disk which extractors lack weights that could be fetched.

    Raises:
        ValueError: if there is no cache on this machine.
    """
    cache = cache_folder()
    return frozenset(name for name in EXTRACTORS if Eye(name).lacking(cache) is not None)


def splits() -> tuple[Option, ...]:
    """Offer the parts of a data set."""
    return _SPLITS


def refusal(choice: EvaluationChoice) -> str:
    """Say why this cannot be evaluated, nothing if it can."""
    if not choice.metrics:
        return "tick at least one metric"
    if choice.folders is not None and not all(choice.folders):
        return "choose two folders of pictures, the real ones first"
    if choice.folders is None and not choice.against:
        return "tick train, held-out or both: the pictures to compare with"
    return _weights_refusal(choice) or _metric_refusal(choice)


def words(choice: EvaluationChoice, run: str, step: int | None) -> list[str]:
    """Spell a choice for the command line; `step` None for the newest checkpoint."""
    said = list(choice.folders) if choice.folders is not None else [run]
    if choice.folders is None:
        said += [] if step is None else ["--step", str(step)]
        said += ["--weights", choice.weights] if choice.weights else []
        said += ["--against", ",".join(choice.against)]
        said += ["--data-dir", choice.files] if choice.files else []
    said += ["--metrics", ",".join(choice.metrics), "-n", str(choice.count)]
    said += ["--extractor", choice.extractor]
    said += ["--weights-file", choice.weights_file] if choice.weights_file else []
    said += ["--fetch-weights", "yes"] if choice.may_fetch else []
    return [*said, "--nearest", str(SHOWN)] if choice.nearest else said


def step_of(choice: EvaluationChoice) -> int | None:
    """Return the checkpoint chosen, None for the newest."""
    return None if choice.moment == NEWEST else int(choice.moment)


def group(judged: Judgement) -> ResultGroup:
    """Show one evaluation with all that repeats it."""
    found = judged.found
    sum_ = found.through.identity.rpartition("/")[2][:8]
    title = f"{found.heading} · {found.through.title} · N = {found.wanted.count:,}"
    facts = (
        f"{found.heading}",
        f"{found.through.title}, weights {sum_}…: {found.through.comparable}",
        f"seed {found.wanted.seed}; took {judged.seconds:.1f} s",
        *found.notes,
        found.command,
    )
    null = next((one for one in found.series if one.is_null), None)
    lines = tuple(
        _line(series, score, null)
        for series in found.series
        if not series.is_null
        for score in series.scores
        if not score.is_detail and score.name not in _BESIDE
    )
    return ResultGroup(title, "\n".join(facts), lines)


def caption(judged: Judgement) -> str:
    """Say in a line what the numbers are and may be compared with."""
    found = judged.found
    sum_ = found.through.identity.rpartition("/")[2][:8]
    return (
        f"{found.through.title} (weights {sum_}…): {found.through.comparable} · seed "
        f"{found.wanted.seed} · {judged.seconds:.1f} s · {' '.join(found.notes)}"
    ).rstrip(" ·")


def sheet(pairs: Pairs | None, found: Evaluation) -> PairSheet | None:
    """Show pairs, with the unit of their distances."""
    if pairs is None:
        return None
    return PairSheet(
        samples=pairs.samples,
        neighbours=pairs.neighbours,
        distances=pairs.distances,
        threshold=pairs.threshold,
        unit=f"Euclidean, in features of {found.through.title}",
        verdict=pairs.verdict,
        rule=pairs.rule,
        is_near=pairs.is_near,
    )


def _line(series: Series, score: Score, null: Series | None) -> ResultLine:
    values = {one.name: one.value for one in series.scores}
    floor = values.get(_NULL_OF.get(score.name, ""), _NULLS.get(score.name))
    floor, null = (0.0, None) if series.is_copied else (floor, null)
    real = None if null is None else {one.name: one.value for one in null.scores}
    measured = None if real is None else real.get(score.name)
    error = values.get(_ERRORS.get(score.name, ""))
    corrected = values.get(f"{score.name}_corrected")
    shown = floor if floor is not None else measured
    best = {"less": "less is better", "more": "more is better"}.get(score.better, "")
    tips = [f"{score.title} of {series.fake.title} against {series.real.title}; {best}."]
    tips += ["A perfect copy of each picture scores 0."] if series.is_copied else []
    if measured is not None and null is not None:
        tips.append(
            f"{null.fake.title} against {null.real.title}, real beside real, measures "
            f"{figure(measured)}."
        )
    return ResultLine(
        (
            f"{score.title}{_sides(series)}",
            figure(score.value),
            "" if shown is None else figure(shown),
            "" if error is None else figure(error),
            "" if corrected is None else figure(corrected),
            f"{score.fake_count:,} / {score.real_count:,}",
        ),
        " ".join(tips),
    )


def _sides(series: Series) -> str:
    """Name both sides as shortly as can be: a run makes samples, and folders have paths."""
    real, fake = (Path(side.title).name for side in (series.real, series.fake))
    return f" to {real}" if series.fake.name == "samples" else f", {fake} to {real}"


def _need(name: str) -> str:
    weights = EXTRACTORS[name].weights
    if weights is None:
        return ""
    offer = describe(name)
    ways = "Give" if offer is None else f"{offer.question} Or give"
    return (
        f"{EXTRACTORS[name].title} needs the published weights, which are not part of this "
        f"program. {ways} the file {weights.name} here."
    )


def _fetched(name: str) -> str:
    offer = describe(name)
    return "" if offer is None else f"{offer.file.size / 1e6:.1f} MB"


def _weights_refusal(choice: EvaluationChoice) -> str:
    row = EXTRACTORS.get(choice.extractor)
    if row is None or row.weights is None:
        return ""
    if choice.weights_file or choice.may_fetch or choice.has_weights:
        return ""
    return f"{row.title} needs the file of its weights: tick Fetch them, or choose the file"


def _metric_refusal(choice: EvaluationChoice) -> str:
    for name in choice.metrics:
        if METRICS[name].reads == "logits" and choice.extractor != PUBLISHED:
            return (
                f"{METRICS[name].title} is defined by the published network alone; choose "
                f"{EXTRACTORS[PUBLISHED].title}, or leave it away"
            )
        try:
            check_counts(name, ("a set", choice.count), ("a set", choice.count))
        except ValueError:
            least = max(METRICS[name].least_real, METRICS[name].least_fake)
            return f"{METRICS[name].title} takes at least N = {least} pictures of each side"
    return ""


_SPOKEN = {
    "give folder:PATH with one that exists; or give its folder now with --data-dir": "choose "
    "the folder of its pictures beside “data”",
    "give its folder now with --data-dir": "choose its folder beside “data”",
    "ask for more with -n": "ask for a larger N",
    "-n must": "N must",
    "give the folder where the files lie with --data-dir": "choose the folder where the files "
    "lie beside “data”. Runs of digits and of shapes need no files",
}
"""What the command line says, and what the window says instead."""


def spoken(why: str) -> str:
    """Say a refusal of the command line in the words of the window."""
    said = why
    for typed, clicked in _SPOKEN.items():
        said = said.replace(typed, clicked)
    return said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")
