"""Everything a person may choose about an adversarial model."""

from typing import Annotated, Literal

from pydantic import Field

from engines.config import Group, ModelConfig, OneOf, Scale, Unit
from engines.gans.objectives import OBJECTIVES

_MODEL = Group("Model")
_NETWORK = Group("Network")
_OPTIMISER = Group("Optimiser")


class GanConfig(ModelConfig):
    """Choices for a GAN on DCGAN bodies (Radford 2015, arXiv:1511.06434)."""

    family: Literal["gan"] = "gan"
    objective: Annotated[str, OneOf.rows(OBJECTIVES), _MODEL] = Field(
        "ns",
        description="What the players minimise: ns is the non-saturating game, mm the minimax "
        "game, whose generator learns little while the discriminator is sure.",
    )
    latent_dim: Annotated[int, Unit("numbers"), _MODEL] = Field(
        64, ge=1, le=512, title="Latent size", description="Length of the latent vector z."
    )
    prior: Annotated[Literal["gauss", "uniform"], _MODEL] = Field(
        "gauss", description="Where z is drawn from: standard normal, or uniform on [-1, 1]."
    )
    width: Annotated[int, Unit("channels"), _NETWORK] = Field(
        32,
        ge=4,
        le=256,
        description="Channels of the stage next to the picture; they double at each halving.",
    )
    batch_size: Annotated[int, Unit("images"), _OPTIMISER] = Field(
        64, ge=2, le=8192, description="Real images per step, and as many generated ones."
    )
    learning_rate: Annotated[float, Scale.LOG, _OPTIMISER] = Field(
        2e-4, gt=0, le=1, description="Adam step size of the generator."
    )
    discriminator_rate: Annotated[float, Scale.LOG, _OPTIMISER] = Field(
        2e-4, gt=0, le=1, description="Adam step size of the discriminator."
    )
    beta1: Annotated[float, _OPTIMISER] = Field(
        0.5, ge=0.0, lt=1.0, title="Adam β₁", description="Memory of the mean gradient."
    )
    ema: Annotated[float, _OPTIMISER] = Field(
        0.999,
        ge=0.0,
        lt=1.0,
        title="EMA decay",
        description="The pictures shown come from a running average of the generator's weights "
        "with this decay per step; 0 shows the newest weights.",
    )
    fresh_latents: Annotated[bool, _OPTIMISER] = Field(
        True,
        description="Draw new latent vectors for the generator's update instead of judging the "
        "discriminator's batch again; slower, less correlated.",
    )
