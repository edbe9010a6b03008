"""What there is to choose from, in words: one row per data set, readable without torch.

`table.py` joins each row with the function that loads it; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_OURS = "Drawn by this program from a density known exactly."


@dataclass(frozen=True, slots=True)
class About:
    """What a form or a help text says about one data set before it is loaded."""

    title: str
    summary: str
    origin: str
    """Who made it, and under which licence."""
    options: tuple[str, ...]
    """The fields of `DataConfig` that mean something for it."""
    sides: tuple[str, ...]
    """Picture sides in pixels that it can have; the first is its own size."""
    needs_download: bool = False
    takes_path: bool = False
    """Whether its name is followed by a colon and a path."""
    example: str = ""
    """What may follow the colon of a name that takes something else than a path."""
    points: bool = False
    """Whether it holds points of one or two numbers instead of pictures."""
    mirrored: bool = False
    """Whether a picture flipped left to right is as good a picture as before."""

    @property
    def wants(self) -> str:
        """What its name is followed by, after a colon; empty for a plain name."""
        return "PATH" if self.takes_path else self.example


def _toy(title: str, summary: str, origin: str = _OURS, example: str = "") -> About:
    """Write the row of a data set of points, which has none of the options of pictures."""
    points = f"Points, not pictures: {summary}"
    return About(title, points, origin, (), (), example=example, points=True)


_FILES = ("folder", "mirror")

ABOUT: Mapping[str, About] = MappingProxyType(
    {
        "shapes": About(
            title="Shapes",
            summary=(
                "737,280 small pictures of a square, an ellipse or a heart, computed from "
                "known factors: shape, scale, orientation and position."
            ),
            origin="Drawn by this program; it follows the factors of dSprites.",
            options=("side", "colour", "held_out"),
            sides=("64", "32"),
        ),
        "digits": About(
            title="Digits (8×8 pictures, enlarged)",
            summary="1,797 handwritten digits that come with scikit-learn; no download.",
            origin="UCI Optical Recognition of Handwritten Digits, test part; CC BY 4.0.",
            options=("side", "mirror", "held_out"),
            sides=("28", "32"),
        ),
        "mnist": About(
            title="MNIST",
            summary="70,000 handwritten digits, 28×28 grey.",
            origin="LeCun, Cortes and Burges, from NIST data; freely available.",
            options=_FILES,
            sides=("28",),
            needs_download=True,
        ),
        "fashion-mnist": About(
            title="Fashion-MNIST",
            summary="70,000 pictures of clothes in ten classes, 28×28 grey.",
            origin="Zalando Research; MIT licence.",
            options=_FILES,
            sides=("28",),
            needs_download=True,
        ),
        "kmnist": About(
            title="Kuzushiji-MNIST",
            summary="70,000 cursive Japanese characters in ten classes, 28×28 grey.",
            origin="ROIS-DS Center for Open Data in the Humanities; CC BY-SA 4.0.",
            options=_FILES,
            sides=("28",),
            needs_download=True,
        ),
        "cifar10": About(
            title="CIFAR-10",
            summary="60,000 photographs in ten classes, 32×32 colour.",
            origin="Krizhevsky, Nair and Hinton; free for research, no explicit licence.",
            options=_FILES,
            sides=("32",),
            needs_download=True,
            mirrored=True,
        ),
        "folder": About(
            title="Folder of pictures",
            summary="Your own pictures; every sub-folder is a class.",
            origin="Yours.",
            options=("side", "colour", "fit", "background", "mirror", "held_out"),
            sides=("64", "28", "32", "128"),
            takes_path=True,
        ),
        "array": About(
            title="Array of pictures",
            summary="Pictures, and labels if there are any, in one .npy or .npz file.",
            origin="Yours.",
            options=("side", "fit", "mirror", "held_out"),
            sides=("28", "32", "64", "128"),
            takes_path=True,
        ),
        "ring": _toy(
            "Points: ring of 8",
            "eight narrow Gaussians on a circle of radius 1, with deviation 0.01.",
            "Drawn by this program after VEEGAN and PacGAN.",
        ),
        "grid": _toy(
            "Points: grid of 25",
            "twenty-five narrow Gaussians two apart, with deviation 0.05.",
            "Drawn by this program after VEEGAN.",
        ),
        "moons": _toy("Points: two moons", "two half circles that reach into each other."),
        "spiral": _toy("Points: spiral", "two turns of one spiral."),
        "line": _toy("Points: line of 3", "three Gaussians of one number each."),
        "drawn": _toy(
            "Points: drawn mixture",
            "Gaussians where you put them, written as SIGMA@x,y;x,y and x,y*weight.",
            "Yours.",
            "0.1@-1,0;1,0",
        ),
    }
)


def divided(source: str) -> tuple[str, str]:
    """Part `folder:PATH` into its row and what follows, which for a plain name is empty."""
    row, _, path = source.partition(":")
    return row, path


def written(name: str) -> str:
    """Write the row as a person would type it: `mnist`, `folder:PATH`, `drawn:0.1@0,0`."""
    wants = ABOUT[name].wants
    return f"{name}:{wants}" if wants else name
