"""Codes on a plane: two of their axes, their principal plane, or a map of neighbours.

Every way is reproducible: the same codes, the same seed, the same picture. What is linear says
so with its matrix, so that anything else of the latent space can be drawn in the same plane.
"""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, Float64, Int64

from engines.arrays import LatentArray

PlanePoints: TypeAlias = Float32[np.ndarray, "n 2"]

Plane: TypeAlias = Float64[np.ndarray, "2 d"]
Shares: TypeAlias = Float64[np.ndarray, "2"]

PERPLEXITY = 30  # scikit-learn's and the usual one (van der Maaten & Hinton 2008)
NEIGHBOURS = 15  # of UMAP, its own default
LEAST = 3  # points of which a plane can be made


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Points on a plane, and how they came there."""

    points: PlanePoints
    rows: Int64[np.ndarray, "n"]
    """Which codes are shown, rising; the slow ways show a part of many."""
    names: tuple[str, str]
    """Of the axis to the right and of the axis upwards."""
    words: str
    """The way, with what was chosen: `t-SNE, perplexity 30, seed 0`."""
    matrix: Float64[np.ndarray, "2 d"] | None = None
    """Where a way is linear: point = matrix · (code − middle)."""
    middle: Float64[np.ndarray, "d"] | None = None

    def place(self, codes: LatentArray) -> PlanePoints | None:
        """Return where other codes lie in this plane, None where nobody can say."""
        if self.matrix is None or self.middle is None:
            return None
        return ((codes - self.middle) @ self.matrix.T).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Asked:
    """A way and its choices."""

    way: str
    axes: tuple[int, int] = (0, 1)
    """Of the way that shows two axes."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """A row: what it is called, how many codes it can take, and the function."""

    title: str
    help: str
    most: int
    project: Callable[[LatentArray, Asked], Projection]
    is_quick: bool = True
    """Whether it can follow a model that learns."""


def projected(codes: LatentArray, asked: Asked) -> Projection:
    """Lay codes out on a plane.

    Raises:
        ValueError: if there are fewer than three, if they are not finite, or if what the way
            needs is not installed.
    """
    way = WAYS[asked.way]
    if len(codes) < LEAST:
        raise ValueError(f"a plane is made of at least {LEAST} codes; there are {len(codes)}")
    if not np.isfinite(codes).all():
        raise ValueError("some codes are not finite numbers; the model has diverged")
    rows = np.arange(len(codes), dtype=np.int64)
    if len(codes) > way.most:
        rng = np.random.Generator(np.random.PCG64(asked.seed))
        rows = np.sort(rng.choice(len(codes), way.most, replace=False)).astype(np.int64)
    made = way.project(codes[rows], asked)
    return Projection(made.points, rows, made.names, made.words, made.matrix, made.middle)


def usual_way(dim: int) -> str:
    """Name the way to begin with: what is flat already is shown as it is."""
    return "axes" if dim <= 2 else "pca"


def principal(codes: LatentArray) -> tuple[Plane, Shares]:
    """Return the two directions in which codes vary most, and the shares of the variance.

    The sign of each is such that its largest component is positive, so that it does not flip
    from one snapshot to the next.
    """
    centred = codes.astype(np.float64) - codes.mean(0, dtype=np.float64)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    rows = vectors[:, ::-1].T
    if len(rows) < 2:
        rows = np.vstack([rows, np.zeros_like(rows)])
    first = rows[:2]
    largest = np.abs(first).argmax(1)
    first = first * np.where(first[np.arange(2), largest] < 0, -1, 1)[:, None]
    total = max(float(values.sum()), np.finfo(float).tiny)
    shares = np.append(values[::-1], 0.0)[:2].clip(min=0) / total
    return first, shares


def _axes(codes: LatentArray, asked: Asked) -> Projection:
    dim = codes.shape[1]
    matrix = np.zeros((2, dim))
    for row, axis in enumerate(asked.axes[:dim]):  # a single axis has nothing to go upwards
        if not 0 <= axis < dim:
            raise ValueError(f"axis {axis} does not exist; axes run from 0 to {dim - 1}")
        matrix[row, axis] = 1
    across, up = asked.axes
    names = (f"z{across}", f"z{up}" if dim > 1 else "")
    return _linear(codes, matrix, np.zeros(dim), names, "two latent axes")


def _pca(codes: LatentArray, asked: Asked) -> Projection:
    matrix, shares = principal(codes)
    names = (f"PC 1 ({shares[0]:.0%})", f"PC 2 ({shares[1]:.0%})")
    middle = codes.mean(0, dtype=np.float64)
    return _linear(codes, matrix, middle, names, "PCA of the codes, shares of their variance")


def _linear(
    codes: LatentArray,
    matrix: np.ndarray,
    middle: np.ndarray,
    names: tuple[str, str],
    words: str,
) -> Projection:
    points = ((codes - middle) @ matrix.T).astype(np.float32)
    return Projection(points, np.arange(len(codes)), names, words, matrix, middle)


def _tsne(codes: LatentArray, asked: Asked) -> Projection:
    from sklearn.manifold import TSNE  # costs a second to import

    perplexity = min(PERPLEXITY, (len(codes) - 1) / 3)
    made = TSNE(
        init="pca" if codes.shape[1] > 1 else "random",
        perplexity=perplexity,
        random_state=asked.seed,
        n_jobs=1,
    ).fit_transform(codes)
    words = f"t-SNE, perplexity {perplexity:g}, seed {asked.seed}; distances mean little"
    return _curved(made, words)


def _umap(codes: LatentArray, asked: Asked) -> Projection:
    if importlib.util.find_spec("umap") is None:
        raise ValueError(
            "UMAP is not installed here; install it with pip install 'latent-explorer[umap]', "
            "or choose t-SNE"
        )
    from umap import UMAP

    near = min(NEIGHBOURS, len(codes) - 1)
    made = UMAP(
        n_neighbors=near,
        # eigenvectors of the graph, of which so few codes have not enough
        init="spectral" if len(codes) > LEAST else "random",
        random_state=asked.seed,
        n_jobs=1,
    ).fit_transform(codes)
    return _curved(made, f"UMAP, {near} neighbours, seed {asked.seed}; distances mean little")


def _curved(points: np.ndarray, words: str) -> Projection:
    rows = np.arange(len(points), dtype=np.int64)
    return Projection(points.astype(np.float32), rows, ("", ""), words)


WAYS: Mapping[str, Way] = MappingProxyType(
    {
        "axes": Way("two axes", "Two latent axes as they are.", 50_000, _axes),
        "pca": Way("PCA", "The plane in which codes vary most.", 50_000, _pca),
        "tsne": Way(
            "t-SNE",
            "Keeps neighbours together; sizes and distances of groups mean little.",
            5_000,
            _tsne,
            is_quick=False,
        ),
        "umap": Way(
            "UMAP",
            "Keeps neighbours together, from an optional package.",
            20_000,
            _umap,
            is_quick=False,
        ),
    }
)
