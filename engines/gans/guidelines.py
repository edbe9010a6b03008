"""The five guidelines of DCGAN, asked of two networks.

They are asked of the layers, not of the settings, so that a new body is judged as it stands
(Radford 2015, arXiv:1511.06434).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn

from engines.advice import Advice, Note
from engines.gans.config import GanConfig
from engines.gans.networks import discriminator_of, generator_of
from engines.types import Shape

_WEIGHTED = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
_POOLING = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Upsample)
_ACTIVATIONS = (nn.ReLU, nn.LeakyReLU, nn.ELU, nn.SiLU, nn.GELU, nn.Sigmoid, nn.Tanh)


@dataclass(frozen=True, slots=True)
class Guideline:
    """One rule: its name, its words, and whether a generator and a discriminator keep it."""

    name: str
    words: str
    kept: Callable[[nn.Module, nn.Module], bool]
    cause: Callable[[GanConfig], str] = lambda _: "The networks are built otherwise."
    """Says which choice breaks it, once it is known to be broken."""


def broken_by(config: GanConfig, shape: Shape) -> tuple[Guideline, ...]:
    """List the guidelines that the networks of `config` break; nothing is drawn or allocated.

    Raises:
        ValueError: if there are no such networks for pictures of `shape`.
    """
    with torch.device("meta"):
        return broken(generator_of(config, shape), discriminator_of(config, shape))


def advice_on(config: GanConfig, shape: Shape) -> Advice:
    """Say which guidelines a configuration breaks, and which of its choices does.

    Raises:
        ValueError: if there are no such networks for pictures of `shape`.
    """
    notes = [Note(rule.words, rule.cause(config)) for rule in broken_by(config, shape)]
    return Advice("DCGAN guidelines", PAPER, len(GUIDELINES), tuple(notes))


def broken(generator: nn.Module, discriminator: nn.Module) -> tuple[Guideline, ...]:
    """List the guidelines that two networks break, in the order of the paper."""
    return tuple(rule for rule in GUIDELINES if not rule.kept(generator, discriminator))


def _leaves(network: nn.Module) -> list[nn.Module]:
    return [module for module in network.modules() if not list(module.children())]


def _is_strided(generator: nn.Module, discriminator: nn.Module) -> bool:
    layers = [*_leaves(generator), *_leaves(discriminator)]
    return not any(isinstance(layer, _POOLING) for layer in layers)


def _is_batch_normed(generator: nn.Module, discriminator: nn.Module) -> bool:
    """Everywhere but at the generator's output and at the discriminator's two ends."""
    _, *inner = _normed(discriminator)
    return all(_normed(generator)[:-1]) and all(inner[:-1])


def _normed(network: nn.Module) -> list[bool]:
    """Say of each layer with weights whether batch norm follows it, if it is a convolution."""
    kinds = (*_WEIGHTED, nn.BatchNorm2d)
    layers = [layer for layer in _leaves(network) if isinstance(layer, kinds)]
    return [
        isinstance(after, nn.BatchNorm2d) or isinstance(layer, nn.Linear)
        for layer, after in zip(layers, [*layers[1:], None], strict=True)
        if isinstance(layer, _WEIGHTED)
    ]


def _is_convolutional(generator: nn.Module, discriminator: nn.Module) -> bool:
    """A linear layer may stand only at the latent vector and at the logit."""
    inner = [*_weights(generator)[1:], *_weights(discriminator)[:-1]]
    return not any(isinstance(layer, nn.Linear) for layer in inner)


def _weights(network: nn.Module) -> list[nn.Module]:
    return [layer for layer in _leaves(network) if isinstance(layer, _WEIGHTED)]


def _is_rectified(generator: nn.Module, _discriminator: nn.Module) -> bool:
    *inner, last = _activations(generator)
    return isinstance(last, nn.Tanh) and all(isinstance(m, nn.ReLU) for m in inner)


def _is_leaky(_generator: nn.Module, discriminator: nn.Module) -> bool:
    return all(isinstance(m, nn.LeakyReLU) for m in _activations(discriminator))


def _activations(network: nn.Module) -> Iterator[nn.Module]:
    return (m for m in _leaves(network) if isinstance(m, _ACTIVATIONS))


def _why_not_batch_normed(config: GanConfig) -> str:
    if config.norm != "auto":
        return f"The discriminator has norm {config.norm_used} here."
    causes = (
        (config.penalty_used != "none", "a gradient penalty"),
        (config.bound == "spectral", "spectral norm"),
        (config.unroll > 0, "unrolling"),
    )
    chosen = next((words for is_so, words in causes if is_so), "what is learned")
    return f"The discriminator has no norm here: {chosen} rules batch norm out."


def _why_hidden(config: GanConfig) -> str:
    if config.minibatch:
        return "Minibatch discrimination compares pictures behind a linear layer."
    return "The networks are built of linear layers here."


PAPER = "Radford 2015, arXiv:1511.06434"
GUIDELINES = (
    Guideline("strided", "Strided convolutions instead of pooling.", _is_strided),
    Guideline(
        "batch norm",
        "Batch norm in both, except G's output and D's ends.",
        _is_batch_normed,
        _why_not_batch_normed,
    ),
    Guideline(
        "no hidden layer", "No fully connected hidden layer.", _is_convolutional, _why_hidden
    ),
    Guideline("rectified generator", "ReLU in G, and tanh at its end.", _is_rectified),
    Guideline("leaky discriminator", "Leaky ReLU in D, everywhere.", _is_leaky),
)
