"""The runs that come with the program: trained already, to be explored before anything is.

Each is one file in the package: an ordinary run folder, zipped, without what its optimisers
remember, so that it can be explored, exported and judged, and not trained further. The package
may be read-only, and whoever opens a run writes beside it (a lock, the log of its scalars);
so the first look unpacks it into the user's cache. Importing this costs no torch.
"""

import hashlib
import io
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from trainers.arguments import nearest
from trainers.data.cache import cache_folder

PREFIX = "gallery:"
LARGEST = 2_000_000  # bytes of a file in the package
FIRST = "mnist-vae"
"""What a window shows that has nothing else to show."""

_ROOM = "gallery"


@dataclass(frozen=True, slots=True)
class Piece:
    """A row: what a person reads of a run, and the file that it is."""

    title: str
    what: str
    """Model and data, in half a line."""
    hint: str
    """A sentence that says what to try."""
    sha256: str
    """Of the file in the package, in hexadecimal."""


def written(name: str) -> str:
    """Write a piece as it is typed where a run is asked for: `gallery:mnist-vae`."""
    return PREFIX + name


def packed(name: str) -> bytes:
    """Read the file of a piece.

    Raises:
        ValueError: if there is no such piece, or its file is not the one that was shipped.
    """
    if name not in GALLERY:
        rows = ", ".join(map(written, GALLERY))
        raise ValueError(
            f"there is no {written(name)!r:.200} in the gallery{nearest(name, GALLERY)}; "
            f"choose {rows}"
        )
    try:
        with files("resources").joinpath(_ROOM, f"{name}.zip").open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(
            f"{written(name)} cannot be read; install the program again"
        ) from error
    if hashlib.sha256(data).hexdigest() != GALLERY[name].sha256:
        raise ValueError(f"{written(name)} is not as it was shipped; install the program again")
    return data


def unpacked(name: str) -> Path:
    """Return the run folder of a piece in the user's cache, made at the first look.

    Raises:
        ValueError: if there is no such piece, or the cache cannot hold it.
    """
    if name not in GALLERY:
        packed(name)
    folder = _place(name)
    if (folder / "run.json").is_file():
        return folder
    data = packed(name)
    try:
        _unpack(data, folder)
    except OSError as error:
        raise ValueError(
            f"{written(name)} cannot be unpacked into {folder.parent}: {error.strerror}; set "
            "LATENT_EXPLORER_CACHE to a folder that can be written"
        ) from error
    return folder


def piece_of(folder: Path) -> str:
    """Return the name of the piece that was unpacked into `folder`, empty for other runs.

    Looks at the path alone, so any thread may ask.
    """
    found = (name for name in GALLERY if _place(name) == folder)
    return next(found, "")


def name_of(folder: Path) -> str:
    """Write a run as a command takes it: `gallery:NAME`, or its folder's name."""
    piece = piece_of(folder)
    return written(piece) if piece else folder.name


def _place(name: str) -> Path:
    """Where a piece lies; another version of it lies elsewhere."""
    return cache_folder() / _ROOM / GALLERY[name].sha256[:12] / name


def _unpack(data: bytes, folder: Path) -> None:
    """Unpack beside `folder`, then put it there in one go; whoever comes second is content."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archive.extractall(unfinished)  # its sum was compared with ours
        try:
            unfinished.rename(folder)
        except OSError:
            if not (folder / "run.json").is_file():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


GALLERY: Mapping[str, Piece] = MappingProxyType(
    {
        "mnist-vae": Piece(
            "Digits on a map",
            "VAE with 2 latent numbers, MNIST",
            "Two sliders reach every digit it knows; the manifold shows all of them at once.",
            "f9703c89d932e55a2896d96345d04af8bcbeb19be6535b7a35ea236386ab9ecd",
        ),
        "mnist-gan": Piece(
            "Digits from noise",
            "GAN with 20 latent numbers, MNIST",
            "Draw again and again: its digits are sharper, and no slider has one meaning.",
            "3cd6aedc2c495ef61e1c03bdf9a0d0a97ea8224e1c90d165b9134a189324e245",
        ),
        "shapes-beta-vae": Piece(
            "Shapes by their factors",
            "β-VAE with 10 latent numbers, drawn shapes",
            "Move one slider at a time: single ones shift, resize or turn the shape.",
            "5e247fd144d91281b86283be308d7fafec6a6da090b8cc97ee764da217ec1ae5",
        ),
        "ship-gan": Piece(
            "Ships in colour",
            "GAN with 32 latent numbers, photographs of CIFAR-10",
            "Sea, sky and a hull at 32 pixels: what a small net makes of 4,500 photographs.",
            "7592fef329dce3290f23af622dcc8fda8d0d00ac4ba8e4f290c8e173415442dc",
        ),
    }
)
