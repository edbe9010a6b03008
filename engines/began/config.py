"""Everything a person may choose about a boundary-equilibrium GAN."""

from typing import Annotated, Literal

from pydantic import Field

from engines.config import Group, ModelConfig, Scale, Unit
from engines.gans.fields import OPTIMISER, Beta1, Beta2, DiscriminatorRate, Ema, GeneratorRate

_MODEL = Group("Model")
_NETWORK = Group("Network")


class BeganConfig(ModelConfig):
    """Choices for BEGAN (Berthelot 2017, arXiv:1703.10717), on networks a CPU can train."""

    family: Literal["began"] = "began"
    gamma: Annotated[float, _MODEL] = Field(
        0.5,
        gt=0,
        le=1,
        title="Diversity γ",
        description="How well made pictures are to be rebuilt next to real ones: lower is "
        "sharper and more alike, higher is more varied.",
    )
    k_rate: Annotated[float, Scale.LOG, _MODEL] = Field(
        1e-3,
        gt=0,
        le=1,
        title="Rate of k",
        description="How fast k, the weight of made pictures in the discriminator's loss, "
        "follows the balance of the players.",
    )
    latent_dim: Annotated[int, Unit("numbers"), _MODEL] = Field(
        64, ge=1, le=512, title="Latent size", description="Length of the latent vector z."
    )
    prior: Annotated[Literal["gauss", "uniform"], _MODEL] = Field(
        "uniform", description="Where z is drawn from: standard normal, or uniform on [-1, 1]."
    )
    width: Annotated[int, Unit("channels"), _NETWORK] = Field(
        16,
        ge=4,
        le=256,
        description="Channels next to the picture; the encoder has as many more after each "
        "halving, the decoders keep their number.",
    )
    layers: Annotated[int, Unit("layers"), _NETWORK] = Field(
        1,
        ge=1,
        le=4,
        title="Convolutions per stage",
        description="Convolutions at each picture size; the paper has 2.",
    )
    hidden: Annotated[int, Unit("numbers"), _NETWORK] = Field(
        64,
        ge=1,
        le=1024,
        title="Bottleneck",
        description="Numbers to which the discriminator compresses a picture before it "
        "rebuilds it.",
    )
    batch_size: Annotated[int, Unit("images"), OPTIMISER] = Field(
        16, ge=1, le=8192, description="Real images per step, and as many generated ones."
    )
    learning_rate: GeneratorRate = 1e-4
    discriminator_rate: DiscriminatorRate = 1e-4
    beta1: Beta1 = 0.5
    beta2: Beta2 = 0.999
    ema: Ema = 0.999
