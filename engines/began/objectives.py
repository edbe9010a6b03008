"""The losses and the balance of a boundary-equilibrium GAN: pure functions.

An energy is how badly the judge's auto-encoder rebuilds a picture (Berthelot 2017,
arXiv:1703.10717). The judge lowers it for real pictures and raises it for made ones, k times as
hard; the generator lowers it for its own.
"""

from torch.nn.functional import l1_loss

from engines.types import Images, PerImage, Scalar


def energies(images: Images, rebuilt: Images) -> PerImage:
    """Mean distance |x − x̂| over channels and pixels, in units of pictures, from 0 to about 2.

    A mean and not a sum: γ and the rate of k are scaled for it. Torch computes it in float32
    even where a network runs in half precision.
    """
    return l1_loss(rebuilt, images, reduction="none").flatten(1).mean(1)


def judge_loss(real: Scalar, fake: Scalar, k: Scalar) -> Scalar:
    """ℒ(x) − k·ℒ(G(z)); not bounded below but by the judge's own failure."""
    return real - k * fake


def balance(real: Scalar, fake: Scalar, gamma: float) -> Scalar:
    """γℒ(x) − ℒ(G(z)), 0 in equilibrium; above 0 the made pictures are rebuilt too well."""
    return gamma * real - fake


def corrected(k: Scalar, gap: Scalar, rate: float) -> Scalar:
    """K + rate · balance, cut off at 0 and at 1."""
    return (k + rate * gap).clamp(0, 1)


def convergence(real: Scalar, gap: Scalar) -> Scalar:
    """M = ℒ(x) + |balance|, which falls as pictures get better."""
    return real + gap.abs()
