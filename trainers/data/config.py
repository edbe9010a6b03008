"""Everything a person may choose about the data; readable without torch."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from engines.config import Config, Group, Unit
from engines.toys.mixtures import mixture_of
from trainers.data.names import ABOUT, About, divided, written

_DATA = Group("Data")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def _known(source: str) -> str:
    name, path = divided(source)
    rows = ", ".join(map(written, ABOUT))
    if name not in ABOUT:
        raise ValueError(f"{source!r} is not one of {rows}")
    about = ABOUT[name]
    if about.wants and not path.strip():
        what = "a path" if about.takes_path else "its places"
        raise ValueError(f"{name!r} needs {what} after a colon; write {written(name)}")
    if ":" in source and not about.wants:
        raise ValueError(f"{name!r} takes no path; to read its files, give their folder")
    if about.points:
        mixture_of(source)
    return source


def _path(text: str) -> str:
    if "\0" in text:
        raise ValueError("a path cannot hold a zero byte")
    return text


def _hexadecimal(colour: str) -> str:
    if not _COLOUR.fullmatch(colour):
        raise ValueError("a colour is written # and six hexadecimal digits, such as #ffffff")
    return colour.lower()


class DataConfig(Config):
    """Which pictures to learn from, and how they are made ready."""

    source: Annotated[str, AfterValidator(_known), AfterValidator(_path), _DATA] = Field(
        "shapes",
        title="Data set",
        description="A named data set, or folder:PATH, or array:PATH (.npy or .npz), or points "
        "drawn:SIGMA@x,y;x,y*weight.",
    )
    folder: Annotated[str, AfterValidator(_path), _DATA] = Field(
        "",
        title="Read files from",
        description="Where the standard files lie already, remembered from then on; empty to "
        "use those or download them.",
    )
    side: Annotated[Literal["auto", "28", "32", "64", "128"], Unit("px"), _DATA] = Field(
        "auto",
        title="Side",
        description="Width and height of the pictures; auto takes the data set's own size.",
    )
    colour: Annotated[Literal["auto", "grey", "colour"], _DATA] = Field(
        "auto",
        title="Colour",
        description="Grey or colour; auto looks at the pictures. Shapes can be coloured.",
    )
    fit: Annotated[Literal["crop", "stretch"], _DATA] = Field(
        "crop",
        title="Fit",
        description="Make a picture square by cutting its longer side or by stretching it.",
    )
    background: Annotated[str, AfterValidator(_hexadecimal), _DATA] = Field(
        "#ffffff",
        title="Background",
        description="The colour behind transparent pixels, as #rrggbb.",
    )
    mirror: Annotated[Literal["auto", "on", "off"], _DATA] = Field(
        "auto",
        title="Mirror",
        description="Flip half of the pictures left to right; auto does so for CIFAR-10 only.",
    )
    held_out: Annotated[float, _DATA] = Field(
        0.1,
        gt=0,
        le=0.5,
        title="Held out",
        description="The share kept back for judging, where a set has no test part of its own.",
    )

    @property
    def in_files(self) -> bool:
        """Whether the pictures lie in a folder that may be elsewhere on another machine."""
        return "folder" in self.about.options or divided(self.source)[0] == "folder"

    @property
    def about(self) -> About:
        """The row of the chosen data set."""
        return ABOUT[divided(self.source)[0]]

    @property
    def path(self) -> str:
        """What follows the colon in `source`; empty for a named data set."""
        return divided(self.source)[1]

    @property
    def mirrored(self) -> bool:
        """Whether pictures are flipped at random."""
        return self.about.mirrored if self.mirror == "auto" else self.mirror == "on"

    @model_validator(mode="after")
    def _of_points(self) -> "DataConfig":
        """Refuse for points what only a picture has."""
        asked = {"side": self.side, "colour": self.colour, "mirror": self.mirror}
        for name, value in asked.items() if self.about.points else ():
            if value not in ("auto", "off"):
                raise ValueError(f"{self.about.title} has no {name}; leave it at auto")
        return self

    @model_validator(mode="after")
    def _possible(self) -> "DataConfig":
        about = self.about
        if self.side not in ("auto", *about.sides):
            sizes = " or ".join(sorted(about.sides, key=int))
            raise ValueError(
                f"{about.title} is {sizes} pixels wide, not {self.side}; choose auto"
            )
        if self.colour != "auto" and "colour" not in about.options:
            raise ValueError(f"{about.title} has its own colours; leave colour at auto")
        if self.mirror == "on" and "mirror" not in about.options:
            raise ValueError(
                f"mirrored, {about.title} would not fit its factors; leave it auto"
            )
        if self.folder and "folder" not in about.options:
            raise ValueError(f"{about.title} reads no standard files; leave the folder empty")
        return self
