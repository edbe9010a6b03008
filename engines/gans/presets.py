"""Published settings of adversarial models, as partial configurations.

A preset names what its paper fixes and no more: the rest stays as it is, the bodies in
particular. What a paper leaves open is left open here, or said in `paper`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from engines.presets import Preset

_SLOPE_ONE = {"penalty_weight": 10.0, "ema": 0.0, "learning_rate": 1e-4}

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "dcgan": Preset(
            "DCGAN",
            "Radford 2015, arXiv:1511.06434",
            {
                "objective": "ns",
                "latent_dim": 100,
                "prior": "uniform",
                "norm": "batch",
                "batch_size": 128,
                "learning_rate": 2e-4,
                "discriminator_rate": 2e-4,
                "beta1": 0.5,
                "ema": 0.0,
            },
        ),
        "lsgan": Preset(
            "LSGAN",
            "Mao 2016, arXiv:1611.04076; rates of DCGAN",
            {
                "objective": "lsgan",
                "norm": "batch",
                "batch_size": 64,
                "learning_rate": 2e-4,
                "discriminator_rate": 2e-4,
                "beta1": 0.5,
                "ema": 0.0,
            },
        ),
        "wgan": Preset(
            "WGAN",
            "Arjovsky 2017, arXiv:1701.07875, algorithm 1",
            {
                "objective": "wasserstein",
                "penalty": "none",
                "bound": "clip",
                "clip": 0.01,
                "discriminator_steps": 5,
                "batch_size": 64,
                "optimiser": "rmsprop",
                "learning_rate": 5e-5,
                "discriminator_rate": 5e-5,
                "fresh_latents": True,
                "ema": 0.0,
            },
        ),
        "wgan-gp": Preset(
            "WGAN-GP",
            "Gulrajani 2017, arXiv:1704.00028, algorithm 1",
            {
                **_SLOPE_ONE,
                "objective": "wasserstein",
                "penalty": "gp",
                "norm": "layer",
                "discriminator_steps": 5,
                "batch_size": 64,
                "discriminator_rate": 1e-4,
                "beta1": 0.0,
                "beta2": 0.9,
                "fresh_latents": True,
            },
        ),
        "dragan": Preset(
            "DRAGAN",
            "Kodali 2017, arXiv:1705.07215, and the authors' notebook",
            {
                **_SLOPE_ONE,
                "objective": "ns",
                "penalty": "dragan",
                "norm": "none",
                "latent_dim": 100,
                "prior": "uniform",
                "batch_size": 128,
                "discriminator_rate": 1e-4,
                "beta1": 0.5,
                "beta2": 0.9,
            },
        ),
        "hinge-sn": Preset(
            "SN-GAN with the hinge",
            "Miyato 2018, arXiv:1802.05957",
            {
                "objective": "hinge",
                "penalty": "none",
                "bound": "spectral",
                "norm": "none",
                "discriminator_steps": 5,
                "batch_size": 64,
                "learning_rate": 2e-4,
                "discriminator_rate": 2e-4,
                "beta1": 0.0,
                "beta2": 0.9,
                "ema": 0.0,
            },
        ),
        "r1": Preset(
            "R1",
            "Mescheder 2018, arXiv:1801.04406",
            {
                "objective": "ns",
                "penalty": "r1",
                "penalty_weight": 10.0,
                "norm": "none",
                "batch_size": 64,
                "optimiser": "rmsprop",
                "learning_rate": 1e-4,
                "discriminator_rate": 1e-4,
                "ema": 0.999,
            },
        ),
        "unrolled": Preset(
            "Unrolled GAN",
            "Metz 2016, arXiv:1611.02163; the inner step size is ours",
            {
                "objective": "mm",
                "penalty": "none",
                "bound": "none",
                "norm": "none",
                "unroll": 5,
                "learning_rate": 1e-4,
                "discriminator_rate": 1e-4,
                "beta1": 0.5,
                "ema": 0.0,
            },
        ),
        "infogan": Preset(
            "InfoGAN",
            "Chen 2016, arXiv:1606.03657, appendix C.1, and the authors' code for MNIST",
            {
                "objective": "ns",
                "latent_dim": 62,
                "prior": "uniform",
                "categories": 10,
                "codes": 2,
                "code_weight": 1.0,
                "norm": "batch",
                "batch_size": 128,
                "learning_rate": 1e-3,
                "discriminator_rate": 2e-4,
                "beta1": 0.5,
                "fresh_latents": True,
                "ema": 0.0,
            },
        ),
    }
)
