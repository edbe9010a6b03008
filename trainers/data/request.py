"""What a row of the table is given to load from."""

import os
from dataclasses import dataclass
from pathlib import Path

from trainers.data.config import DataConfig
from trainers.data.watch import Watch


@dataclass(frozen=True, slots=True)
class Request:
    """One load: what was chosen, where files may be kept, and who is watching."""

    config: DataConfig
    cache: Path
    """A folder of our own; it need not exist yet."""
    watch: Watch


def home_expanded(path: str) -> Path:
    """Write out a leading `~`; where there is no such home, leave it as it is."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises there
