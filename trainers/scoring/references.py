"""The moments and the root of real features, kept for the next time where they cost seconds.

The key is taken over the features themselves: whatever changed before them, pictures, resize,
network or their number, changes it, and stale statistics cannot be met.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.numpy

from engines.metrics.features import Features
from engines.metrics.frechet import Reference, reference_of
from engines.metrics.moments import Moments
from trainers.data.cache import written

VERSION = "reference/1"  # of the layout, and of how engines.metrics.frechet takes them
WIDE = 512
"""Features from which on the root costs more than reading it; narrower ones are not kept."""

_FOLDER = "references"
_SUM = hashlib.sha256


@dataclass(frozen=True, slots=True)
class References:
    """Gives the reference of real features, read or computed."""

    cache: Path

    def of(self, features: Features) -> Reference:
        """Return moments and root of `features`.

        Raises:
            ValueError: if there are fewer than two rows or values that are no finite numbers.
        """
        if features.shape[1] < WIDE:
            return reference_of(features)
        path = self._path(features)
        known = _remembered(path, len(features), features.shape[1])
        if known is not None:
            return known
        reference = reference_of(features)
        with suppress(OSError):  # a full disk costs time the next time, not the number
            _keep(path, reference)
        return reference

    def _path(self, features: Features) -> Path:
        digest = _SUM(f"{VERSION}/{features.dtype}/{features.shape}".encode())
        digest.update(np.ascontiguousarray(features).data)
        return self.cache / _FOLDER / f"{digest.hexdigest()[:32]}.reference"


def _keep(path: Path, reference: Reference) -> None:
    content = safetensors.numpy.save(
        {
            "mean": reference.moments.mean,
            "scatter": reference.moments.scatter,
            "spectrum": reference.spectrum,
            "root": np.ascontiguousarray(reference.root),
        }
    )
    with written(path) as file:
        file.write(content)
        file.write(_SUM(content).digest())


def _remembered(path: Path, count: int, width: int) -> Reference | None:
    """Read what was kept, or nothing where it is not whole."""
    try:
        if path.stat().st_size > 8 * (2 * width * width + 2 * width) + 4_096:
            return None
        held = path.read_bytes()
    except OSError:
        return None
    content, digest = held[: -_SUM().digest_size], held[-_SUM().digest_size :]
    if _SUM(content).digest() != digest:
        return None
    kept = safetensors.numpy.load(content)
    return Reference(
        Moments(count, kept["mean"], kept["scatter"]), kept["spectrum"], kept["root"]
    )
