"""What one update of a player looks at, and the latent vectors that made it."""

from dataclasses import dataclass, replace

from engines.gans.config import GanConfig
from engines.gans.draws import CLASS, Told
from engines.snapshot import LatentPart, LatentSpace
from engines.types import Images, Latents

CATEGORY, CODE = "category", "c"


@dataclass(frozen=True, slots=True)
class Lesson:
    """Real pictures, and as many made ones of the same classes."""

    real: Images
    fake: Images
    latents: Latents
    told: Told = ()

    def detached(self) -> "Lesson":
        """Return the lesson for the discriminator alone."""
        return replace(self, fake=self.fake.detach())


def space_of(config: GanConfig, classes: tuple[str, ...]) -> LatentSpace:
    """Lay out the latent vector: noise, the class given, the category and the codes found."""
    parts = [
        LatentPart("z", config.latent_dim, config.prior),
        LatentPart(CLASS, len(classes), "categorical", classes),
        LatentPart(CATEGORY, config.categories, "categorical"),
        LatentPart(CODE, config.codes, "uniform"),
    ]
    there = tuple(part for part in parts if part.size)
    return LatentSpace(sum(part.size for part in there), config.prior, there)
