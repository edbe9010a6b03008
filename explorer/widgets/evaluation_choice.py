"""What can be evaluated, and what a person chose of it."""

from dataclasses import dataclass

NEWEST, AS_IT_IS = "newest", "now"
"""Which moment of a run: its newest checkpoint, or this one, for which one is written."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    name: str
    title: str
    tip: str
    needs: str = ""
    """What it takes beside the program itself, in a sentence; empty for nothing."""
    chosen: bool = False
    """Whether it is chosen at first."""
    fetched: str = ""
    """How much would be fetched, as `95.6 MB`; empty if nothing can be."""


@dataclass(frozen=True, slots=True)
class EvaluationChoice:
    """All that the form says."""

    folders: tuple[str, str] | None
    """The real pictures and the others; None for the run looked at."""
    moment: str
    """A step in figures, `NEWEST` or `AS_IT_IS`."""
    weights: str
    against: tuple[str, ...]
    extractor: str
    weights_file: str
    count: int
    metrics: tuple[str, ...]
    nearest: bool
    may_fetch: bool = False
    """Whether somebody agreed to fetch the weights that the extractor lacks."""
    files: str = ""
    """The folder of the data's files; empty where the run had it."""
    has_weights: bool = False
    """Whether the extractor lacks nothing on this machine."""
