"""What an adversarial model measures, which depends on how it is set up."""

import math

from engines.gans.config import GanConfig
from engines.gans.objectives import OBJECTIVES
from engines.snapshot import Channel, Channels

_LENGTH = "Length of the gradient of the loss over all weights of the "
_PENALTY = (
    Channel("penalty", "penalty", "penalty", "", "The gradient penalty, weighted, within D's."),
    Channel(
        "slope",
        "slope",
        "slope",
        "",
        "Mean length of the gradient of D's raw output by the picture, where it is penalised.",
    ),
    Channel(
        "slope_max", "largest slope", "slope", "", "The steepest place of the batch among them."
    ),
)
_CLIPPED = Channel(
    "clipped", "at the limit", "clipping", "share", "Weights of D that were cut off."
)
_ACCURACY = (
    Channel("real_accuracy", "real", "accuracy", "share", "Real images that D takes for real."),
    Channel(
        "fake_accuracy", "generated", "accuracy", "share", "Made images that D takes for made."
    ),
)
_SIGNAL = Channel(
    "signal",
    "signal to G",
    "health",
    "",
    "Mean |∂loss/∂logit| of G's loss at made images: at 0 G learns nothing from D.",
)
VARIANCE = Channel(
    "variance_ratio",
    "variance ratio",
    "health",
    "",
    "Variance of made images over that of real ones, each a mean over pixels of the batch's "
    "variance: near 0 they are all alike.",
)
_EFFECTIVE = Channel(
    "effective_samples",
    "effective samples",
    "effective samples",
    "images",
    "Made images that carry G's gradient, (Σw)² ÷ Σw²; near 1 a single one does.",
)
_LIKENESS = tuple(
    Channel(
        f"{kind}_likeness",
        label,
        "likeness",
        "images",
        f"Mean over kernels of how many others of the batch look like a {word} image to D.",
    )
    for kind, label, word in (("real", "real", "real"), ("fake", "generated", "made"))
)
_STRETCH = Channel(
    "stretch",
    "largest layer",
    "stretch",
    "",
    "Largest singular value of any of D's weights before spectral norm divides by it.",
)
_CATEGORY = (
    "Lower bound of the information about the category that a made picture carries: "
    "H(c) − E[−log Q(c|x)], at most H(c) = ln {count} = {most:.4f} nats."
)
_CODES = Channel(
    "code_information",
    "continuous codes",
    "information",
    "nats",
    "Lower bound of the information about the continuous codes that a made picture carries, "
    "summed over codes, with Q as wide as its error over the batch; H(c) = ln 2 nats per code. "
    "Training uses a width of 1.",
)


def channels_of(config: GanConfig) -> Channels:
    """List the channels of an engine of `config`.

    A score is a probability where the objective makes it one, and D's raw output elsewhere.
    """
    objective = OBJECTIVES[config.objective]
    unit = objective.unit
    real, fake, unseen = _scores(log_odds=objective.log_odds)
    step = (
        Channel("discriminator", "discriminator", "loss", unit, "What D minimises."),
        Channel("generator", "generator", "loss", unit, "What G minimises."),
        real,
        fake,
        Channel("discriminator_norm", "discriminator", "gradient norm", "", f"{_LENGTH}judge."),
        Channel("generator_norm", "generator", "gradient norm", "", f"{_LENGTH}generator."),
        *(_ACCURACY if objective.log_odds else ()),
        _SIGNAL,
        VARIANCE,
        *((_EFFECTIVE,) if objective.weighs else ()),
        *((_now(unit),) if config.unroll else ()),
        *(_LIKENESS if config.minibatch else ()),
        *(_PENALTY if config.penalty_used != "none" else ()),
        *((_CLIPPED,) if config.bound == "clip" else ()),
        *((_STRETCH,) if config.bound == "spectral" else ()),
        *((_category(config.categories),) if config.categories else ()),
        *((_CODES,) if config.codes else ()),
    )
    return Channels(step, (unseen,))


def _now(unit: str) -> Channel:
    return Channel(
        "generator_now",
        "generator, D as it is",
        "loss",
        unit,
        "What G would pay without looking ahead; the gap to G's loss is D's answer.",
    )


def _category(count: int) -> Channel:
    help_ = _CATEGORY.format(count=count, most=math.log(count))
    return Channel("category_information", "category", "information", "nats", help_)


def _scores(*, log_odds: bool) -> tuple[Channel, Channel, Channel]:
    unit = "probability" if log_odds else ""
    means = (
        "Mean probability of being real that the discriminator gives: "
        if log_odds
        else "Mean raw output of the discriminator, higher for more real and no probability: "
    )
    return (
        Channel("real_score", "real", "score", unit, f"{means}real images."),
        Channel("fake_score", "generated", "score", unit, f"{means}made images."),
        Channel("real_score", "real", "score", unit, f"{means}images never seen."),
    )
