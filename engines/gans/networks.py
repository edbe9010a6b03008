"""The two networks that a configuration asks for, without weights of their own yet."""

from torch import nn

from engines.gans.config import GanConfig
from engines.nets.conv import dcgan_discriminator, dcgan_generator
from engines.types import Shape

KERNELS = 100  # features of minibatch discrimination (arXiv:1606.03498, section 5)


def generator_of(config: GanConfig, shape: Shape) -> nn.Sequential:
    """Return the body of the generator."""
    return dcgan_generator(config.latent_dim, config.width, shape)


def discriminator_of(config: GanConfig, shape: Shape) -> nn.Sequential:
    """Return the body of the discriminator; its weights are not held by anything yet."""
    kernels = KERNELS if config.minibatch else 0
    return dcgan_discriminator(config.width, shape, config.norm_used, kernels)
