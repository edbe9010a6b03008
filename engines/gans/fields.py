"""Choices that mean the same to every model of two players, said once."""

from typing import Annotated, TypeAlias

from pydantic import Field

from engines.config import Group, Scale

OPTIMISER = Group("Optimiser")

GeneratorRate: TypeAlias = Annotated[
    float,
    Field(gt=0, le=1, description="Step size of the generator's optimiser."),
    Scale.LOG,
    OPTIMISER,
]
DiscriminatorRate: TypeAlias = Annotated[
    float,
    Field(gt=0, le=1, description="Step size of the discriminator's optimiser."),
    Scale.LOG,
    OPTIMISER,
]
Beta1: TypeAlias = Annotated[
    float,
    Field(ge=0.0, lt=1.0, title="Adam β₁", description="Memory of the mean gradient."),
    OPTIMISER,
]
Beta2: TypeAlias = Annotated[
    float,
    Field(ge=0.0, lt=1.0, title="Adam β₂", description="Memory of the mean squared gradient."),
    OPTIMISER,
]
Ema: TypeAlias = Annotated[
    float,
    Field(
        ge=0.0,
        lt=1.0,
        title="EMA decay",
        description="The pictures shown come from a running average of the generator's weights "
        "with this decay per step; 0 shows the newest weights.",
    ),
    OPTIMISER,
]
