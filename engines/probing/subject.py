"""Which snapshots can be probed: those that hold networks which gradients pass through."""

from engines.frozen import EncodingTorchSnapshot, JudgingTorchSnapshot, TorchSnapshot
from engines.snapshot import Snapshot


def opened(snapshot: Snapshot) -> TorchSnapshot:
    """Return `snapshot` with its network.

    Raises:
        ValueError: if it holds none that turns latent vectors into pictures.
    """
    if not isinstance(snapshot, TorchSnapshot):
        raise ValueError(
            "this model has no network of pictures to look into; choose a run that learned "
            "from pictures"
        )
    return snapshot


def encoding(snapshot: Snapshot) -> EncodingTorchSnapshot:
    """Return `snapshot` with its encoder.

    Raises:
        ValueError: if the model has none.
    """
    if not isinstance(snapshot, EncodingTorchSnapshot):
        raise ValueError(
            "this model has no encoder; choose an auto-encoder, or search for the latent vector"
        )
    return snapshot


def judging(snapshot: Snapshot) -> JudgingTorchSnapshot:
    """Return `snapshot` with its judge.

    Raises:
        ValueError: if the model has none that judges a picture by itself.
    """
    if not isinstance(snapshot, JudgingTorchSnapshot):
        raise ValueError(
            "this model has no judge of single pictures; choose another prior than the judge's"
        )
    return snapshot
