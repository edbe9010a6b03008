"""Frozen copies of networks, behind arrays: what a snapshot is made of. Torch ends here."""

import copy
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch import Tensor, nn

from engines.arrays import LatentArray, PixelArray
from engines.images import to_images, to_pixels
from engines.snapshot import LatentSpace, Posterior
from engines.types import Images, Latents, Shape

DECODE_CHUNK = 64  # images decoded at once: bounds memory, and stays in a CPU's cache

Judged: TypeAlias = Float[Tensor, "n"]
Encoded: TypeAlias = tuple[Latents, Latents]


class TorchSnapshot:
    """A frozen copy of a decoder network."""

    def __init__(
        self, decoder: nn.Module, latent: LatentSpace, shape: Shape, weights: str
    ) -> None:
        self.latent = latent
        self.shape = shape
        self.weights = weights
        self.network = frozen_copy(decoder)
        """Latent vectors (n, d) → images (n, c, h, w) in [-1, 1], in evaluation mode. Gradients
        pass through it to the latent vectors; its weights take none."""
        self.device = next(decoder.parameters()).device

    @torch.inference_mode()
    def decode(self, z: LatentArray) -> PixelArray:
        """Decode a batch of latent vectors to 8-bit images.

        Raises:
            ValueError: if the vectors have another length than this model's.
        """
        chunks = to_latents(z, self.latent).to(self.device).split(DECODE_CHUNK)
        return to_pixels(torch.cat([self.network(chunk) for chunk in chunks]))

    @property
    def is_finite(self) -> bool:
        """Whether no weight is infinite or not a number: else its pictures mean nothing."""
        return all(bool(w.isfinite().all()) for w in self.network.state_dict().values())

    def images_of(self, pixels: PixelArray) -> Images:
        """Bring 8-bit pictures to the device as the networks see them.

        Raises:
            ValueError: if they have another shape than this model's.
        """
        _, height, width, channels = pixels.shape
        if (channels, height, width) != self.shape:
            own, given = _size_of(self.shape), _size_of((channels, height, width))
            raise ValueError(f"this model knows pictures of {own}, not of {given}")
        return to_images(pixels).to(self.device)


class EncodingTorchSnapshot(TorchSnapshot):
    """With a frozen copy of the encoder beside the decoder."""

    def __init__(
        self,
        decoder: nn.Module,
        latent: LatentSpace,
        shape: Shape,
        weights: str,
        encoder: nn.Module,
    ) -> None:
        super().__init__(decoder, latent, shape, weights)
        self.encoder = frozen_copy(encoder)
        """Images (n, c, h, w) in [-1, 1] → mean and deviation, (n, d) each."""

    @torch.inference_mode()
    def encode(self, pixels: PixelArray) -> Posterior:
        """Encode 8-bit pictures as they are; nothing is drawn.

        Raises:
            ValueError: if they have another shape than this model's.
        """
        chunks = self.images_of(pixels).split(DECODE_CHUNK)
        parts: list[Encoded] = [self.encoder(chunk) for chunk in chunks]
        mean, deviation = (_array(torch.cat(part)) for part in zip(*parts, strict=True))
        return Posterior(mean, deviation)


class JudgingTorchSnapshot(TorchSnapshot):
    """With a frozen copy of the discriminator beside the generator."""

    def __init__(
        self,
        decoder: nn.Module,
        latent: LatentSpace,
        shape: Shape,
        weights: str,
        judge: nn.Module,
    ) -> None:
        super().__init__(decoder, latent, shape, weights)
        self.log_odds = False
        """Whether a score is log D / (1 − D); else it is a critic's, or minus an energy."""
        self.judge_network = frozen_copy(judge)
        """Images (n, c, h, w) in [-1, 1] → scores (n,), higher for more real."""

    @torch.inference_mode()
    def judge(self, pixels: PixelArray) -> Float32[np.ndarray, "n"]:
        """Score 8-bit pictures, higher for more real: the judge's raw output.

        Raises:
            ValueError: if they have another shape than this model's.
        """
        chunks = self.images_of(pixels).split(DECODE_CHUNK)
        scores: list[Judged] = [self.judge_network(chunk) for chunk in chunks]
        return _array(torch.cat(scores))


class Answering(nn.Module):
    """A network and what is made of its output: an encoder's means, a judge's energies."""

    def __init__(
        self, network: nn.Module, answer: Callable[[Images, nn.Module], object]
    ) -> None:
        super().__init__()
        self.network = network
        self._answer = answer

    def forward(self, images: Images) -> object:
        """Ask the network, and make of it what was agreed."""
        return self._answer(images, self.network)


def frozen_copy(network: nn.Module) -> nn.Module:
    """Copy a network in evaluation mode, with weights that take no gradient."""
    made = copy.deepcopy(network).eval().requires_grad_(requires_grad=False)
    for weight in made.parameters():
        if weight.dim() == 4:  # the layout that convolutions on a CPU read fastest
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
    return made


def to_latents(z: LatentArray, space: LatentSpace) -> Latents:
    """Copy latent vectors to the CPU's tensors.

    Raises:
        ValueError: if they have another length than those of `space`.
    """
    if z.shape[1] != space.dim:
        raise ValueError(f"this model takes {space.dim} numbers, not {z.shape[1]}")
    return torch.from_numpy(np.array(z, order="C"))  # neither read-only nor reversed arrays


def _array(values: Float[Tensor, "..."]) -> Float32[np.ndarray, "..."]:
    return np.ascontiguousarray(values.float().cpu().numpy())


def _size_of(shape: Shape) -> str:
    depth, height, width = shape
    return f"{width} × {height} pixels in {'grey' if depth == 1 else 'colour'}"
