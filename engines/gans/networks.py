"""The networks that a configuration asks for: bodies without weights, and made ones."""

from functools import partial

from torch import Generator, nn

from engines.gans.config import GanConfig
from engines.nets.conv import dcgan_discriminator, dcgan_generator
from engines.nets.headed import Headed
from engines.nets.initialise import make
from engines.nets.points import point_discriminator, point_generator
from engines.nets.spectral import hold_spectrally
from engines.types import Shape, is_point

KERNELS = 100  # features of minibatch discrimination (arXiv:1606.03498)
POINT_KERNELS = 16  # for points, whose batches are larger: memory goes with kernels × batch²
READER_WIDTH = 128  # of the hidden layer that reads codes (arXiv:1606.03657)


def generator_of(config: GanConfig, shape: Shape, dim: int | None = None) -> nn.Sequential:
    """Return the body of the generator; `dim` where the latent vector is more than noise."""
    if is_point(shape):
        return point_generator(dim or config.latent_dim, config.width, shape)
    return dcgan_generator(dim or config.latent_dim, config.width, shape)


def discriminator_of(config: GanConfig, shape: Shape) -> nn.Sequential:
    """Return the body of the discriminator; its weights are not held by anything yet."""
    if is_point(shape):
        norm = "none" if config.norm == "auto" else config.norm
        kernels = POINT_KERNELS if config.minibatch else 0
        return point_discriminator(config.width, shape, norm, kernels)
    kernels = KERNELS if config.minibatch else 0
    return dcgan_discriminator(config.width, shape, config.norm_used, kernels)


def made_judge(
    config: GanConfig, shape: Shape, classes: int, rng: Generator
) -> nn.Sequential | Headed:
    """Make the discriminator, with a part for classes or codes where there are some."""

    def network() -> nn.Sequential | Headed:
        body = discriminator_of(config, shape)
        return Headed(body, classes) if classes or config.reads_codes else body

    judge = make(network, rng, scheme_of(shape))
    if config.bound == "spectral":
        hold_spectrally(judge, rng)
    return judge


def made_reader(config: GanConfig, judge: nn.Module, rng: Generator) -> nn.Sequential:
    """Make what guesses the codes of a picture from the features of `judge`, if there are any.

    One logit per category and one mean per continuous code. Without the batch norm of the
    paper, so that a picture's codes are read from that picture alone. Nothing that bounds the
    judge bounds the reader, which judges nothing.
    """
    if not isinstance(judge, Headed) or not config.reads_codes:
        return nn.Sequential()
    return make(partial(_reader, config, judge.features), rng, "dcgan")


def _reader(config: GanConfig, features: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(features, READER_WIDTH),
        nn.LeakyReLU(0.1, inplace=True),
        nn.Linear(READER_WIDTH, config.categories + config.codes),
    )


def scheme_of(shape: Shape) -> str:
    """Name how the first weights are drawn: DCGAN's way for pictures.

    Its deviation of 0.02 wants batch norm behind every layer; without, a judge of points would
    begin with a slope near 0.04 and its layers would pass next to nothing on.
    """
    return "fan-in" if is_point(shape) else "dcgan"
