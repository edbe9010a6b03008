"""Proof of learning: the defaults on MNIST, judged by the whole test set and by a classifier.

    python -m tests.benchmarks.mnist_learning vae --data-dir MNIST_FOLDER --out FOLDER
    python -m tests.benchmarks.mnist_learning gan --data-dir MNIST_FOLDER --out FOLDER

For the VAE: test −ELBO over all 10,000 test images (dynamic binarisation, drawn once with a
fixed seed). For the GAN: a classifier trained here (its test accuracy is printed) sorts 1,000
samples. The sample grid and a JSON line of figures are written to the folder.
"""

import argparse
import json
import time
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from engines.catalog import FAMILIES, build
from engines.images import to_images
from engines.latent.priors import sample
from trainers import devices
from trainers.config import RunConfig
from trainers.data.batches import held_out_batches
from trainers.data.dataset import DataSet
from trainers.data.load import load
from trainers.evaluation import Judge
from trainers.events import Evaluated, Event, Measured, Started
from trainers.run import _last_whole, begin, open_snapshot
from trainers.worker import Brake


def classifier(data: DataSet, device: torch.device, epochs: int = 4) -> tuple[nn.Module, float]:
    """Train a small convolutional classifier; return it and its test accuracy."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 49, 128), nn.ReLU(), nn.Linear(128, 10),
    ).to(device)  # fmt: skip
    steps = epochs * len(data.train) // 128
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    labels = torch.from_numpy(data.train.labels).to(device)
    rng = torch.Generator().manual_seed(0)
    pixels = data.train.take(torch.arange(len(data.train))).to(device)
    for _ in range(steps):
        picked = torch.randint(len(pixels), (128,), generator=rng).to(device)
        images = pixels[picked].float() / 127.5 - 1
        loss = cross_entropy(net(images), labels[picked])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    net.eval()
    held = data.held_out.take(torch.arange(len(data.held_out))).to(device)
    truth = torch.from_numpy(data.held_out.labels).to(device)
    return net, (predict(net, held.float() / 127.5 - 1) == truth).float().mean().item()


@torch.no_grad()
def predict(net: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Name the digit of each picture."""
    return torch.cat([net(chunk).argmax(1) for chunk in images.split(500)])


def follow(events: Iterable[Event]) -> Path:
    """Print a line per evaluation; return the run's folder."""
    folder, last = Path(), None
    for event in events:
        if isinstance(event, Started):
            assert event.folder is not None
            folder = event.folder
            print("training on", event.device, flush=True)
        elif isinstance(event, Measured):
            last = event
        elif isinstance(event, Evaluated) and last is not None and event.step % 1000 == 0:
            held = {name: round(value, 3) for name, value in event.values.items()}
            print(event.step, f"{last.seconds:.1f} s", held, f"n={event.count}", flush=True)
    assert last is not None
    print(f"{last.last} steps in {last.seconds:.1f} s", flush=True)
    return folder


def bound_on_test_set(folder: Path, config: RunConfig, data: DataSet) -> dict[str, float]:
    """Average the bound's terms over all test images."""
    plan = devices.settle(config.plan)
    device = devices.occupy(plan)
    engine = build(config.model, data.train.shape, plan.seed, device)
    _last_whole(folder, engine)
    judge = Judge(lambda: held_out_batches(data.held_out, 10**6, 500, 0, device), plan.seed)
    told = judge.judge(engine, 0)
    return {**told.values, "test_images": told.count}


def digits_among_samples(
    folder: Path, data: DataSet, device: torch.device, count: int = 1000
) -> dict[str, object]:
    """Sort samples with a classifier trained here."""
    net, accuracy = classifier(data, device)
    _, snapped, _ = open_snapshot(folder)
    z = sample(snapped.snapshot.latent, count, seed=1)
    images = to_images(snapped.snapshot.decode(z)).to(device)
    shares = torch.bincount(predict(net, images).cpu(), minlength=10) / count
    return {"classifier_accuracy": accuracy, "shares": [round(s, 3) for s in shares.tolist()]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("family", choices=tuple(FAMILIES))
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--set", action="append", default=[], help="name=value of the model")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model = {"family": options.family, **dict(pair.split("=") for pair in options.set)}
    config = RunConfig.model_validate(
        {
            "data": {"source": "mnist", "folder": options.data_dir},
            "model": model,
            "plan": {"steps": options.steps},
        }
    )
    begun = time.perf_counter()
    folder = follow(begin(config, options.out / "runs", Brake()))
    figures: dict[str, object] = {"wall_seconds": round(time.perf_counter() - begun, 1)}
    data = load(config.data)
    device = devices.occupy(devices.settle(config.plan))
    if options.family == "gan":
        figures |= digits_among_samples(folder, data, device)
    else:
        figures |= bound_on_test_set(folder, config, data)
    last = sorted((folder / "samples").iterdir())[-1]
    (options.out / f"{options.family}-{last.name}").write_bytes(last.read_bytes())
    print(json.dumps({"family": options.family, **figures}))


if __name__ == "__main__":
    main()
