"""What a family has to say about a configuration: quiet notes, never a refusal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One piece of advice that a configuration does not follow."""

    rule: str
    reason: str
    """What in the configuration breaks it, or that the networks are built so."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A set of rules, and what is not kept of it."""

    title: str
    paper: str
    count: int
    broken: tuple[Note, ...] = ()

    @property
    def summary(self) -> str:
        """How many of the rules are kept, in one line."""
        return f"{self.title}: {self.count - len(self.broken)} of {self.count} kept"
