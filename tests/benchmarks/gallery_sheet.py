"""The runs of the gallery on one picture: `python -m tests.benchmarks.gallery_sheet OUT.png`.

From the left: the manifold of the VAE, samples of the GAN, walks along single axes of the β-VAE
(most KL first), samples of the GAN in colour. The README's picture comes from here.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from engines.arrays import LatentArray
from engines.latent.priors import home
from engines.snapshot import LatentSpace, Snapshot
from trainers.export import SheetLayout, compose
from trainers.gallery import unpacked
from trainers.recipes import ManifoldRecipe, SamplesRecipe, TraversalRecipe
from trainers.run import open_snapshot

GAP = 16  # pixels between the sheets
WALKED = (2, 5, 4, 3, 9, 7)  # axes of the β-VAE with most KL


def manifold(space: LatentSpace) -> tuple[LatentArray, SheetLayout]:
    recipe = ManifoldRecipe((0, 1), 11, 11, tuple(home(space).tolist()))
    return recipe.latents(space), SheetLayout(11, 11, 2)


def samples(space: LatentSpace) -> tuple[LatentArray, SheetLayout]:
    return SamplesRecipe(z_seed=0, count=100).latents(space), SheetLayout(10, 10, 2)


def walks(space: LatentSpace) -> tuple[LatentArray, SheetLayout]:
    middle = (0.0,) * space.dim
    recipe = TraversalRecipe(axes=WALKED, span=2.0, columns=10, cursor=middle)
    return recipe.latents(space), SheetLayout(len(WALKED), 10, 2)


SHEETS = {
    "mnist-vae": manifold,
    "mnist-gan": samples,
    "shapes-beta-vae": walks,
    "ship-gan": samples,
}


def drawn(name: str) -> np.ndarray:
    """Return the sheet of a piece in colour, (h, w, 3)."""
    snapshot: Snapshot = open_snapshot(unpacked(name))[1].snapshot
    latents, layout = SHEETS[name](snapshot.latent)
    sheet = compose(snapshot.decode(latents), layout)
    return np.broadcast_to(sheet, (*sheet.shape[:2], 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    sheets = [drawn(name) for name in SHEETS]
    height = max(len(sheet) for sheet in sheets)
    width = sum(sheet.shape[1] for sheet in sheets) + GAP * (len(sheets) - 1)
    whole = np.full((height, width, 3), 255, np.uint8)
    left = 0
    for sheet in sheets:
        top = (height - len(sheet)) // 2
        whole[top : top + len(sheet), left : left + sheet.shape[1]] = sheet
        left += sheet.shape[1] + GAP
    Image.fromarray(whole).quantize(256, dither=Image.Dither.NONE).save(out, optimize=True)


if __name__ == "__main__":
    main()
