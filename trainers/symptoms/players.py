"""Signs that one of two players has left the game."""

import numpy as np

from trainers.symptoms.past import (
    NOTHING,
    STRETCH,
    Ill,
    Past,
    Verdict,
    begin_of,
    between,
    means_of,
)

_FAR = 0.9999  # a logit of 9 on both sides: no generator was seen to come back


def saturated(past: Past) -> Ill | Verdict:
    """A discriminator that is always right, from which the generator learns nothing.

    A healthy one is right 60 to 95 % of the time, and always for some hundred steps of its
    youth. Being right alone is no illness: in the non-saturating game the generator learns most
    from a certain judge. It is one where little comes back, or where the score is out of reach.
    """
    sure = _certainty(past)
    if sure is None:
        return Verdict.UNSURE
    real, fake, words, begin = sure
    weak, learns = _weakness(past)
    if min(real, fake) < 0.97:
        return Verdict.HEALTHY
    if min(real, fake) < 0.99 or not (weak or _out_of_reach(past)):
        return Verdict.UNSURE
    why = f", and the generator learns next to nothing from it: {learns}" if weak else ""
    return Ill(
        {**begin, **weak}, begin_of(past), f"The discriminator {words} {between(past)}{why}."
    )


def vanished(past: Past) -> Ill | Verdict:
    """A generator's gradient far below what it was.

    Healthy ones stay within a factor of 100 of their largest median, whatever the game.
    """
    norm, peak = _faded(past)
    if norm is None or not np.isfinite(peak):
        return Verdict.UNSURE
    if norm >= max(1e-2 * peak, 10 * NOTHING):
        return Verdict.HEALTHY
    if norm >= max(1e-3 * peak, NOTHING):
        return Verdict.UNSURE
    return Ill(
        {"generator_norm": norm},
        begin_of(past),
        f"The generator's gradient is {norm:.2g} long in the median {between(past)}; it was "
        f"{peak:.2g} at its largest.",
    )


def outwitted(past: Past) -> Ill | Verdict:
    """A judge that prefers generated pictures.

    Real ones score higher on average in any game that both sides play.
    """
    scores = means_of(past, "real_score", "fake_score")
    if scores is None:
        return Verdict.UNSURE
    gap = past.traces["fake_score"] - past.traces["real_score"]
    wrong = float(np.mean(gap > 0))
    if wrong < 0.5:
        return Verdict.HEALTHY
    if wrong < 0.98:
        return Verdict.UNSURE
    return Ill(
        {"fake_score": scores["fake_score"], "real_score": scores["real_score"]},
        begin_of(past),
        f"The discriminator takes generated images for real ones: it gives them "
        f"{scores['fake_score']:.3g} and real ones {scores['real_score']:.3g} "
        f"{between(past)}.",
    )


def _certainty(past: Past) -> tuple[float, float, str, dict[str, float]] | None:
    right = means_of(past, "real_accuracy", "fake_accuracy")
    if right is not None:
        real, fake = right.values()
        words = f"tells {real:.1%} of real and {fake:.1%} of generated images apart"
        return real, fake, words, right
    scores = means_of(past, "real_score", "fake_score")
    if scores is None or past.units.get("real_score") != "probability":
        return None
    real, fake = scores.values()
    words = f"is certain: {real:.3f} for real and {fake:.3f} for generated images"
    return real, 1 - fake, words, scores


def _out_of_reach(past: Past) -> bool:
    scores = means_of(past, "real_score", "fake_score")
    if scores is None or past.units.get("real_score") != "probability":
        return False
    return min(scores["real_score"], 1 - scores["fake_score"]) >= _FAR


def _weakness(past: Past) -> tuple[dict[str, float], str]:
    """Find out how little the generator is told; empty if it is told enough."""
    signal = means_of(past, "signal")
    if signal is not None:
        weak = signal["signal"] < 0.02  # of at most 1: minimax at a certain discriminator
        return (signal, f"its signal is {signal['signal']:.2g}") if weak else ({}, "")
    norm, peak = _faded(past)
    if norm is None or norm >= 0.02 * peak:
        return {}, ""
    return {"generator_norm": norm}, f"its gradient is {norm:.2g} long, after {peak:.2g} before"


def _faded(past: Past) -> tuple[float | None, float]:
    trace = past.traces.get("generator_norm")
    if trace is None or len(trace) < STRETCH:
        return None, 0.0
    return float(np.median(trace)), past.peaks["generator_norm"]
