"""Signs that a generator makes few different pictures."""

from math import exp

from trainers.symptoms.past import (
    STRETCH,
    Ill,
    Past,
    Verdict,
    after_last_good,
    begin_of,
    between,
    means_of,
    newest,
)

_CROWDED = 1.2  # nats between how often each mode is the nearest and how often it should be
_SPREADING = 0.3  # nats less than three evaluations ago: a model that still finds modes
_GROWTH = 0.03  # of the spread of real images, within a stretch: a model that still unfolds


def collapsed(past: Past) -> Ill | Verdict:
    """Nearly all pictures alike; a young model that becomes more varied is not ill.

    Real images have 0.00 to 0.02 duplicates by definition. Fourteen healthy runs of seven games
    on digits: about 1.0 at step 50, then below 0.6 from step 350 on, the spread growing all the
    while. A generator of one picture: 1.0, for good.
    """
    rows = newest(past, "duplicates", "spread")
    if not rows:
        return Verdict.UNSURE
    ill = [row.values["duplicates"] >= 0.9 for row in rows]
    if not any(ill):
        return Verdict.HEALTHY
    now = rows[-1].values
    if not all(ill) or now["spread"] - rows[0].values["spread"] >= _GROWTH:
        return Verdict.UNSURE
    return Ill(
        {name: now[name] for name in ("duplicates", "spread")},
        after_last_good(past, lambda values: values.get("duplicates", 1.0) < 0.9),
        f"{now['duplicates']:.0%} of the generated images have a near-twin among them, and "
        f"they differ {now['spread']:.0%} as much as real ones do (step {rows[-1].step:,}).",
    )


def lost_modes(past: Past) -> Ill | Verdict:
    """Modes that were covered are so no more.

    A generator on its way there only gains; the healthy presets of the ring keep 8 of 8.
    """
    rows = newest(past, "modes")
    best = max(
        (row.values["modes"] for row in past.evaluated if "modes" in row.values), default=0
    )
    if not rows or best < 2:
        return Verdict.UNSURE
    ill = [row.values["modes"] <= best / 2 for row in rows]
    if not any(ill):
        return Verdict.HEALTHY
    if not all(ill):
        return Verdict.UNSURE
    now = rows[-1].values["modes"]
    return Ill(
        {"modes": now},
        after_last_good(past, lambda values: values.get("modes", 0.0) > best / 2),
        f"The generator covers {now:g} modes of the data at step {rows[-1].step:,}; it had "
        f"covered {best:g}.",
    )


def crowded(past: Past) -> Ill | Verdict:
    """All points go to a few modes of those there are.

    Which mode is the nearest becomes even before points are of high quality: ten healthy seeds
    of the ring end below 0.95 nats at step 600, one of them falling from 1.8. Two modes alone
    of eight are 1.39 nats.
    """
    rows = newest(past, "mode_kl")
    if not rows:
        return Verdict.UNSURE
    ill = [row.values["mode_kl"] >= _CROWDED for row in rows]
    if not any(ill):
        return Verdict.HEALTHY
    now = rows[-1].values["mode_kl"]
    if not all(ill) or rows[0].values["mode_kl"] - now >= _SPREADING:
        return Verdict.UNSURE
    return Ill(
        {"mode_kl": now},
        after_last_good(past, lambda values: values.get("mode_kl", 0.0) < _CROWDED),
        f"Generated points crowd about {exp(-now):.0%} of the data's modes at step "
        f"{rows[-1].step:,} (KL {now:.2f} nats from even).",
    )


def narrowed(past: Past) -> Ill | Verdict:
    """Generated pictures of a batch vary far less than the real ones.

    A mean over a stretch, since single batches are noisy.
    """
    means = means_of(past, "variance_ratio")
    if means is None:
        return Verdict.UNSURE
    ratio = means["variance_ratio"]
    if ratio >= 0.1:
        return Verdict.HEALTHY
    if ratio >= 0.02 or past.last < 5 * STRETCH:
        return Verdict.UNSURE
    return Ill(
        means,
        begin_of(past),
        f"The generated images vary {ratio:.1%} as much as the real ones {between(past)}.",
    )
