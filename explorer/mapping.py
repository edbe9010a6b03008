"""What is in view on a map as a recipe, so that the very same pictures can be drawn again."""

from engines.latent.planes import Heading, Plane, Side
from engines.latent.tiles import Rectangle
from explorer.widgets.map_bar import MapChoice
from explorer.widgets.map_outlook import Outlook
from explorer.widgets.map_view import MapView
from trainers.recipes import MapRecipe, ZoomRecipe


def recipe_of(outlook: Outlook, choice: MapChoice, rows: int, columns: int) -> MapRecipe:
    """Return the recipe of what is in view, in so many rows and columns.

    In as many as there are pictures in view, they are those pictures.
    """
    laid = outlook.plane
    across, up = outlook.cells()
    right = _stretch(laid.right.side, across, outlook.level, columns)
    upwards = _stretch(laid.up.side, up, outlook.level, rows)
    return MapRecipe(
        base=base_of(laid),
        right=choice.right,
        up=choice.up,
        centre=(right[0], upwards[0]),
        pitch=(right[1], upwards[1]),
        rows=rows,
        columns=columns,
        coordinates=choice.coordinates,
    )


def base_of(laid: Plane) -> tuple[float, ...]:
    """Return the vector that lays the very same plane again."""
    axes_only = all(_is_axis(way) for way in (laid.right, laid.up))
    return tuple((laid.base if axes_only else laid.through).tolist())


def shown_by(recipe: MapRecipe | ZoomRecipe) -> Rectangle:
    """Return the part of the map that an export shows, at last."""
    if isinstance(recipe, ZoomRecipe):
        return recipe.end
    (x, y), (across, up) = recipe.centre, recipe.pitch
    wide, tall = across * recipe.columns / 2, up * recipe.rows / 2
    return x - wide, x + wide, y - tall, y + tall


def look_at(view: MapView, part: Rectangle) -> None:
    """Have a part of the map in the middle of a view that shows all of it, as large as fits."""
    if view.outlook is not None:
        view.zoom(_magnification(view.outlook, part))
        view.centre(((part[0] + part[1]) / 2, (part[2] + part[3]) / 2))


def _magnification(outlook: Outlook, part: Rectangle) -> float:
    """Return how much to zoom in so that a part of the map fills the view."""
    left, right, low, high = outlook.seen
    shares = [
        seen / wanted
        for seen, wanted, side in zip(
            (right - left, high - low),
            (part[1] - part[0], part[3] - part[2]),
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
