"""Signs that a quantity stands at the end of its range."""

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


def clipped(past: Past) -> Ill | Verdict:
    """A critic that its limit leaves no slope, or whose weights all lie at it.

    Algorithm 1's critic at c = 0.01 keeps up to three quarters of its weights there. A limit of
    1e-4 shrinks what passes a few layers to less than any optimiser takes notice of.
    """
    means = means_of(past, "clipped", "generator_norm")
    if means is None:
        return Verdict.UNSURE
    share, norm = means.values()
    if norm < NOTHING:
        words = f"The clipped critic gives the generator a gradient of {norm:.2g}"
        values = {"generator_norm": norm, "clipped": share}
        return Ill(values, begin_of(past), f"{words} {between(past)}: next to nothing.")
    if share < 0.9:
        return Verdict.HEALTHY
    if share < 0.95:
        return Verdict.UNSURE
    words = f"{share:.1%} of the critic's weights lie at the limit where they are clipped"
    return Ill({"clipped": share}, begin_of(past), f"{words} {between(past)}.")


def steep(past: Past) -> Ill | Verdict:
    """A critic that is no 1-Lipschitz function any more.

    A penalised one has slope 1; in healthy runs it stays below 2 after the first steps.
    """
    means = means_of(past, "slope")
    if means is None or past.units.get("slope") == "r1":
        return Verdict.UNSURE
    slope = means["slope"]
    if slope < 2:
        return Verdict.HEALTHY
    if slope <= 3:
        return Verdict.UNSURE
    return Ill(means, begin_of(past), f"The critic's slope is {slope:.2f} {between(past)}.")


def ignored(past: Past) -> Ill | Verdict:
    """A code that says nothing of the picture.

    A VAE that uses its code at all spends whole nats on it.
    """
    means = means_of(past, "kl")
    if means is None:
        return Verdict.UNSURE
    if means["kl"] > 0.5:
        return Verdict.HEALTHY
    if means["kl"] > 0.1 or past.last < 2 * STRETCH:
        return Verdict.UNSURE
    return Ill(
        means,
        begin_of(past),
        f"The code carries {means['kl']:.3f} nats per image {between(past)}: the decoder "
        f"makes the same picture whatever is encoded.",
    )


def few_teach(past: Past) -> Ill | Verdict:
    """One picture of a batch carries the whole gradient of the maximum-likelihood game."""
    means = means_of(past, "effective_samples")
    if means is None:
        return Verdict.UNSURE
    if means["effective_samples"] >= 3:
        return Verdict.HEALTHY
    if means["effective_samples"] >= 2:
        return Verdict.UNSURE
    return Ill(
        means,
        begin_of(past),
        f"{means['effective_samples']:.2f} images of a batch carry the generator's whole "
        f"gradient {between(past)}.",
    )


def pinned(past: Past) -> Ill | Verdict:
    """BEGAN's balance stands at an end of its range."""
    means = means_of(past, "k")
    if means is None:
        return Verdict.UNSURE
    weight = means["k"]
    if 1e-3 < weight < 1 - 1e-3:
        return Verdict.HEALTHY
    if past.last < 5 * STRETCH or not (weight >= 1 - 1e-6 or weight <= 1e-6):
        return Verdict.UNSURE
    return Ill(
        means,
        begin_of(past),
        f"BEGAN's balance k stands at {weight:.3f} {between(past)}: one player has all.",
    )
