"""The extractor that a data set teaches by its own labels, and its file in the cache.

A network that tells the classes of these very pictures apart sees what sets them apart
(Binkowski 2018, arXiv:1801.01401, judge digits so). Its scale is its own, so its name holds the
sum of its file: no number is compared with that of another file by mistake.
"""

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Int64
from safetensors.torch import load, save
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engines.engine import stream
from engines.metrics.extractors import EXTRACTORS, Extractor, taught_extractor
from engines.metrics.mini_net import WIDTH, MiniNet, balance, from_state
from engines.types import Images
from trainers.data.cache import written
from trainers.data.dataset import DataSet, Pictures
from trainers.data.watch import Watch

NAME = "fd-dataset"
TITLE = "FD-dataset"
TIP = (
    "Learns the labels of the data first, once, in about a minute; comparable only with runs "
    "that used this same extractor file."
)
STEPS = 500
"""Of `_BATCH` pictures each: about a minute of one core."""

_RECIPE = "fd-dataset/1"  # another way to teach is another recipe, and teaches anew
_FOLDER = "extractors"
_BATCH, _RATE, _SEED = 64, 2e-3, 20_261_121
_GRAIN = 0.05  # noise on what is learned from, in units of [-1, 1]: few pictures last longer
_BALANCED = 4_000  # pictures
_LEAST = 50  # pictures
_LARGEST = 2_000_000  # bytes
_NAMED = re.compile(rf"{NAME}-([0-9a-f]{{8}})")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was taught, as the file tells it."""

    title: str
    classes: int
    accuracy: float
    """Share of the held-out pictures whose class it names."""

    @property
    def words(self) -> str:
        """Describe it beside the extractor's title."""
        return f"{self.classes} classes of {self.title}, {self.accuracy:.0%} of held-out right"


def is_taught(name: str) -> bool:
    """Whether an extractor of that name comes from labels."""
    return name == NAME or _NAMED.fullmatch(name) is not None


def open_taught(name: str, cache: Path) -> Extractor:
    """Open the file that a full name, `fd-dataset-` and eight digits, stands for.

    Raises:
        ValueError: if it is not in the cache, or no longer what it was.
    """
    named = _NAMED.fullmatch(name)
    found = list((cache / _FOLDER).glob(f"*.{named[1]}.safetensors")) if named else []
    known = _opened(found[0]) if found else None
    if known is None:
        raise ValueError(
            f"there is no file of {name:.60} in the cache; {NAME} alone teaches one anew, "
            "whose numbers are not comparable with those of the old one"
        )
    return known


def teach(data: DataSet, cache: Path, watch: Watch) -> Extractor:
    """Return the extractor of this data set, taught now if it is not in the cache.

    Takes about a minute of one core, draws from streams of its own, and leaves a file.

    Raises:
        ValueError: if the pictures have no labels, one class only, or are too few.
        Cancelled: if the watch says so; nothing half-made is left.
        OSError: if the file cannot be written.
    """
    labels, held_labels = _labels(data)
    key = hashlib.sha256(f"{_RECIPE}/{STEPS}/{data.fingerprint}".encode()).hexdigest()[:16]
    for path in sorted((cache / _FOLDER).glob(f"{key}.*.safetensors")):
        if (known := _opened(path)) is not None:
            return known
    pupil = _Pupil(len(data.classes) or int(labels.max()) + 1)
    _learn(pupil, data.train, labels, watch)
    accuracy = _accuracy(pupil, data.held_out, held_labels, watch)
    _settle(pupil.net, data.train)
    lesson = Lesson(data.title, pupil.head.out_features, accuracy)
    content = _written_down(pupil.net, lesson)
    digits = hashlib.sha256(content).hexdigest()[:8]
    with written(cache / _FOLDER / f"{key}.{digits}.safetensors") as file:
        file.write(content)
    return _named(digits, pupil.net, lesson)


class _Pupil(nn.Module):
    """The network of the built-in extractor, and a last layer that is thrown away."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        with torch.device("meta"):
            self.net, self.head = MiniNet(), nn.Linear(WIDTH, classes)
        self.to_empty(device="cpu")
        draws = stream(_SEED, "weights")
        for name, weight in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(weight)
            else:
                nn.init.kaiming_normal_(weight, a=0.2, generator=draws)

    def forward(self, images: Images) -> Tensor:
        return self.head(self.net.means(images))


def _labels(data: DataSet) -> tuple[Int64[Tensor, "n"], Int64[Tensor, "m"]]:
    train, held_out = data.train.labels, data.held_out.labels
    if train is None or held_out is None:
        raise ValueError(
            f"{NAME} learns from labels, and the pictures of {data.title} have none; choose "
            f"{' or '.join(name for name in EXTRACTORS if name.startswith('fd-'))}"
        )
    labels = torch.from_numpy(train)
    if len(labels.unique()) < 2 or len(labels) < _LEAST:
        raise ValueError(
            f"{NAME} takes at least {_LEAST} labelled pictures of two classes, and "
            f"{data.title} has {len(labels)} of {len(labels.unique())}; choose fd-mini-v1"
        )
    return labels, torch.from_numpy(held_out)


def _shown(pictures: Pictures, rows: Int64[Tensor, "n"]) -> Images:
    """Return pictures as the extractor will see them."""
    pixels = pictures.take(rows.to(pictures.device)).cpu().expand(-1, 3, -1, -1)
    return EXTRACTORS["fd-mini-v1"].prepare(pixels)


def _learn(pupil: _Pupil, pictures: Pictures, labels: Int64[Tensor, "n"], watch: Watch) -> None:
    draws = stream(_SEED, "lots")
    adam = torch.optim.AdamW(pupil.parameters(), _RATE, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(adam, _RATE, total_steps=STEPS)
    for step in range(STEPS):
        watch.tell(f"Teaching {TITLE} the classes", step, STEPS)
        rows = torch.randint(len(labels), (_BATCH,), generator=draws)
        images = _shown(pictures, rows)
        images = images + _GRAIN * torch.randn(images.shape, generator=draws)
        loss = cross_entropy(pupil(images), labels[rows])
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(pupil.parameters(), 1.0)
        adam.step()
        pace.step()
    pupil.eval().requires_grad_(False)


def _accuracy(
    pupil: _Pupil, pictures: Pictures, labels: Int64[Tensor, "n"], watch: Watch
) -> float:
    right = 0
    for rows in torch.arange(len(labels)).split(_BATCH):
        watch.tell(f"Examining {TITLE}", int(rows[0]), len(labels))
        right += int((pupil(_shown(pictures, rows)).argmax(dim=1) == labels[rows]).sum())
    return right / max(1, len(labels))


def _settle(net: MiniNet, pictures: Pictures) -> None:
    """Balance the features on what was learned from."""
    lot = torch.randperm(len(pictures), generator=stream(_SEED, "balance"))[:_BALANCED]
    balance(net, [torch.cat([net.means(_shown(pictures, rows)) for rows in lot.split(_BATCH)])])


def _written_down(net: MiniNet, lesson: Lesson) -> bytes:
    """Put the network into bytes; the same one gives the same bytes, so one line of facts."""
    facts = {"title": lesson.title, "classes": lesson.classes, "accuracy": lesson.accuracy}
    state = {name: weight.contiguous() for name, weight in net.state_dict().items()}
    return save(state, metadata={_RECIPE: json.dumps(facts)})


def _opened(path: Path) -> Extractor | None:
    """Open a file of ours; None where it is not what its name promises."""
    digits = path.name.split(".")[-2]
    with suppress(OSError, ValueError, KeyError):
        if path.stat().st_size > _LARGEST:
            return None
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest()[:8] != digits:
            return None
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        lesson = Lesson(**json.loads(header["__metadata__"][_RECIPE]))
        return _named(digits, from_state(load(content)), lesson)
    return None


def _named(digits: str, net: MiniNet, lesson: Lesson) -> Extractor:
    return taught_extractor(f"{NAME}-{digits}", f"{TITLE} ({lesson.words})", net)
