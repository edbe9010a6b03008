"""How the built-in feature network was trained; gives its weights file.

    python -m tests.benchmarks.fd_mini_training OUT.safetensors [--steps 1500]

It stands with the benchmarks because it needs real data beside the checkout, is run by hand and
belongs to no wheel. The same seed on the same machine gives the same file; another machine may
round otherwise, and then the result is another extractor with another name.

Mixture: MNIST, scikit-learn's digits, CIFAR-10 and drawn pictures. Three tasks at once: what is
it (30 kinds), what was done to it (8 ways), how was it turned (4 ways).
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import tarfile
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import avg_pool2d, cross_entropy, interpolate, pad

from engines.images import from_bytes
from engines.metrics.mini_net import WIDTH, MiniNet, balance
from engines.metrics.resize import triangle
from tests.benchmarks.drawn_pictures import drawn_pictures

SEED = 20261120
BATCH = 128
BALANCED = 4000  # pictures of each part
PER_CLASS = 2000  # photographs of each kind, of the 5000
RATE = 2e-3


class Tasks(nn.Module):
    """The network and its three questions, which are thrown away afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.net = MiniNet()
        self.kind = nn.Linear(WIDTH, 30)
        self.damage = nn.Linear(WIDTH, len(DAMAGES) + 1)
        self.turn = nn.Linear(WIDTH, 4)

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
        features = self.net.means(images)
        return self.kind(features), self.damage(features), self.turn(features)


def digits(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Return handwritten digits as bytes (n, 3, 32, 32), and what they are."""
    images = gzip.decompress((folder / "mnist/train-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "mnist/train-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)[:20000]
    coarse = load_digits()
    small = (coarse.images * 255 / 16).round().astype(np.uint8)
    both = torch.cat([_colour(pixels[:, None]), _colour(small[:, None])])
    known = np.frombuffer(labels, np.uint8, offset=8)[:20000]
    return both, torch.from_numpy(np.concatenate([known, coarse.target]).astype(np.int64))


def photographs(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the first photographs of each kind of CIFAR-10 in its archive of JPEG files."""
    found: dict[str, list[np.ndarray]] = {}
    with tarfile.open(folder / "cifar10-train-jpg.tar.gz") as archive:
        for member in archive:
            kind = found.setdefault(Path(member.name).parent.name, [])
            file = archive.extractfile(member) if len(kind) < PER_CLASS else None
            if file is not None:
                picture = Image.open(io.BytesIO(file.read())).convert("RGB")
                kind.append(np.asarray(picture).transpose(2, 0, 1))
    kinds = sorted(kind for kind, pictures in found.items() if pictures)
    labels = [10 + number for number, kind in enumerate(kinds) for _ in found[kind]]
    pictures = np.concatenate([np.stack(found[kind]) for kind in kinds])
    return torch.from_numpy(pictures), torch.tensor(labels)


def drawings() -> tuple[torch.Tensor, torch.Tensor]:
    """Return drawn pictures."""
    pixels, kinds = drawn_pictures(20000, np.random.default_rng(SEED))
    return torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy()), torch.from_numpy(20 + kinds)


def _colour(pixels: np.ndarray) -> torch.Tensor:
    wide = triangle(torch.from_numpy(pixels.astype(np.float32)), 32).round().clamp(0, 255)
    return wide.to(torch.uint8).expand(-1, 3, -1, -1)


def blurred(x: torch.Tensor, how: torch.Tensor, _: torch.Generator) -> torch.Tensor:
    soft = avg_pool2d(pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return x + (soft - x) * how


def noisy(x: torch.Tensor, how: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    return x + 0.3 * how * torch.randn(x.shape, generator=rng)


def ghosted(x: torch.Tensor, how: torch.Tensor, _: torch.Generator) -> torch.Tensor:
    return x + 0.5 * how * (x.roll(1, dims=0) - x)


def holed(x: torch.Tensor, how: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    corner = torch.randint(0, 20, (2, len(x), 1, 1, 1), generator=rng)
    line = torch.arange(32)
    reach = 3 + (9 * how).round()
    rows, columns = (line.view(1, 1, 32, 1) - corner[0], line.view(1, 1, 1, 32) - corner[1])
    hole = (rows >= 0) & (rows < reach) & (columns >= 0) & (columns < reach)
    return torch.where(hole, -1.0, x)


def faded(x: torch.Tensor, how: torch.Tensor, _: torch.Generator) -> torch.Tensor:
    middle = x.mean(dim=(1, 2, 3), keepdim=True)
    return middle + (x - middle) * (1 - 0.7 * how)


def coarsened(x: torch.Tensor, how: torch.Tensor, _: torch.Generator) -> torch.Tensor:
    blocks = interpolate(avg_pool2d(x, 2), scale_factor=2)
    return x + (blocks - x) * how


def checked(x: torch.Tensor, how: torch.Tensor, _: torch.Generator) -> torch.Tensor:
    line = torch.arange(32)
    board = ((line[:, None] + line[None]) % 2).float() * 2 - 1
    return x + 0.3 * how * board


DAMAGES = (blurred, noisy, ghosted, holed, faded, coarsened, checked)


def batch(
    sets: list[tuple[torch.Tensor, torch.Tensor]], rng: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return pictures, half of them damaged, and the answers to the three questions."""
    source = torch.randint(0, len(sets), (BATCH,), generator=rng)
    drawn = [
        (pictures[rows], labels[rows])
        for number, (pictures, labels) in enumerate(sets)
        for rows in [
            torch.randint(0, len(labels), (int((source == number).sum()),), generator=rng)
        ]
    ]
    order = torch.randperm(BATCH, generator=rng)
    images = from_bytes(torch.cat([pictures for pictures, _ in drawn])[order])
    turn = torch.randint(0, 4, (BATCH,), generator=rng)
    for quarter in (1, 2, 3):
        images[turn == quarter] = images[turn == quarter].rot90(quarter, (2, 3))
    damage = torch.randint(0, 2 * len(DAMAGES), (BATCH,), generator=rng) - len(DAMAGES) + 1
    damage.clamp_(min=0)
    how = torch.rand((BATCH, 1, 1, 1), generator=rng).square()
    for number, act in enumerate(DAMAGES, start=1):
        mine = damage == number
        images[mine] = act(images[mine], 0.05 + 0.95 * how[mine], rng).clamp(-1, 1)
    return images, torch.cat([labels for _, labels in drawn])[order], damage, turn


def balanced(net: MiniNet, sets: list[tuple[torch.Tensor, torch.Tensor]]) -> MiniNet:
    """Fix the balance of the trained network by 4,000 pictures of each part of the mixture.

    Of what damages change it is shown each at half strength, on 1,000 of them.
    """
    net = net.eval().requires_grad_(False)
    parts = [from_bytes(pictures[:: len(pictures) // BALANCED]) for pictures, _ in sets]
    some = [part[:: len(part) // 1000] for part in parts]
    rng, how = torch.Generator().manual_seed(SEED), torch.tensor(0.5)
    before = [_means(net, part) for part in some]
    damaged = [
        (old, _means(net, act(part, how, rng).clamp(-1, 1)))
        for part, old in zip(some, before, strict=True)
        for act in DAMAGES
    ]
    balance(net, [_means(net, part) for part in parts], damaged)
    return net


def _means(net: MiniNet, images: torch.Tensor) -> torch.Tensor:
    return torch.cat([net.means(few) for few in images.split(100)])


def train(steps: int, sets: list[tuple[torch.Tensor, torch.Tensor]]) -> MiniNet:
    torch.manual_seed(SEED)
    tasks, rng = Tasks(), torch.Generator().manual_seed(SEED)
    for module in tasks.net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, a=0.2)
            nn.init.zeros_(module.bias)
    adam = torch.optim.AdamW(tasks.parameters(), RATE, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(adam, RATE, total_steps=steps)
    begun = time.process_time()
    for step in range(1, steps + 1):
        images, *answers = batch(sets, rng)
        losses = [cross_entropy(q, a) for q, a in zip(tasks(images), answers, strict=True)]
        adam.zero_grad()
        (losses[0] + losses[1] + 0.5 * losses[2]).backward()
        nn.utils.clip_grad_norm_(tasks.parameters(), 1.0)
        adam.step()
        pace.step()
        if step % 100 == 0:
            told = {"step": step, "cpu_s": round(time.process_time() - begun)}
            told |= {
                name: round(float(loss.detach()), 3)
                for name, loss in zip(("kind", "damage", "turn"), losses, strict=True)
            }
            print(json.dumps(told), flush=True)
    return tasks.net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--stages", type=Path, help="take its convolutions, balance them anew")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    sets = [digits(options.data), photographs(options.data), drawings()]
    if options.stages:
        net = MiniNet()
        net.load_state_dict(_stages(options.stages), strict=False)
    else:
        net = train(options.steps, sets)
    net = balanced(net, sets)
    save_file({k: v.contiguous() for k, v in net.state_dict().items()}, options.out)
    digest = hashlib.sha256(options.out.read_bytes()).hexdigest()
    print(json.dumps({"bytes": options.out.stat().st_size, "sha256": digest}))


def _stages(path: Path) -> dict[str, torch.Tensor]:
    """Return the convolutions of a weights file."""
    return {name: weight for name, weight in load_file(path).items() if "stages" in name}


if __name__ == "__main__":
    main()
