"""Names for the numpy arrays that leave the core; importing them costs no torch.

Axes: n batch, h height, w width, c channels, d latent, k numbers of a point.
"""

from typing import TypeAlias

import numpy as np
from jaxtyping import Float32, Int64, UInt8

LatentArray: TypeAlias = Float32[np.ndarray, "n d"]
VectorArray: TypeAlias = Float32[np.ndarray, "d"]
RowArray: TypeAlias = Int64[np.ndarray, "n"]  # numbers of rows of something
PointArray: TypeAlias = Float32[np.ndarray, "n k"]
PlaceArray: TypeAlias = Float32[np.ndarray, "m k"]  # asked about; as many as one likes
CodeArray: TypeAlias = Float32[np.ndarray, "_ _"]  # codes or draws, whatever their count
PixelArray: TypeAlias = UInt8[np.ndarray, "n h w c"]
PictureArray: TypeAlias = UInt8[np.ndarray, "h w c"]
