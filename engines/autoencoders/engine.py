"""The variational auto-encoder: one encoder, one decoder, one bound."""

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Generator, nn
from torch.optim import Adam

from engines.autoencoders.config import AutoencoderConfig
from engines.autoencoders.objectives import (
    LIKELIHOODS,
    LOG_VARIANCE_LIMITS,
    UnitImages,
    gaussian_kl,
    reparameterise,
)
from engines.engine import Engine, Part, stream
from engines.frozen import Answering, EncodingTorchSnapshot
from engines.images import from_unit, to_unit
from engines.nets.conv import conv_decoder, conv_encoder
from engines.nets.initialise import make
from engines.nets.mlp import mlp_decoder, mlp_encoder
from engines.snapshot import Channel, LatentSpace, Snapshot
from engines.types import Images, Labels, Latents, PerAxis, PerImage, Scalars, Shape

LARGEST_MLP_SIDE = 64

_BOUND = "Negative evidence lower bound: reconstruction + KL, whatever the weight of the KL is."
_RECONSTRUCTION = "−log p(x|z) for one draw of z per image, summed over pixels and channels."
_KL = "Divergence of q(z|x) from the standard normal prior, summed over latent axes."


class VaeEngine(Engine):
    """A VAE or β-VAE: the configuration's `kl_weight` is the only difference."""

    channels = (
        Channel("negative_elbo", "−ELBO", "loss", "nats / image", _BOUND),
        Channel("reconstruction", "reconstruction", "loss", "nats / image", _RECONSTRUCTION),
        Channel("kl", "KL", "loss", "nats / image", _KL),
    )
    held_out_channels = channels
    axis_channels = ("kl",)

    def __init__(
        self, config: AutoencoderConfig, shape: Shape, seed: int, device: torch.device
    ) -> None:
        self.latent = LatentSpace(config.latent_dim, "gauss")
        self.batch_size = config.batch_size
        self._config = config
        self._shape = shape
        self._device = device
        self._likelihood = LIKELIHOODS[_likelihood_name(config, shape)]
        weights = stream(seed, "weights")
        encoder, decoder = _BODIES[_body_name(config, shape)]
        self._encoder = make(lambda: encoder(config, shape), weights).to(device)
        self._decoder = make(lambda: decoder(config, shape), weights).to(device)
        parameters = [*self._encoder.parameters(), *self._decoder.parameters()]
        self._optimizer = Adam(
            parameters, lr=config.learning_rate, fused=device.type in {"cpu", "cuda"}
        )
        self._noise = stream(seed, "posterior noise")
        self._pixels = stream(seed, "binarisation")

    def step(self, images: Images, labels: Labels | None = None) -> Scalars:
        """Lower reconstruction + weight · KL on `images` by one Adam step."""
        reconstruction, kl = self._terms(self._target(images, self._pixels), self._noise)
        reconstruction, kl = reconstruction.mean(), kl.sum(1).mean()
        self._optimizer.zero_grad(set_to_none=True)
        (reconstruction + self._config.kl_weight * kl).backward()
        self._optimizer.step()
        reconstruction, kl = reconstruction.detach(), kl.detach()
        return {
            "negative_elbo": reconstruction + kl,
            "reconstruction": reconstruction,
            "kl": kl,
        }

    @torch.no_grad()
    def measure(
        self, images: Images, rng: Generator, labels: Labels | None = None
    ) -> Mapping[str, PerImage | PerAxis]:
        """The bound's terms for each image; pixels are drawn from `rng` where binary."""
        reconstruction, kl = self._terms(self._target(images, rng), rng)
        return {
            "negative_elbo": reconstruction + kl.sum(1),
            "reconstruction": reconstruction,
            "kl": kl,
        }

    def snapshot(self) -> Snapshot:
        """Copy both networks: the decoder shows the mean picture of p(x|z).

        The encoder is shown pictures as they are, also where it learned from binary draws.
        """
        shown = nn.Sequential(self._decoder, _MeanPicture())
        encoder = Answering(self._encoder, _code)
        return EncodingTorchSnapshot(shown, self.latent, self._shape, "decoder", encoder)

    def parts(self) -> Mapping[str, Part]:
        """Both networks, the optimiser, both random streams."""
        return {
            "encoder": self._encoder,
            "decoder": self._decoder,
            "optimizer": self._optimizer,
            "noise": self._noise,
            "pixels": self._pixels,
        }

    def _target(self, images: Images, rng: Generator) -> UnitImages:
        unit = to_unit(images)
        if not self._likelihood.binary:
            return unit
        return (torch.rand(unit.shape, generator=rng).to(self._device) < unit).float()

    def _terms(self, target: UnitImages, rng: Generator) -> tuple[PerImage, PerAxis]:
        mean, log_variance = self._encode(target)
        noise = torch.randn(mean.shape, generator=rng).to(self._device)
        outputs = self._decoder(reparameterise(mean, log_variance, noise))
        reconstruction = self._likelihood.nll(outputs, target, self._config.sigma)
        return reconstruction, gaussian_kl(mean, log_variance)

    def _encode(self, target: UnitImages) -> tuple[Latents, Latents]:
        return _moments(target, self._encoder)


def _moments(target: UnitImages, encoder: nn.Module) -> tuple[Latents, Latents]:
    mean, log_variance = encoder(target).chunk(2, dim=1)
    return mean, log_variance.clamp(*LOG_VARIANCE_LIMITS)


def _code(images: Images, encoder: nn.Module) -> tuple[Latents, Latents]:
    """Return mean and deviation of q(z|x)."""
    mean, log_variance = _moments(to_unit(images), encoder)
    return mean, (0.5 * log_variance).exp()


class _MeanPicture(nn.Module):
    """Decoder outputs → the mean picture, in [-1, 1]."""

    def forward(self, outputs: Images) -> Images:
        """Squash to [0, 1], then to the range of pictures."""
        return from_unit(torch.sigmoid(outputs))


def _likelihood_name(config: AutoencoderConfig, shape: Shape) -> str:
    if config.likelihood != "auto":
        return config.likelihood
    return "bernoulli" if shape[0] == 1 else "gaussian"


def _body_name(config: AutoencoderConfig, shape: Shape) -> str:
    if config.body != "auto":
        return config.body
    return "mlp" if shape[0] == 1 and max(shape) <= LARGEST_MLP_SIDE else "conv"


def _mlp_encoder(config: AutoencoderConfig, shape: Shape) -> nn.Module:
    return mlp_encoder(shape, (config.hidden,) * config.layers, 2 * config.latent_dim)


def _mlp_decoder(config: AutoencoderConfig, shape: Shape) -> nn.Module:
    return mlp_decoder(config.latent_dim, (config.hidden,) * config.layers, shape)


def _conv_encoder(config: AutoencoderConfig, shape: Shape) -> nn.Module:
    return conv_encoder(shape, config.width, config.hidden, 2 * config.latent_dim)


def _conv_decoder(config: AutoencoderConfig, shape: Shape) -> nn.Module:
    return conv_decoder(config.latent_dim, config.hidden, config.width, shape)


_BODIES = MappingProxyType(
    {"mlp": (_mlp_encoder, _mlp_decoder), "conv": (_conv_encoder, _conv_decoder)}
)
