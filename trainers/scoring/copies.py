"""What reconstructions are measured by: they are compared with the very pictures they copy.

So row i of one side belongs to row i of the other, and what is told of independent sets is not
true of them: a perfect copy scores 0, there is no noise floor, and a metric that counts
neighbours would count the original. Only metrics with a row here are measured on copies.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from engines.metrics.kernel import paired_kernel_distance
from trainers.scoring.metrics import Finding, Pair


def _frechet(pair: Pair) -> Finding:
    found = pair.reference(pair.real).distance(pair.fake)
    values = {
        "fd": found.distance,
        "fd_mean_term": found.mean_term,
        "fd_covariance_term": found.covariance_term,
    }
    return Finding(values, len(pair.real), len(pair.fake))


def _kernel(pair: Pair) -> Finding:
    value = paired_kernel_distance(pair.real, pair.fake)
    return Finding({"kid": value}, len(pair.real), len(pair.fake))


OF_COPIES: Mapping[str, Callable[[Pair], Finding]] = MappingProxyType(
    {"fd": _frechet, "kid": _kernel}
)
