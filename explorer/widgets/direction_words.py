"""What is known of a direction, in the words that its row shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from engines.latent.directions import Direction

Row: TypeAlias = tuple[int, Direction]
"""A direction under its number."""

LEAST_LEAK = 0.05  # σ of an attribute, per σ along; less is not worth a word
SHOWN_LEAKS = 3

BADGES: Mapping[bool | None, tuple[str, str, str]] = MappingProxyType(
    {
        True: (
            "reliable",
            "good",
            "Items held out differ along it, and other items give the same direction.",
        ),
        False: (
            "not reliable",
            "bad",
            "It may be chance: too few items, no difference beyond chance on items held out, "
            "or another direction from other items.",
        ),
        None: (
            "not judged",
            "muted",
            "It was not found from two groups, so there is nothing to judge it by.",
        ),
    }
)
"""By verdict: the words, the colour token, and why."""


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort directions."""

    title: str
    key: Callable[[Row], Any]


def facts(direction: Direction) -> str:
    """Say how it was found and how sure it is, in one line."""
    known = direction.parameters
    words = [direction.method, f"σ {direction.scale:.3g}"]
    if direction.effect is not None:
        error = known.get("error")
        both = "" if not isinstance(error, float) else f" ± {error:.2f}"
        words.append(f"d {direction.effect:.2f}{both} held out")
    if isinstance(auc := known.get("auc"), int | float):
        words.append(f"AUC {auc:.2f}")
    if direction.consistency is not None:
        words.append(f"consistency {direction.consistency:.2f}")
    if isinstance(change := known.get("change"), int | float):
        words.append(f"picture change {100 * change:.2g} % per σ")
    if isinstance(share := known.get("share"), int | float):
        words.append(f"{share:.0%} of the variance")
    return " · ".join([*words, leaks(direction), origin(direction)])


def leaks(direction: Direction) -> str:
    """Say which other attributes move along it, the most moved first."""
    if not direction.leakage:
        return "other attributes unknown"
    moved = sorted(direction.leakage.items(), key=lambda row: -abs(row[1]))[:SHOWN_LEAKS]
    told = [f"{name} {_signed(by)} σ" for name, by in moved if abs(by) >= LEAST_LEAK]
    return f"also moves {', '.join(told)}" if told else "moves no other attribute"


def origin(direction: Direction) -> str:
    """Say in which moment of the model it was found, and in which space it lies."""
    known = direction.parameters
    words = [f"step {step:,}" for step in [known.get("step")] if isinstance(step, int)]
    words += [str(known["weights"])] if known.get("weights") else []
    saved = direction.checkpoint
    words.append(f"checkpoint {saved[:8]}" if saved else "not of a saved checkpoint")
    return f"{', '.join(words)}, space {direction.space}"


def details(direction: Direction) -> str:
    """Return all that is known, for a tool-tip."""
    own = [f"{name}: {value}" for name, value in direction.parameters.items() if value != ""]
    moved = [f"moves {name} by {_signed(by)} σ" for name, by in direction.leakage.items()]
    return "\n".join([direction.notes or direction.method, *own, *moved[:20]])


def _weakness(row: Row) -> tuple[float, float]:
    """Rank by the effect held out, then by the picture change; the strongest first."""
    change = row[1].parameters.get("change")
    seen = float(change) if isinstance(change, int | float) else 0.0
    return -abs(row[1].effect or 0.0), -seen


def _alphabet(row: Row) -> tuple[str, int]:
    return row[1].name.casefold(), row[0]


def _age(row: Row) -> int:
    return row[0]


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "found": Order("as found", _age),
        "effect": Order("effect", _weakness),
        "name": Order("name", _alphabet),
    }
)
