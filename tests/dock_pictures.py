"""Raises every dock with something in it, or with nothing, for `tests.screenshots --docks`."""

from collections.abc import Callable, Iterator

from explorer import layouts
from explorer.app import Application
from explorer.widgets.parcel import Parcel

HOME = {"explore": ("map", "traversal", "arithmetic"), "train": ("setup", "samples", "charts")}
"""The layouts in which docks are looked at, and which stand in front there already."""
FILLED = {
    "A": range(3),
    "B": range(3, 6),
    "C": range(6, 9),
    "ends": range(9, 11),
    "target": range(11, 12),
}
"""Rows of the table of codes for each slot."""

Wait = Callable[[Callable[[], object]], None]


def fill(parts: Application, wait: Wait) -> None:
    """Put pictures of the model looked at into the slots, so that no panel is empty."""
    codes = parts.session.codes
    codes.want("screenshots", wanted=True)
    wait(lambda: codes.table is not None)
    table = codes.table
    if table is None:
        return
    for slot, rows in FILLED.items():
        parcels = [Parcel(table.pixels[row], table.mean[row], f"row {row}") for row in rows]
        parts.session.basket.replace(slot, parcels, f"fill {slot}")
    parts.session.cursor.place(table.mean[12])


def raised(parts: Application) -> Iterator[str]:
    """Bring each dock to the front in turn, in the layout where it lives; yields its name."""
    for layout in HOME:
        parts.window.menus.commands[f"layout_{layout}"].trigger()
        for name, dock in parts.window.docks.items():
            if _home_of(name) == layout:
                dock.show()
                dock.raise_()
                yield name


def _home_of(name: str) -> str:
    """The layout that shows a dock and is made for it."""
    plan = layouts.PRESETS["explore"]
    shown = {place[0] for place in plan.placed} | {behind for _, behind in plan.tabs}
    return "explore" if name in shown and name != "samples" else "train"
