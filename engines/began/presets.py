"""Published settings of boundary-equilibrium GANs, as partial configurations."""

from collections.abc import Mapping
from types import MappingProxyType

from engines.presets import Preset

_PAPER = "Berthelot 2017, arXiv:1703.10717"

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "began": Preset(
            "BEGAN",
            f"{_PAPER}; widths and layers of the full size, which want a GPU; the rates are "
            "not lowered as training goes on",
            {
                "gamma": 0.5,
                "k_rate": 1e-3,
                "latent_dim": 64,
                "prior": "uniform",
                "hidden": 64,
                "width": 128,
                "layers": 2,
                "batch_size": 16,
                "learning_rate": 1e-4,
                "discriminator_rate": 1e-4,
                "ema": 0.0,
            },
        ),
        "began-varied": Preset(
            "BEGAN, more varied",
            f"{_PAPER}; γ as in public ports to MNIST",
            {"gamma": 0.75},
        ),
    }
)
