"""The data sets: what each is, and the function that loads it. To add one, add its two rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from trainers.data.arrays import load_array
from trainers.data.cifar import load_cifar10
from trainers.data.dataset import DataSet
from trainers.data.digits import load_digits
from trainers.data.folder import load_folder
from trainers.data.mnist import load_idx
from trainers.data.names import ABOUT, About
from trainers.data.request import Request
from trainers.data.sprites import load_shapes
from trainers.data.toys import load_toy

Loader: TypeAlias = Callable[[Request], DataSet]


@dataclass(frozen=True, slots=True)
class Source:
    """A row: the facts of `names.ABOUT`, and how the pictures are got."""

    about: About
    load: Loader

    @property
    def title(self) -> str:
        """Its name, as a form shows it."""
        return self.about.title

    @property
    def options(self) -> tuple[str, ...]:
        """The fields of `DataConfig` that mean something for it."""
        return self.about.options


_LOADERS: Mapping[str, Loader] = MappingProxyType(
    {
        "shapes": load_shapes,
        "digits": load_digits,
        "mnist": load_idx,
        "fashion-mnist": load_idx,
        "kmnist": load_idx,
        "cifar10": load_cifar10,
        "folder": load_folder,
        "array": load_array,
        "ring": load_toy,
        "grid": load_toy,
        "moons": load_toy,
        "spiral": load_toy,
        "line": load_toy,
        "drawn": load_toy,
    }
)

SOURCES: Mapping[str, Source] = MappingProxyType(
    {name: Source(ABOUT[name], load) for name, load in _LOADERS.items()}
)
