"""Finding the run that a person names."""

from pathlib import Path

from trainers import gallery
from trainers.arguments import nearest


def find_run(text: str, runs: Path) -> Path:
    """Find a run by its folder, by its name under `runs`, or as `gallery:NAME`.

    Raises:
        ValueError: if there is no such run, with the most similar name there is.
    """
    if text.startswith(gallery.PREFIX):
        return gallery.unpacked(text.removeprefix(gallery.PREFIX))
    for folder in (Path(text), runs / text):
        if (folder / "run.json").is_file():
            return folder
    names = [path.parent.name for path in runs.glob("*/run.json")]
    near = nearest(text, names)
    raise ValueError(f"there is no run {text!r:.200}, neither a folder nor in {runs}{near}")
