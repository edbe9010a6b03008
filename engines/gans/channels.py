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
)
_CLIPPED = Channel(
    "clipped", "at the limit", "clipping", "share", "Weights of D that were cut off."
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
    unit = OBJECTIVES[config.objective].unit
    real, fake, unseen = _scores(log_odds=OBJECTIVES[config.objective].log_odds)
    step = (
        Channel("discriminator", "discriminator", "loss", unit, "What D minimises."),
        Channel("generator", "generator", "loss", unit, "What G minimises."),
        real,
        fake,
        Channel("discriminator_norm", "discriminator", "gradient norm", "", f"{_LENGTH}judge."),
        Channel("generator_norm", "generator", "gradient norm", "", f"{_LENGTH}generator."),
        *(_PENALTY if config.penalty_used != "none" else ()),
        *((_CLIPPED,) if config.bound == "clip" else ()),
        *((_category(config.categories),) if config.categories else ()),
        *((_CODES,) if config.codes else ()),
    )
    return Channels(step, (unseen,))


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
