"""Whether a model of points covers the modes of its data, measured on what it makes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from engines.latent.priors import sample
from engines.metrics.modes import ceiling, coverage
from engines.snapshot import Channel, PointSnapshot, Snapshot
from engines.toys.mixtures import Mixture, mixture_of
from trainers.config import RunConfig
from trainers.data.dataset import DataSet

SAMPLES = 2_500
SEED = 0

_WORDS = f"{SAMPLES:,} samples"
_DRAWS = f"Measured on {_WORDS} of the snapshot, from the same latent vectors every time."
_CEILINGS = (
    f"A perfect sampler has {100 * ceiling(2):.2f} % on the plane and {100 * ceiling(1):.2f} % "
    "on the line; more is a sign of collapse inside a mode."
)


def _channel(name: str, label: str, group: str, unit: str, meaning: str) -> Channel:
    return Channel(name, label, group, unit, f"{meaning} {_DRAWS}", _WORDS)


MODE_CHANNELS = (
    _channel(
        "modes",
        "captured",
        "modes",
        "modes",
        "Modes that are the nearest to one sample of high quality at least.",
    ),
    _channel(
        "strict_modes",
        "strictly",
        "modes",
        "modes",
        "Modes with at least 1 % of their fair share of the samples, in high quality.",
    ),
    _channel(
        "high_quality",
        "high quality",
        "high quality",
        "%",
        f"Samples within three deviations of the nearest mode. {_CEILINGS}",
    ),
    _channel(
        "mode_kl",
        "KL of modes",
        "evenness of modes",
        "nats",
        "Divergence of how often each mode is the nearest from how often it should be; 0 is "
        "even.",
    ),
)
"""Of data with modes."""

CURVE_CHANNELS = (
    _channel(
        "high_quality",
        "high quality",
        "high quality",
        "%",
        "Samples within three deviations of the middle of the curve.",
    ),
)
"""Of data along a curve, which has no modes to count."""


@dataclass(frozen=True, slots=True)
class CoverageAppraiser:
    """Draws from the prior and compares with the exact density."""

    target: Mixture

    def appraise(self, snapshot: Snapshot) -> Mapping[str, float]:
        """Return a value for every channel; the same for the same weights.

        Raises:
            ValueError: if the snapshot makes no points.
        """
        if not isinstance(snapshot, PointSnapshot):
            raise ValueError("this model makes pictures, and modes are counted among points")
        points = snapshot.points(sample(snapshot.latent, SAMPLES, SEED))
        found = asdict(coverage(points.astype("float64"), self.target))
        found["high_quality"] *= 100
        channels = MODE_CHANNELS if self.target.modes else CURVE_CHANNELS
        return {channel.name: float(found[channel.name]) for channel in channels}


def has_modes(config: RunConfig) -> bool:
    """Say whether a run learns points whose modes can be counted."""
    return config.data.about.points and mixture_of(config.data.source).modes > 0


def is_curve(config: RunConfig) -> bool:
    """Say whether a run learns points along a curve."""
    return config.data.about.points and not has_modes(config)


def build_coverage(config: RunConfig, _data: DataSet) -> CoverageAppraiser:
    """Make the appraiser of a run on points."""
    return CoverageAppraiser(mixture_of(config.data.source))
