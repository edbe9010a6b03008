"""A − B + C over pictures made from factors: triples drawn exactly, results judged by pixels.

A and B differ in one factor alone, i and j; C has j too and every other factor anew. The result
should look like C with i. It is compared with C's pictures at every value of the factor: the
nearest one, by squared differences of pixels, says which value it has. Where several are as
near, a seeded draw decides. A value counts as right if with it C, or A, looks exactly as with
i: a square looks the same after a quarter turn, so nobody can know which of four turns it has.
Triples that ask nothing are drawn anew: A and B look the same, or C already looks as wanted.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int64, UInt8

from engines.arrays import LatentArray, PixelArray
from engines.latent.arithmetic import analogy
from engines.metrics.shares import Share
from engines.snapshot import EncodingSnapshot, LatentSpace
from trainers.analogies.answers import Answer, Asked, Outcome
from trainers.data.dataset import Factor, Factored
from trainers.data.watch import Progress

BLOCK = 2 * 1024**2  # bytes of pictures compared at once: some 20 ms
MOST_AT_ONCE = 8  # triples: their pictures pass any network of ours within 0.1 s
ROUNDS = 100  # of drawing anew, before it is plain that a factor changes nothing
WAY = (
    "the nearest of C's pictures at every value of the factor, by squared difference of "
    "pixels; a value that makes C or A look the same counts as right"
)

Codes = LatentArray
Choices = UInt8[np.ndarray, "n v p"]


@dataclass(frozen=True, slots=True, eq=False)
class _Triples:
    """Pictures of A, B, C and of what is expected, and how to tell."""

    pixels: tuple[PixelArray, PixelArray, PixelArray, PixelArray]
    choices: Choices
    """C's pictures at every value of the factor, flat."""
    right: Bool[np.ndarray, "n v"]

    def __len__(self) -> int:
        return len(self.right)


class _Tally:
    """Counts what a way to answer got right."""

    def __init__(self, factor: Factor, rng: np.random.Generator) -> None:
        self._factor = factor
        self._rng = rng
        self._right = self._total = self._steps = 0

    def add(self, shown: PixelArray, triples: _Triples) -> None:
        """Judge what a decoder shows for each triple."""
        picked = nearest_choice(shown.reshape(len(shown), -1), triples.choices, self._rng)
        rows = np.arange(len(picked))
        self._right += int(triples.right[rows, picked].sum())
        self._steps += int(_steps(self._factor, picked, triples.right).sum())
        self._total += len(picked)

    def outcome(self) -> Outcome:
        """Return what was counted."""
        ordered = self._factor.kind != "nominal"
        off = self._steps / self._total if ordered else None
        return Outcome(Share(self._right, self._total), off)


def answering(
    snapshot: EncodingSnapshot, pictures: Factored, factor: int, asked: Asked
) -> Generator[Progress, None, Answer]:
    """Ask `asked.count` triples about the factor with this number.

    The same seed draws the same triples for every model of these pictures.

    Raises:
        ValueError: if the factor cannot be asked about, or the model has diverged.
    """
    about = pictures.about[factor]
    _require(pictures.about, about)
    drawing, tie_sums, tie_top, tie_none = (
        np.random.Generator(np.random.PCG64(part))
        for part in np.random.SeedSequence([asked.seed, factor]).spawn(4)
    )
    sums, top, none = (_Tally(about, rng) for rng in (tie_sums, tie_top, tie_none))
    chance, done = 0.0, 0
    what, size = f"Asking about {about.name}", _at_once(pictures, about)
    while done < asked.count:
        triples = _triples(pictures, factor, min(size, asked.count - done), drawing)
        yield Progress(what, done, asked.count)
        codes: list[LatentArray] = []
        for pixels in triples.pixels:
            codes.append(finite_codes(snapshot, pixels))
            yield Progress(what, done, asked.count)
        made = added(snapshot.latent, *codes[:3])
        for tally, z in ((sums, made), (top, codes[3]), (none, codes[2])):
            tally.add(snapshot.decode(z), triples)
            yield Progress(what, done, asked.count)
        chance += float(triples.right.mean(axis=1).sum())
        done += len(triples)
    yield Progress(what, done, asked.count)
    outcomes = (tally.outcome() for tally in (sums, top, none))
    return Answer(about.name, about.kind, about.values, chance / done, *outcomes)


def added(space: LatentSpace, a: Codes, b: Codes, c: Codes) -> Codes:
    """Return A − B + C of each triple, as the Arithmetic panel adds them up."""
    rows = zip(a, b, c, strict=True)
    return np.stack([analogy(space, x[None], y[None], z[None]) for x, y, z in rows])


def finite_codes(snapshot: EncodingSnapshot, pixels: PixelArray) -> LatentArray:
    """Encode pictures.

    Raises:
        ValueError: if the model has diverged.
    """
    mean = snapshot.encode(pixels).mean
    if not np.isfinite(mean).all():
        raise ValueError(
            "the model has diverged and its codes are no numbers; choose an earlier step"
        )
    return mean


def nearest_choice(
    shown: UInt8[np.ndarray, "n p"], choices: Choices, rng: np.random.Generator
) -> Int64[np.ndarray, "n"]:
    """Return which choice is nearest to each picture; `rng` decides between equally near ones.

    Sums of squares of bytes are whole numbers far below 2⁵³, so equal ones are found exactly.
    """
    away = choices.astype(np.float64) - shown[:, None]
    squares = np.einsum("nvp,nvp->nv", away, away)
    tied = squares == squares.min(axis=1, keepdims=True)
    return np.where(tied, rng.random(tied.shape), -1.0).argmax(axis=1)


def _at_once(pictures: Factored, factor: Factor) -> int:
    """Return how many triples are looked at before somebody can stop it."""
    return max(1, min(MOST_AT_ONCE, BLOCK // (factor.values * int(np.prod(pictures.shape)))))


def _require(known: Sequence[Factor], factor: Factor) -> None:
    if factor.values < 2:
        raise ValueError(f"{factor.name} has one value alone; ask about another factor")
    if not any(other.values > 1 for other in known if other is not factor):
        raise ValueError(
            f"{factor.name} is the only factor, so C would be B; "
            "use data with two factors or more"
        )


def _triples(pictures: Factored, factor: int, count: int, rng: np.random.Generator) -> _Triples:
    """Draw `count` triples that ask something."""
    kept: list[_Triples] = []
    for _ in range(ROUNDS):
        kept.append(_drawn(pictures, factor, count, rng))
        if sum(map(len, kept)) >= count:
            return _joined(kept, count)
    raise ValueError(
        f"the values of {pictures.about[factor].name} hardly change how pictures look; "
        "ask about another factor"
    )


def _drawn(pictures: Factored, factor: int, count: int, rng: np.random.Generator) -> _Triples:
    """Draw `count` triples and keep those that ask something."""
    sizes = [one.values for one in pictures.about]
    a, c = rng.integers(0, sizes, (2, count, len(sizes)))
    values = sizes[factor]
    wanted = a[:, factor]
    given = (wanted + rng.integers(1, values, count)) % values
    c[:, factor] = wanted
    differs = (a != c).any(axis=1)
    of_a, of_c = (_at_every_value(pictures, rows, factor) for rows in (a, c))
    rows = np.arange(count)
    right = np.zeros((count, values), bool)
    for choices in (of_a, of_c):
        right |= (choices == choices[rows, wanted][:, None]).all(axis=2)
    kept = np.flatnonzero(differs & ~right[rows, given])
    first = (
        of_a[kept, wanted[kept]],
        of_a[kept, given[kept]],
        of_c[kept, given[kept]],
        of_c[kept, wanted[kept]],
    )
    a_pixels, b_pixels, c_pixels, expected = (_unflat(flat, pictures) for flat in first)
    return _Triples((a_pixels, b_pixels, c_pixels, expected), of_c[kept], right[kept])


def _at_every_value(pictures: Factored, rows: Int64[np.ndarray, "n k"], factor: int) -> Choices:
    """Draw each combination at every value of a factor, flat, as rows of h·w·c bytes."""
    values = pictures.about[factor].values
    wide = np.repeat(rows, values, axis=0)
    wide[:, factor] = np.tile(np.arange(values), len(rows))
    made = pictures.drawn(wide).permute(0, 2, 3, 1).cpu().numpy()
    return np.ascontiguousarray(made).reshape(len(rows), values, -1)


def _unflat(flat: UInt8[np.ndarray, "n p"], pictures: Factored) -> PixelArray:
    channels, height, width = pictures.shape
    return flat.reshape(len(flat), height, width, channels)


def _joined(parts: Sequence[_Triples], count: int) -> _Triples:
    """Lay the parts together and take the first `count`."""
    a, b, c, expected = (
        np.concatenate(pieces)[:count]
        for pieces in zip(*(part.pixels for part in parts), strict=True)
    )
    return _Triples(
        (a, b, c, expected),
        np.concatenate([part.choices for part in parts])[:count],
        np.concatenate([part.right for part in parts])[:count],
    )


def _steps(
    factor: Factor, picked: Int64[np.ndarray, "n"], right: Bool[np.ndarray, "n v"]
) -> Int64[np.ndarray, "n"]:
    """Return how many steps each pick is from the nearest value that is right."""
    away = np.abs(np.arange(factor.values) - picked[:, None])
    if factor.kind == "cyclic":
        away = np.minimum(away, factor.values - away)
    return np.where(right, away, factor.values).min(axis=1)
