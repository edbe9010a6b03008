"""What a boundary-equilibrium GAN measures."""

from engines.gans.channels import VARIANCE
from engines.snapshot import Channel, Channels

_DISTANCE = "|pixel difference|"
_LENGTH = "Length of the gradient of the loss over all weights of the "
_ENERGY = "Mean distance of a pixel, on [-1, 1], from what the discriminator rebuilds: "

CHANNELS = Channels(
    (
        Channel(
            "discriminator", "discriminator", "loss", _DISTANCE, "ℒ(x) − k·ℒ(G), D minimises."
        ),
        Channel("generator", "generator", "loss", _DISTANCE, "ℒ(G), which G minimises."),
        Channel("real_energy", "real", "energy", _DISTANCE, f"{_ENERGY}real images, ℒ(x)."),
        Channel("fake_energy", "generated", "energy", _DISTANCE, f"{_ENERGY}made ones, ℒ(G)."),
        Channel(
            "convergence",
            "M",
            "energy",
            _DISTANCE,
            "ℒ(x) + |γℒ(x) − ℒ(G)|: falls as the pictures get better.",
        ),
        Channel(
            "balance",
            "γℒ(x) − ℒ(G)",
            "energy",
            _DISTANCE,
            "Hovers around 0; above it made images are rebuilt too well, and k grows.",
        ),
        Channel(
            "k",
            "k",
            "weight of generated",
            "",
            "How hard D is driven to rebuild made images badly; pinned at 0 or 1 the players "
            "are out of balance.",
        ),
        Channel("discriminator_norm", "discriminator", "gradient norm", "", f"{_LENGTH}judge."),
        Channel("generator_norm", "generator", "gradient norm", "", f"{_LENGTH}generator."),
        VARIANCE,
    ),
    (Channel("real_energy", "real", "energy", _DISTANCE, f"{_ENERGY}images never seen."),),
)
