"""What the training process and the one that judges tell each other: whole messages of bytes.

Weights travel as safetensors, all else as JSON, so that nothing that arrives can run code.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import IO, Any

import safetensors.torch
from pydantic import TypeAdapter
from torch import Tensor, nn

from engines.frozen import EncodingTorchSnapshot, TorchSnapshot
from engines.types import Shape
from trainers.live.bench import GAP
from trainers.live.places import Outcome
from trainers.live.points import ScoreSeries

_SIZE = struct.Struct("<Q")
_SERIES = TypeAdapter(ScoreSeries)


@dataclass(frozen=True, slots=True)
class Brief:
    """All that the judging process has to know of a run before its first snapshot."""

    model: dict[str, Any]
    """The model's configuration."""
    shape: Shape
    classes: tuple[str, ...]
    extractor: str
    metrics: tuple[str, ...]
    real: tuple[tuple[int, int, int, int], ...]
    """(n, h, w, c) of the held-out pictures, and of those of the training split if they are
    compared too; each follow in a message of their own."""

    def to_bytes(self) -> bytes:
        """Write it as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> "Brief":
        """Read it, checked.

        Raises:
            ValidationError: if it is none.
        """
        return TypeAdapter(cls).validate_json(text)


def send(stream: IO[bytes], content: bytes) -> None:
    """Write one message."""
    stream.write(_SIZE.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes:
    """Wait for one message.

    Raises:
        EOFError: if the other side has ended.
    """
    (size,) = _SIZE.unpack(_read(stream, _SIZE.size))
    return _read(stream, size)


def _read(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError("the other process has ended")
    return content


def weights_of(snapshot: TorchSnapshot) -> bytes:
    """Write the networks that judging needs."""
    return safetensors.torch.save(
        {
            f"{part}/{name}": tensor.detach().cpu().contiguous().clone()
            for part, network in _networks(snapshot).items()
            for name, tensor in network.state_dict().items()
        }
    )


def put_weights(snapshot: TorchSnapshot, content: bytes) -> None:
    """Give the networks of a snapshot of the same model the weights that were sent.

    Raises:
        RuntimeError: if they are those of another model.
    """
    tensors = safetensors.torch.load(content)
    for part, network in _networks(snapshot).items():
        own: dict[str, Tensor] = {
            name.removeprefix(f"{part}/"): tensor
            for name, tensor in tensors.items()
            if name.startswith(f"{part}/")
        }
        network.load_state_dict(own)


def _networks(snapshot: TorchSnapshot) -> Mapping[str, nn.Module]:
    if isinstance(snapshot, EncodingTorchSnapshot):
        return {"decoder": snapshot.network, "encoder": snapshot.encoder}
    return {"decoder": snapshot.network}


def outcome_to_bytes(outcome: Outcome, seconds: float) -> bytes:
    """Write what was found; gaps have no value."""
    rows = [
        {"series": asdict(curve), "values": None if values is GAP else dict(values)}
        for curve, values in outcome.verdict
    ]
    told = {"trouble": outcome.trouble, "hopeless": outcome.hopeless, "seconds": seconds}
    return json.dumps({"verdict": rows, **told}).encode()


def outcome_from_bytes(text: bytes) -> tuple[Outcome, float]:
    """Read what was found, and the seconds that it took."""
    record = json.loads(text)
    verdict = tuple(
        (
            _SERIES.validate_python(row["series"]),
            GAP if row["values"] is None else row["values"],
        )
        for row in record["verdict"]
    )
    return Outcome(verdict, record["trouble"], record["hopeless"]), float(record["seconds"])
