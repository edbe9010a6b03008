"""What is in view on a map as a recipe, so that the very same pictures can be drawn again."""

from engines.latent.planes import Heading, Side
from explorer.widgets.map_bar import MapChoice
from explorer.widgets.map_outlook import Outlook
from trainers.recipes import MapRecipe


def recipe_of(outlook: Outlook, choice: MapChoice, rows: int, columns: int) -> MapRecipe:
    """Return the recipe of what is in view, in so many rows and columns.

    In as many as there are pictures in view, they are those pictures.
    """
    laid = outlook.plane
    across, up = outlook.cells()
    right = _stretch(laid.right.side, across, outlook.level, columns)
    upwards = _stretch(laid.up.side, up, outlook.level, rows)
    axes_only = all(_is_axis(way) for way in (laid.right, laid.up))
    base = laid.base if axes_only else laid.through
    return MapRecipe(
        base=tuple(base.tolist()),
        right=choice.right,
        up=choice.up,
        centre=(right[0], upwards[0]),
        pitch=(right[1], upwards[1]),
        rows=rows,
        columns=columns,
        coordinates=choice.coordinates,
    )


def magnification(outlook: Outlook, recipe: MapRecipe) -> float:
    """Return how much to zoom in so that what the recipe shows fills the view."""
    left, right, low, high = outlook.seen
    shares = [
        seen / (pitch * count)
        for seen, pitch, count, side in zip(
            (right - left, high - low),
            recipe.pitch,
            (recipe.columns, recipe.rows),
            outlook.sides,
            strict=True,
        )
        if side.zooms
    ]
    return min(shares, default=1.0)


def _stretch(side: Side, cells: range, level: int, count: int) -> tuple[float, float]:
    """Return the middle of `cells`, and how far apart `count` pictures lie on their length."""
    size = side.cell(level)
    middle = side.low + (cells.start + cells.stop) / 2 * size
    return middle, size if count == len(cells) else len(cells) * size / count


def _is_axis(way: Heading) -> bool:
    return way.axis is not None or not way.side.zooms
