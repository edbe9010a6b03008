"""The two networks that a configuration asks for, without weights of their own yet."""

from torch import nn

from engines.gans.config import GanConfig
from engines.nets.conv import dcgan_discriminator, dcgan_generator
from engines.nets.points import point_discriminator, point_generator
from engines.types import Shape, is_point

KERNELS = 100  # features of minibatch discrimination (arXiv:1606.03498, section 5)
POINT_KERNELS = 16  # for points, whose batches are larger: memory goes with kernels × batch²


def generator_of(config: GanConfig, shape: Shape) -> nn.Sequential:
    """Return the body of the generator."""
    if is_point(shape):
        return point_generator(config.latent_dim, config.width, shape)
    return dcgan_generator(config.latent_dim, config.width, shape)


def discriminator_of(config: GanConfig, shape: Shape) -> nn.Sequential:
    """Return the body of the discriminator; its weights are not held by anything yet."""
    if is_point(shape):
        norm = "none" if config.norm == "auto" else config.norm
        kernels = POINT_KERNELS if config.minibatch else 0
        return point_discriminator(config.width, shape, norm, kernels)
    kernels = KERNELS if config.minibatch else 0
    return dcgan_discriminator(config.width, shape, config.norm_used, kernels)


def scheme_of(shape: Shape) -> str:
    """Name how the first weights are drawn: DCGAN's way for pictures.

    Its deviation of 0.02 wants batch norm behind every layer; without, a judge of points would
    begin with a slope near 0.04 and its layers would pass next to nothing on.
    """
    return "fan-in" if is_point(shape) else "dcgan"
