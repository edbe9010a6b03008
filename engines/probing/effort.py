"""How hard to search for latent vectors."""

from dataclasses import dataclass

from engines.probing.plausibility import AUTO


@dataclass(frozen=True, slots=True)
class Effort:
    """Choices that all searches share.

    Raises:
        ValueError: if there is nothing to do, or a number has no meaning.
    """

    restarts: int = 16
    iterations: int = 500
    rate: float = 0.05
    """Adam's at the beginning; it falls to a twentieth."""
    prior: str = AUTO
    """A row of `plausibility.TERMS`; `auto` takes what suits the model and the search."""
    prior_weight: float | None = None
    """λ, beside the fit; None takes that of its row."""
    seed: int = 0
    """Of the starts."""

    def __post_init__(self) -> None:
        if self.restarts < 1 or self.iterations < 0 or not self.rate > 0:
            raise ValueError(
                "a search needs at least 1 restart, 0 or more iterations and a rate above 0"
            )
        if self.prior_weight is not None and not self.prior_weight >= 0:
            raise ValueError("the weight of a prior is at least 0, or none to take its own")
