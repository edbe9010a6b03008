"""Everything a person may choose about a variational auto-encoder."""

from typing import Annotated, Literal

from pydantic import Field

from engines.autoencoders.objectives import LIKELIHOODS
from engines.config import Group, ModelConfig, OneOf, Scale, Unit

_MODEL = Group("Model")
_NETWORK = Group("Network")
_OPTIMISER = Group("Optimiser")


class AutoencoderConfig(ModelConfig):
    """Choices that all variational auto-encoders share."""

    latent_dim: Annotated[int, Unit("numbers"), _MODEL] = Field(
        20, ge=1, le=512, title="Latent size", description="Length of the latent vector z."
    )
    likelihood: Annotated[str, OneOf(("auto", *LIKELIHOODS)), _MODEL] = Field(
        "auto",
        description="How the decoder judges pixels: bernoulli draws each grey pixel as black "
        "or white anew in every batch; gaussian compares values with spread σ; auto takes "
        "bernoulli for grey pictures and gaussian for colour.",
    )
    sigma: Annotated[float, Scale.LOG, _MODEL] = Field(
        0.1,
        ge=0.01,
        le=10.0,
        title="Decoder σ",
        description="Spread of the gaussian decoder, in units of the full brightness range; "
        "smaller wants sharper reconstructions and weighs the KL term less.",
    )
    body: Annotated[Literal["auto", "mlp", "conv"], _NETWORK] = Field(
        "auto",
        description="Kind of network: auto takes fully connected layers for grey pictures of "
        "up to 64 pixels and convolutions for all others.",
    )
    hidden: Annotated[int, Unit("units"), _NETWORK] = Field(
        400, ge=8, le=4096, title="Hidden units", description="Width of the hidden layers."
    )
    layers: Annotated[int, Unit("layers"), _NETWORK] = Field(
        1, ge=1, le=6, title="Hidden layers", description="Hidden layers of the mlp body."
    )
    width: Annotated[int, Unit("channels"), _NETWORK] = Field(
        32,
        ge=4,
        le=256,
        title="Convolution width",
        description="Channels of the conv body's first stage; they double after every second.",
    )
    batch_size: Annotated[int, Unit("images"), _OPTIMISER] = Field(
        128, ge=1, le=8192, description="Images per step."
    )
    learning_rate: Annotated[float, Scale.LOG, _OPTIMISER] = Field(
        1e-3, gt=0, le=1, description="Adam step size."
    )

    @property
    def kl_weight(self) -> float:
        """The factor of the KL term in what is minimised."""
        return 1.0


class VaeConfig(AutoencoderConfig):
    """Choices for the VAE (Kingma & Welling 2014, arXiv:1312.6114)."""

    family: Literal["vae"] = "vae"


class BetaVaeConfig(AutoencoderConfig):
    """Choices for the β-VAE (Higgins 2017, openreview Sy2fzU9gl)."""

    family: Literal["beta-vae"] = "beta-vae"
    beta: Annotated[float, Scale.LOG, _MODEL] = Field(
        4.0,
        ge=0.0,
        le=1000.0,
        title="β",
        description="Weight of the KL term, which is summed over latent axes: above 1 asks for "
        "smoother, more separate factors; its meaning changes with the picture size.",
    )
    latent_dim: Annotated[int, Unit("numbers"), _MODEL] = Field(
        10, ge=1, le=512, title="Latent size", description="Length of the latent vector z."
    )

    @property
    def kl_weight(self) -> float:
        """β."""
        return self.beta
