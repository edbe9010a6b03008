"""What the cells of a comparison are judged by, and which way is better."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

FRECHET = "fd"


@dataclass(frozen=True, slots=True)
class Measure:
    """A row: how a value is called, and whether less of it is better."""

    title: str
    unit: str
    lower_is_better: bool
    help: str

    def better(self, one: float, other: float) -> bool:
        """True if `one` is better than `other`."""
        return one < other if self.lower_is_better else one > other


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        FRECHET: Measure(
            "FD",
            "",
            lower_is_better=True,
            help="Fréchet distance between the features of generated and of held-out images, "
            "by the extractor named; not comparable with published FID.",
        ),
        "modes": Measure(
            "modes covered",
            "modes",
            lower_is_better=False,
            help="Modes of the data that the model's samples reach.",
        ),
        "high_quality": Measure(
            "high quality",
            "%",
            lower_is_better=False,
            help="Share of samples within three standard deviations of a mode.",
        ),
    }
)
"""In order of importance: the first that a study has decides a search."""


def measured_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return those of `names` that models are compared by, the deciding one first."""
    there = set(names)
    return tuple(name for name in MEASURES if name in there)
