"""From a configuration to pictures: the one way into this room."""

from collections.abc import Callable
from pathlib import Path

from trainers.data.cache import cache_folder
from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet
from trainers.data.names import divided
from trainers.data.request import Request
from trainers.data.table import SOURCES
from trainers.data.watch import Cancelled, DataError, Progress, Watch

__all__ = ["Cancelled", "DataError", "Progress", "load"]


def load(
    config: DataConfig,
    report: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    cache: Path | None = None,
) -> DataSet:
    """Make ready the pictures that `config` asks for.

    Both callbacks are called from the calling thread, often. `cache` replaces our folder in
    the user's cache.

    Raises:
        DataError: if the data cannot be had, in one sentence that says why.
        Cancelled: as soon as `cancelled` says so; nothing half-made stays behind, but for
            the part of a download that has arrived, which the next one goes on from.
    """
    request = Request(config, cache or cache_folder(), Watch(report, cancelled))
    request.watch.tell("Opening", 0, 0)
    try:
        return SOURCES[divided(config.source)[0]].load(request)
    except OSError as error:
        raise DataError(f"the data cannot be read or kept: {error}") from error
