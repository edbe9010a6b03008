"""Directions in closed form: what the first layer of weights answers to most.

SeFa (Shen & Zhou 2021, arXiv:2007.06600): the eigenvectors of AᵀA, where A is the linear part
of the first layer, as a matrix from latent vectors to all of its outputs. No picture is made.
"""

from typing import Literal

import numpy as np
import torch
from jaxtyping import Float64

from engines.frozen import TorchSnapshot
from engines.probing.findings import Directions
from engines.probing.layers import first_affine
from engines.probing.spectrum import squared, strongest
from engines.probing.subject import opened
from engines.snapshot import Snapshot

Matrix = Float64[np.ndarray, "rows d"]
Rows = Literal["raw", "normalised"]
Fold = Literal["none", "norm"]


def factorise(
    snapshot: Snapshot, count: int | None = None, rows: Rows = "raw", fold: Fold = "none"
) -> Directions:
    """Return the directions that the first layer answers to most. Any thread.

    Args:
        snapshot: the model.
        count: how many directions; None for one per coordinate.
        rows: `normalised` has every output of the layer count alike, as the paper's program
            does; `raw` is its equation.
        fold: `norm` multiplies each channel by the factor γ/√(var + ε) of the batch norm that
            follows; without one it changes nothing.

    Raises:
        ValueError: if the model cannot be probed, or z meets no layer of weights first.
    """
    matrix = first_matrix(opened(snapshot), fold)
    if rows == "normalised":
        length = np.linalg.norm(matrix, axis=1, keepdims=True)
        matrix = np.divide(matrix, length, out=np.zeros_like(matrix), where=length > 0)
    meaning = "length of the change at the first layer's outputs, per unit of z"
    space = opened(snapshot).latent
    return strongest(squared(matrix), space, "closed form", meaning, count)


def first_matrix(model: TorchSnapshot, fold: Fold = "none") -> Matrix:
    """Return the linear part of the first layer, as (outputs · k², d) in double precision.

    It is what the layer makes of each axis alone, less what it makes of nothing, so that no
    layout of weights, padding or groups needs to be known.

    Raises:
        ValueError: if z meets no layer of weights first.
    """
    layers, norm = first_affine(model)
    affine = layers if norm is None or fold == "none" else layers.append(norm)
    affine = affine.double().cpu()
    dim = model.latent.dim
    probes = torch.cat([torch.zeros(1, dim), torch.eye(dim)]).double()
    with torch.inference_mode():
        answers = affine(probes).flatten(1)
    matrix: Matrix = (answers[1:] - answers[0]).T.numpy()
    return np.ascontiguousarray(matrix)
