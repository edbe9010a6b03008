"""Everything a person may choose about an adversarial model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from engines.config import Group, ModelConfig, OneOf, Scale, Unit
from engines.gans.fields import OPTIMISER, Beta1, Beta2, DiscriminatorRate, Ema, GeneratorRate
from engines.gans.objectives import OBJECTIVES
from engines.gans.penalties import PENALTIES

_MODEL = Group("Model")
_MEANING = Group("Classes and codes")
_NETWORK = Group("Network")
_DISCRIMINATOR = Group("Discriminator")


class GanConfig(ModelConfig):
    """Choices for a GAN on DCGAN bodies (Radford 2015, arXiv:1511.06434)."""

    family: Literal["gan"] = "gan"
    objective: Annotated[str, OneOf.rows(OBJECTIVES), _MODEL] = Field(
        "ns",
        description="What the players minimise: ns is the non-saturating game; mm minimax, "
        "whose generator learns little while the discriminator is sure; ml maximum likelihood; "
        "lsgan squared distances, lsgan-sigmoid those of a squashed output, as in old tables; "
        "wasserstein a gap of mean scores; hinge scores within a margin; "
        "relativistic compares real and generated images pair by pair.",
    )
    latent_dim: Annotated[int, Unit("numbers"), _MODEL] = Field(
        64, ge=1, le=512, title="Latent size", description="Length of the latent vector z."
    )
    prior: Annotated[Literal["gauss", "uniform"], _MODEL] = Field(
        "gauss", description="Where z is drawn from: standard normal, or uniform on [-1, 1]."
    )
    conditional: Annotated[bool, _MEANING] = Field(
        False,
        title="Conditional",
        description="Tell both players the class of every picture, so that pictures of a class "
        "can be asked for; needs data with classes.",
    )
    categories: Annotated[int, Unit("choices"), _MEANING] = Field(
        0,
        ge=0,
        le=100,
        description="Choices of a category that the model finds by itself: it must be readable "
        "from the picture (InfoGAN); 0 is none.",
    )
    codes: Annotated[int, Unit("numbers"), _MEANING] = Field(
        0,
        ge=0,
        le=32,
        description="Numbers in [-1, 1] beside the noise that must be readable from the "
        "picture (InfoGAN); 0 is none.",
    )
    code_weight: Annotated[float, Scale.LOG, _MEANING] = Field(
        1.0,
        gt=0,
        le=100,
        description="Weight λ of the information that pictures tell about category and codes.",
    )
    width: Annotated[int, Unit("channels"), _NETWORK] = Field(
        32,
        ge=4,
        le=256,
        description="Channels of the stage next to the picture; they double at each halving. "
        "For points: a quarter of the units of each of two hidden layers.",
    )
    norm: Annotated[Literal["auto", "batch", "layer", "none"], _DISCRIMINATOR] = Field(
        "auto",
        title="Norm",
        description="Normalisation inside the discriminator; auto is batch, or none where a "
        "gradient penalty, spectral norm or unrolling rules batch norm out, and for points.",
    )
    bound: Annotated[Literal["none", "clip", "spectral"], _DISCRIMINATOR] = Field(
        "none",
        title="Weights held by",
        description="How the discriminator's weights are kept small: clip cuts each off after "
        "every update, spectral divides each layer by its largest stretch.",
    )
    clip: Annotated[float, Scale.LOG, _DISCRIMINATOR] = Field(
        0.01, gt=0, le=1, title="Clip at", description="Largest weight that clip lets stand."
    )
    penalty: Annotated[str, OneOf.rows(("auto", "none", *PENALTIES)), _DISCRIMINATOR] = Field(
        "auto",
        title="Gradient penalty",
        description="What the discriminator pays for its slope: gp wants slope 1 between real "
        "and generated images, dragan around real ones, r1 wants slope 0 at real ones; auto is "
        "none, or gp where a Wasserstein critic is not held otherwise.",
    )
    penalty_weight: Annotated[float, Scale.LOG, _DISCRIMINATOR] = Field(
        10.0,
        gt=0,
        le=1000,
        description="Weight of the gradient penalty: λ of gp and dragan, γ of r1.",
    )
    minibatch: Annotated[bool, _DISCRIMINATOR] = Field(
        False,
        title="Minibatch discrimination",
        description="Let the discriminator see how alike the images of a batch are, which a "
        "generator that makes one image only cannot hide.",
    )
    discriminator_steps: Annotated[int, Unit("updates"), _DISCRIMINATOR] = Field(
        1,
        ge=1,
        le=100,
        description="Discriminator updates per step, each on images of its own; a step is one "
        "generator update.",
    )
    unroll: Annotated[int, Unit("updates"), _DISCRIMINATOR] = Field(
        0,
        ge=0,
        le=20,
        title="Unrolled updates",
        description="How far ahead the generator looks at the discriminator's answer; slow, "
        "and 0 does not look ahead.",
    )
    unroll_rate: Annotated[float, Scale.LOG, _DISCRIMINATOR] = Field(
        0.1,
        gt=0,
        le=1,
        title="Unrolled step size",
        description="Step size of the updates looked ahead, which are plain gradient descent.",
    )
    first_order: Annotated[bool, _DISCRIMINATOR] = Field(
        False,
        title="First-order unrolling",
        description="Take the updates looked ahead as given instead of differentiating through "
        "them: cheaper, and blind to how the discriminator would answer.",
    )
    optimiser: Annotated[Literal["adam", "rmsprop"], OPTIMISER] = Field(
        "adam",
        description="How both players descend; rmsprop has no momentum, as a clipped critic "
        "wants it.",
    )
    batch_size: Annotated[int, Unit("images"), OPTIMISER] = Field(
        64, ge=2, le=8192, description="Real images per update, and as many generated ones."
    )
    learning_rate: GeneratorRate = 2e-4
    discriminator_rate: DiscriminatorRate = 2e-4
    decay_steps: Annotated[int, Unit("steps"), OPTIMISER] = Field(
        0,
        ge=0,
        le=100_000_000,
        title="Decay over",
        description="Both step sizes fall in a straight line to zero over so many steps, and "
        "learning ends there; 0 keeps them.",
    )
    beta1: Beta1 = 0.5
    beta2: Beta2 = 0.999
    ema: Ema = 0.999
    fresh_latents: Annotated[bool, OPTIMISER] = Field(
        True,
        description="Draw new latent vectors for the generator's update instead of judging the "
        "discriminator's batch again; slower, less correlated.",
    )

    @property
    def penalty_used(self) -> str:
        """The row of `PENALTIES` that auto stands for, or `none`."""
        if self.penalty != "auto":
            return self.penalty
        return "none" if self.bound != "none" else OBJECTIVES[self.objective].needs

    @property
    def norm_used(self) -> str:
        """The row of `NORMS` that auto stands for."""
        if self.norm != "auto":
            return self.norm
        alone = self.penalty_used != "none" or self.bound == "spectral" or self.unroll
        return "none" if alone else "batch"

    @property
    def reads_codes(self) -> bool:
        """Whether a category or codes are to be read from the pictures."""
        return self.categories + self.codes > 0

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> "GanConfig":
        """Say every reason at once why these choices cannot go together."""
        if reasons := [rule.reason for rule in _RULES if rule.broken(self)]:
            raise ValueError("; ".join(reasons))
        return self


@dataclass(frozen=True, slots=True)
class _Rule:
    """Choices that are each allowed and together wrong."""

    broken: Callable[[GanConfig], bool]
    reason: str


def _is_free(config: GanConfig) -> bool:
    """Nothing keeps a judge that needs it from growing without end."""
    spectral = config.bound == "spectral" and config.norm_used == "none"
    held = config.penalty_used != "none" or config.bound == "clip" or spectral
    return OBJECTIVES[config.objective].needs != "none" and not held


_RULES = (
    _Rule(
        _is_free,
        "a Wasserstein critic that nothing holds makes its gap as large as it likes; choose a "
        "gradient penalty, or clip its weights, or spectral norm without another norm",
    ),
    _Rule(
        lambda config: config.penalty_used != "none" and config.norm_used == "batch",
        "a gradient penalty is the price of one image's slope, and batch norm makes an image's "
        "score depend on the others; choose norm auto, layer or none, or penalty none",
    ),
    _Rule(
        lambda config: config.penalty_used != "none" and config.minibatch,
        "a gradient penalty is the price of one image's slope, and minibatch discrimination "
        "makes an image's score depend on the others; choose one of the two",
    ),
    _Rule(
        lambda config: config.unroll > 0 and config.norm_used == "batch",
        "unrolling asks what the discriminator would do, and batch norm would remember being "
        "asked; choose norm auto, layer or none, or unroll 0",
    ),
    _Rule(
        lambda config: (
            config.unroll > 0 and (config.penalty_used != "none" or config.bound != "none")
        ),
        "unrolling looks ahead by plain gradient steps on the objective alone; choose penalty "
        "none and weights held by none, or unroll 0",
    ),
    _Rule(
        lambda config: config.unroll > 0 and config.reads_codes,
        "unrolling looks ahead on the objective alone, and reading codes is a second aim of "
        "the discriminator; choose categories 0 and codes 0, or unroll 0",
    ),
    _Rule(
        lambda config: config.minibatch and config.reads_codes,
        "a code must be read from one picture, and minibatch discrimination shows the reader "
        "the others too; choose one of the two",
    ),
    _Rule(
        lambda config: config.categories == 1,
        "a category of one choice tells nothing; choose categories 0, or at least 2",
    ),
)
