"""How the picture at one latent vector changes, to first order, in every direction.

Derivatives are pushed forward through two backward passes, not by forward mode: that has one
level for the whole process (torch 2.13), so that two threads could not ask at once.
"""

import numpy as np
import torch
from jaxtyping import Float32
from torch import nn

from engines.frozen import to_latents
from engines.latent.parts import Vector
from engines.probing.findings import Directions
from engines.probing.search import group_for
from engines.probing.spectrum import squared, strongest
from engines.probing.subject import opened
from engines.snapshot import Snapshot
from engines.types import Images, Latents

Slopes = Float32[np.ndarray, "h w c d"]


def jacobian(snapshot: Snapshot, z: Vector) -> Slopes:
    """Return ∂x/∂z at `z`: what each pixel gains per unit of each axis. Any thread.

    It treats the axes of choices like any other.

    Raises:
        ValueError: if the model cannot be probed, or `z` has another length.
    """
    model = opened(snapshot)
    place = to_latents(z[None], model.latent).to(model.device)
    ways = torch.eye(model.latent.dim, device=model.device)
    parts = [
        pushed(model.network, place.expand(len(way), -1), way)
        for way in ways.split(group_for(model.shape))
    ]
    # half: pictures of the network are 2 wide from black to white
    slopes: Slopes = (torch.cat(parts).permute(2, 3, 1, 0) / 2).cpu().numpy()
    return np.ascontiguousarray(slopes)


def jacobian_directions(snapshot: Snapshot, z: Vector, count: int | None = None) -> Directions:
    """Return the directions that change the picture at `z` most: right singular vectors.

    Args:
        snapshot: the model.
        z: where; the directions are those of this place alone.
        count: how many directions; None for one per coordinate.

    Raises:
        ValueError: if the model cannot be probed, or `z` has another length.
    """
    slopes = jacobian(snapshot, z)
    meaning = "length ‖Δx‖ of the picture's change per unit of z, over all pixels and channels"
    square = squared(slopes.reshape(-1, slopes.shape[-1]))
    return strongest(square, snapshot.latent, "Jacobian", meaning, count)


def pushed(network: nn.Module, z: Latents, ways: Latents) -> Images:
    """Return the derivative of each picture along the way of its row, J(z) · way.

    The gradient g(u) = Jᵀu is linear in u, and its own gradient along a way is J · way.
    """
    with torch.enable_grad():
        place = z.detach().clone().requires_grad_()
        images: Images = network(place)
        u = torch.zeros_like(images, requires_grad=True)
        (back,) = torch.autograd.grad(images, place, u, create_graph=True)
        (forth,) = torch.autograd.grad(back, u, ways)
    return forth.detach()
