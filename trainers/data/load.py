"""From a configuration to pictures: the one way into this room."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from trainers.data.cache import cache_folder
from trainers.data.config import DataConfig
from trainers.data.dataset import DataSet
from trainers.data.names import divided
from trainers.data.request import Request, home_expanded
from trainers.data.standard import STANDARDS
from trainers.data.table import SOURCES
from trainers.data.watch import Cancelled, DataError, Progress, Watch
from trainers.data.whereabouts import remember, remembered

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
        return _loaded(request)
    except OSError as error:
        raise DataError(f"the data cannot be read or kept: {error}") from error


def _loaded(request: Request) -> DataSet:
    name, _ = divided(request.config.source)
    if name in STANDARDS and not request.config.folder:
        with suppress(DataError):  # moved or changed since: as if it had never been noted
            if found := _again(name, request):
                return found
    data = SOURCES[name].load(request)
    if request.config.folder and not data.notes:
        remember(name, home_expanded(request.config.folder), request.cache)
    return data


def _again(name: str, request: Request) -> DataSet | None:
    """Read the set from where it lay the last time, if it is the published one still."""
    place = remembered(name, request.cache)
    if not place:
        return None
    data = SOURCES[name].load(replace(request, config=request.config.changed(folder=place)))
    return None if data.notes else data
