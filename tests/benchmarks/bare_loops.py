"""Training loops as anyone would write them: no channels, no events, nothing kept.

Each walks over the networks that the engine of a configuration builds, with the same
mathematics, torch's own optimisers at their defaults, torch's own average of the generator's
weights where the configuration has one, and one loss read every 100 steps. They share the
outline of a step and nothing of ours but the layers of the networks.
"""

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import binary_cross_entropy_with_logits, relu, softplus
from torch.nn.utils.parametrizations import spectral_norm
from torch.optim import Adam, Optimizer, RMSprop
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from engines.gans.networks import discriminator_of, generator_of
from engines.nets.elu import elu_decoder, elu_encoder

Loss = Callable[[Tensor, Tensor], Tensor]
Penalty = Callable[[nn.Module, Tensor, Tensor], Tensor]


class BareVae(nn.Module):
    """784-400-20-400-784, as anyone would write it."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = nn.Linear(784, 400)
        self.fc21 = nn.Linear(400, 20)
        self.fc22 = nn.Linear(400, 20)
        self.fc3 = nn.Linear(20, 400)
        self.fc4 = nn.Linear(400, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        h = torch.relu(self.fc1(x))
        mu, logvar = self.fc21(h), self.fc22(h)
        z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)
        return self.fc4(torch.relu(self.fc3(z))), mu, logvar


def vae(_config: Any, data: Tensor) -> Iterator[int]:
    """Train the bare VAE, yielding its step."""
    x_all = ((data + 1) / 2).flatten(1)
    model = BareVae()
    optimizer = Adam(model.parameters(), lr=1e-3)
    for step, picked in enumerate(shuffled(len(x_all), 128), start=1):
        x = torch.bernoulli(x_all[picked])
        logits, mu, logvar = model(x)
        bce = binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
        kl = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp()) / len(x)
        loss = bce + kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            loss.item()
        yield step


def gan(config: Any, data: Tensor) -> Iterator[int]:
    """Train two networks against each other, yielding the generator's updates."""
    g, d, g_opt, d_opt = _players(config, data.shape[1:])
    d_loss, g_loss = LOSSES[config.objective]
    batches = shuffled(len(data), config.batch_size)
    follow = _follower(config, g)
    step = 0
    while True:
        for _ in range(config.discriminator_steps):
            real = data[next(batches)]
            with torch.no_grad():
                fake = g(_latents(config, len(real)))
            _descend(d_opt, _priced(config, d, d_loss(d(real), d(fake)), real, fake))
            if config.bound == "clip":
                for p in d.parameters():
                    p.data.clamp_(-config.clip, config.clip)
        fake = g(_latents(config, len(real)))
        if config.unroll:
            loss = _unrolled(config, d, d_loss, g_loss, real, fake)
        else:
            loss = g_loss(real, d(fake))
        _descend(g_opt, loss)
        follow()
        step += 1
        if step % 100 == 0:
            loss.item()
        yield step


def began(config: Any, data: Tensor) -> Iterator[int]:
    """Train a boundary-equilibrium GAN, with k a Python float."""
    shape = tuple(data.shape[1:])
    g = elu_decoder(config.latent_dim, config.width, config.layers, shape)
    d = nn.Sequential(
        elu_encoder(shape, config.width, config.layers, config.hidden),
        elu_decoder(config.hidden, config.width, config.layers, shape),
    )
    betas = (config.beta1, config.beta2)
    g_opt = Adam(g.parameters(), lr=config.learning_rate, betas=betas)
    d_opt = Adam(d.parameters(), lr=config.discriminator_rate, betas=betas)
    follow = _follower(config, g)
    k = 0.0
    for step, picked in enumerate(shuffled(len(data), config.batch_size), start=1):
        real = data[picked]
        with torch.no_grad():
            fake = g(_latents(config, len(real)))
        of_real, of_fake = (d(real) - real).abs().mean(), (d(fake) - fake).abs().mean()
        _descend(d_opt, of_real - k * of_fake)
        gap = config.gamma * of_real.item() - of_fake.item()
        k = min(1.0, max(0.0, k + config.k_rate * gap))
        fake = g(_latents(config, len(real)))
        _descend(g_opt, (d(fake) - fake).abs().mean())
        follow()
        yield step


def shuffled(count: int, size: int) -> Iterator[Tensor]:
    """Yield index batches, epoch after epoch."""
    while True:
        order = torch.randperm(count)
        for begun in range(0, count - size + 1, size):
            yield order[begun : begun + size]


def _players(
    config: Any, shape: tuple[int, ...]
) -> tuple[nn.Module, nn.Module, Optimizer, Optimizer]:
    g, d = generator_of(config, tuple(shape)), discriminator_of(config, tuple(shape))
    for layer in [*g.modules(), *d.modules()]:
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(layer.weight, 0, 0.02)
            if config.bound == "spectral" and not isinstance(layer, nn.ConvTranspose2d):
                spectral_norm(layer)
    return g, d, _optimizer(config, g), _optimizer(config, d)


def _optimizer(config: Any, network: nn.Module) -> Optimizer:
    if config.optimiser == "rmsprop":
        return RMSprop(network.parameters(), lr=config.learning_rate)
    betas = (config.beta1, config.beta2)
    return Adam(network.parameters(), lr=config.learning_rate, betas=betas)


def _follower(config: Any, g: nn.Module) -> Callable[[], None]:
    """Return what moves the running average of `g`; nothing where none is asked for."""
    if not config.ema:
        return lambda: None
    average = AveragedModel(g, multi_avg_fn=get_ema_multi_avg_fn(config.ema))
    return lambda: average.update_parameters(g)


def _latents(config: Any, count: int) -> Tensor:
    if config.prior == "gauss":
        return torch.randn(count, config.latent_dim)
    return torch.rand(count, config.latent_dim) * 2 - 1


def _descend(optimizer: Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _priced(config: Any, d: nn.Module, loss: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    penalty = PENALTIES[config.penalty_used]
    return loss if penalty is None else loss + config.penalty_weight * penalty(d, real, fake)


def _unrolled(
    config: Any, d: nn.Module, d_loss: Loss, g_loss: Loss, real: Tensor, fake: Tensor
) -> Tensor:
    theta = {name: p.detach().clone().requires_grad_() for name, p in d.named_parameters()}
    for _ in range(config.unroll):
        loss = d_loss(functional_call(d, theta, (real,)), functional_call(d, theta, (fake,)))
        grads = torch.autograd.grad(loss, list(theta.values()), create_graph=True)
        pairs = zip(theta.items(), grads, strict=True)
        theta = {name: p - config.unroll_rate * grad for (name, p), grad in pairs}
    return g_loss(real, functional_call(d, theta, (fake,)))


def _slope(d: nn.Module, x: Tensor) -> Tensor:
    x.requires_grad_()
    (grad,) = torch.autograd.grad(d(x).sum(), x, create_graph=True)
    return grad.flatten(1).norm(2, dim=1)


def _gp(d: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
    share = torch.rand(len(real), 1, 1, 1)
    return (_slope(d, share * real + (1 - share) * fake) - 1).square().mean()


def _dragan(d: nn.Module, real: Tensor, _fake: Tensor) -> Tensor:
    reach = torch.rand(len(real), 1, 1, 1)
    noise = 0.5 * real.std() * torch.rand_like(real)
    return (_slope(d, real + reach * noise) - 1).square().mean()


def _r1(d: nn.Module, real: Tensor, _fake: Tensor) -> Tensor:
    return 0.5 * _slope(d, real.clone()).square().mean()


def _logistic(real: Tensor, fake: Tensor) -> Tensor:
    return softplus(-real).mean() + softplus(fake).mean()


LOSSES: MappingProxyType[str, tuple[Loss, Loss]] = MappingProxyType(
    {
        "ns": (_logistic, lambda _, fake: softplus(-fake).mean()),
        "mm": (_logistic, lambda _, fake: -softplus(fake).mean()),
        "lsgan": (
            lambda real, fake: 0.5 * ((real - 1) ** 2).mean() + 0.5 * (fake**2).mean(),
            lambda _, fake: 0.5 * ((fake - 1) ** 2).mean(),
        ),
        "wasserstein": (
            lambda real, fake: fake.mean() - real.mean(),
            lambda _, fake: -fake.mean(),
        ),
        "hinge": (
            lambda real, fake: relu(1 - real).mean() + relu(1 + fake).mean(),
            lambda _, fake: -fake.mean(),
        ),
    }
)
PENALTIES: MappingProxyType[str, Penalty | None] = MappingProxyType(
    {"none": None, "gp": _gp, "dragan": _dragan, "r1": _r1}
)
LOOPS: MappingProxyType[str, Callable[[Any, Tensor], Iterator[int]]] = MappingProxyType(
    {"vae": vae, "gan": gan, "began": began}
)
