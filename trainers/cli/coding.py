"""The command that writes where the pictures of a run lie in its latent space."""

import argparse
from pathlib import Path
from typing import Any

from trainers import gallery
from trainers.bounds import within
from trainers.cli.lookup import find_run
from trainers.code_files import write_codes
from trainers.codes import MOST, known_of, placed
from trainers.command import codes_command, provenance_of
from trainers.run import open_snapshot
from trainers.store import default_runs, read_card


def write_table(asked: argparse.Namespace) -> dict[str, Any]:
    """Encode pictures of a run and write the table.

    Returns:
        What was written, for another program.

    Raises:
        ValueError: if the run cannot be opened, or there is no such place.
        OSError: if the table cannot be written.
    """
    within("count", asked.count, 1, MOST)
    folder = find_run(asked.run, Path(asked.runs) if asked.runs else default_runs())
    _, snapped, sha256 = open_snapshot(folder, asked.step)
    table = placed(snapped, known_of(folder, asked.count), asked.count)
    out = Path(asked.out or f"{folder.resolve().name}-codes-{snapped.step}.csv")
    command = codes_command(asked.run, snapped.step, asked.count, out.name)
    known_as = gallery.name_of(folder.resolve())
    card = read_card(folder)
    write_codes(out, table, provenance_of(card, snapped, sha256, command, known_as))
    return {
        "event": "written",
        "path": str(out),
        "run": str(folder),
        "step": snapped.step,
        "count": len(table),
        "source": table.source,
        "command": command,
    }
