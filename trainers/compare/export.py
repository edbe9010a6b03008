"""A comparison as files: CSV for programs, Markdown for documents, a PNG for people."""

from pathlib import Path

from trainers import checkpoints
from trainers.compare.cells import StudyStatus
from trainers.compare.picture import picture_of
from trainers.compare.table import cells_csv, markdown, rows_csv, table_of

FILES = ("rows.csv", "cells.csv", "table.md", "table.png")


def export(status: StudyStatus, folder: Path) -> Path:
    """Write all of `FILES` into `folder`, made if need be; each is there whole or not at all.

    Raises:
        OSError: if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = table_of(status)
    contents = (
        rows_csv(table).encode(),
        cells_csv(status).encode(),
        markdown(table).encode(),
        picture_of(table),
    )
    for name, data in zip(FILES, contents, strict=True):
        checkpoints.write_whole(folder / name, data)
    return folder
