"""Trains the judge alone until it improves no more, reaches a limit, or is stopped."""

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from explorer.bridge.training import TrainingBridge
from explorer.desk import Desk
from trainers.events import Failed, Finished, Turned

JUDGE = "discriminator"
LIMIT = 5_000
WINDOW = 250
"""Updates whose mean loss is compared with that of those before."""
PATIENCE = 2
"""Windows without improvement after which it has converged."""
LEAST = 0.005
"""Improvement that counts, as a share of the best loss, plus as much of 0.1."""


class Plateau:
    """Says when a noisy number no longer falls."""

    def __init__(self) -> None:
        self.count = 0
        self.best = np.inf
        self._rest = np.zeros(0)
        self._idle = 0

    def add(self, values: np.ndarray) -> bool:
        """Take in more losses; True once none of the last windows was an improvement."""
        self.count += len(values)
        losses = np.concatenate([self._rest, values])
        whole = len(losses) // WINDOW * WINDOW
        self._rest = losses[whole:]
        for mean in losses[:whole].reshape(-1, WINDOW).mean(axis=1):
            self._note(float(mean))
        return self._idle >= PATIENCE

    def _note(self, mean: float) -> None:
        needed = LEAST * (abs(self.best) + 0.1) if np.isfinite(self.best) else 0.0
        if mean < self.best - needed:
            self._idle = 0
        else:
            self._idle += 1
        self.best = min(self.best, mean)


class Converging(QObject):
    """Asks for updates of the judge alone and listens to what they lose.

    Signals:
        `active_changed(bool)`; `told(str)`: how far it is, or when and why it stopped.
    """

    active_changed = Signal(bool)
    told = Signal(str)

    def __init__(self, training: TrainingBridge, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._plateau: Plateau | None = None
        training.turned.connect(self._on_turned)
        training.finished.connect(self._on_ended)
        training.failed.connect(self._on_ended)

    @property
    def active(self) -> bool:
        """True while it asks for updates."""
        return self._plateau is not None

    def toggle(self) -> None:
        """Begin, or stop at once."""
        if self._plateau is not None:
            self._end(f"Stopped by hand after {self._plateau.count:,} updates of D alone.")
            return
        self._plateau = Plateau()
        self.active_changed.emit(True)
        self.told.emit("Training D alone …")
        self._desk.request_turn(JUDGE, LIMIT)

    @Slot(Turned)
    def _on_turned(self, event: Turned) -> None:
        plateau, losses = self._plateau, event.values.get(JUDGE)
        if plateau is None or losses is None or event.made.name != JUDGE:
            return
        if plateau.add(losses):
            self._end(
                f"D has converged: stopped after {plateau.count:,} updates, the last "
                f"{PATIENCE * WINDOW} of which improved its loss by less than {LEAST:.1%}."
            )
        elif plateau.count >= LIMIT:
            self._end(f"Stopped at the limit of {LIMIT:,} updates; D still improves.")
        else:
            self.told.emit(f"Training D alone: {plateau.count:,} updates …")

    @Slot(object)
    def _on_ended(self, _event: Finished | Failed) -> None:
        if self._plateau is not None:
            self._end("The run ended while D was trained alone.", hold=False)

    def _end(self, why: str, *, hold: bool = True) -> None:
        self._plateau = None
        if hold:
            self._desk.request_pause()  # which drops the updates still waiting
        self.active_changed.emit(False)
        self.told.emit(why)
