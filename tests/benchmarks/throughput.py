"""Our training loop against a bare hand-written one over the same network, interleaved.

    python -m tests.benchmarks.throughput --data-dir MNIST_FOLDER [--rounds 7] [--seconds 4]

Each round runs a slice of ours (the whole path: data, engine, meter, charts' events, scalars
and samples on disk) and a slice of a bare PyTorch loop (data as float32 in memory, plain Adam,
one loss read every 100 steps), in alternating order, in one process on the same threads.
Printed: the ratio of steps per second, per round and as the median.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from trainers import devices
from trainers.config import RunConfig
from trainers.data.load import load
from trainers.events import Measured
from trainers.run import begin
from trainers.worker import Brake


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


def bare_vae(data: Tensor) -> Iterator[int]:
    """Train the bare VAE, yielding its step."""
    x_all = ((data + 1) / 2).flatten(1)
    model = BareVae()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
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


def bare_gan(data: Tensor) -> Iterator[int]:
    """Train a bare DCGAN-28 of the same widths, with fresh latents for the generator."""
    g = nn.Sequential(
        nn.Unflatten(1, (64, 1, 1)),
        nn.ConvTranspose2d(64, 64, 7, bias=False), nn.BatchNorm2d(64), nn.ReLU(True),
        nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(True),
        nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip
    d = nn.Sequential(
        nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2, True),
        nn.Conv2d(32, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.LeakyReLU(0.2, True),
        nn.Conv2d(64, 1, 7), nn.Flatten(0),
    )  # fmt: skip
    g_opt = torch.optim.Adam(g.parameters(), lr=2e-4, betas=(0.5, 0.999))
    d_opt = torch.optim.Adam(d.parameters(), lr=2e-4, betas=(0.5, 0.999))
    for step, picked in enumerate(shuffled(len(data), 64), start=1):
        real = data[picked]
        with torch.no_grad():
            fake = g(torch.randn(len(real), 64))
        d_loss = softplus(-d(real)).mean() + softplus(d(fake)).mean()
        d_opt.zero_grad()
        d_loss.backward()
        d_opt.step()
        g_loss = softplus(-d(g(torch.randn(len(real), 64)))).mean()
        g_opt.zero_grad()
        g_loss.backward()
        g_opt.step()
        if step % 100 == 0:
            float(g_loss.detach() + d_loss.detach())
        yield step


def shuffled(count: int, size: int) -> Iterator[Tensor]:
    """Yield index batches, epoch after epoch."""
    while True:
        order = torch.randperm(count)
        for begun in range(0, count - size + 1, size):
            yield order[begun : begun + size]


def ours(config: RunConfig, folder: Path) -> Iterator[int]:
    """Train a real run, yielding the newest step as it is reported."""
    for event in begin(config, folder, Brake()):
        if isinstance(event, Measured):
            yield event.last


def rate(steps: Iterator[int], seconds: float) -> float:
    """Steps per second of the next slice."""
    first, begun = next(steps), time.perf_counter()
    last = first
    while time.perf_counter() - begun < seconds:
        last = next(steps)
    return (last - first) / (time.perf_counter() - begun)


BARE: dict[str, Callable[[Tensor], Iterator[int]]] = {"vae": bare_vae, "gan": bare_gan}


def compare(family: str, data_dir: str, rounds: int, seconds: float) -> dict[str, object]:
    """Alternate slices of both loops; return the ratios of their rates."""
    config = RunConfig.model_validate(
        {
            "data": {"source": "mnist", "folder": data_dir},
            "model": {"family": family},
            "plan": {"steps": 10**7},
        }
    )
    devices.occupy(devices.settle(config.plan))
    pictures = load(config.data).train
    data = pictures.take(torch.arange(len(pictures))).float() / 127.5 - 1
    with tempfile.TemporaryDirectory() as folder:
        mine, bare = ours(config, Path(folder)), BARE[family](data)
        rate(mine, 1.0), rate(bare, 1.0)  # warm up
        pairs = []
        for turn in range(rounds):
            both = [(0, mine), (1, bare)] if turn % 2 else [(1, bare), (0, mine)]
            pairs.append([r for _, r in sorted((who, rate(it, seconds)) for who, it in both)])
        mine.close()
    ratios = [a / b for a, b in pairs]
    return {
        "family": family,
        "threads": torch.get_num_threads(),
        "ratio_median": round(statistics.median(ratios), 3),
        "ratios": [round(ratio, 3) for ratio in ratios],
        "ours_steps_per_second": round(statistics.median(a for a, _ in pairs), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    for family in BARE:
        print(json.dumps(compare(family, options.data_dir, options.rounds, options.seconds)))


if __name__ == "__main__":
    main()
