"""Evaluations from the window: one at a time, each a process of our own command line.

A process of its own holds up neither the window nor a run: it goes behind both, it changes no
setting that training shares, and it can be stopped in the middle of a long computation. It is
the very command that a terminal runs, so what is shown can be repeated there.
"""

import base64
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QByteArray,
    QCoreApplication,
    QElapsedTimer,
    QObject,
    QProcess,
    QProcessEnvironment,
    QTimer,
    Signal,
    Slot,
)

from engines.arrays import PixelArray
from explorer.bridge.errands import Errands
from trainers.cli.score_lines import evaluation_from
from trainers.scoring.report import Evaluation

PATIENCE = 100  # ms between asking a process to end and ending it
_COMPLAINT = "latent-explorer: "


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Samples beside the training pictures nearest to them, and what that says."""

    samples: PixelArray
    neighbours: np.ndarray
    """uint8 of shape (n, k, h, w, c), the nearest first."""
    distances: np.ndarray
    """float64 of shape (n, k), in units of the features."""
    threshold: float
    """What 5 % of the held-out pictures undercut."""
    verdict: str
    rule: str
    is_near: bool


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """A finished evaluation."""

    found: Evaluation
    record: Mapping[str, Any]
    """All of it for other programs, without pictures."""
    pairs: Pairs | None
    seconds: float
    """From the press of the button to the result."""


class Judging(QObject):
    """Runs at most one evaluation.

    Signals:
        `progressed(str, float | None)`: what is being done, and its share in [0, 1] if known.
        `judged(Judgement)`, `failed(str)`, `cancelled()`: how it ended.
    """

    progressed = Signal(str, object)
    judged = Signal(object)
    failed = Signal(str)
    cancelled = Signal()

    def __init__(self, errands: Errands, parent: QObject) -> None:
        super().__init__(parent)
        self._errands = errands
        self._process: QProcess | None = None
        self._clock = QElapsedTimer()
        self._complaint = ""
        self._rest = b""
        self._killer = QTimer(self, singleShot=True, interval=PATIENCE)
        self._killer.timeout.connect(self._on_patience_gone)
        self._dying: list[QProcess] = []
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    @property
    def busy(self) -> bool:
        """True while an evaluation is under way."""
        return self._process is not None

    def begin(self, words: Sequence[str], threads: int | None) -> None:
        """Evaluate what the `words` of the command line ask for; nothing while one is busy."""
        if self.busy:
            return
        self._complaint, self._rest = "", b""
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        if threads is not None:
            environment.insert("OMP_NUM_THREADS", str(threads))
        process.setProcessEnvironment(environment)
        process.readyReadStandardError.connect(self._on_told)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        self._clock.start()
        self.progressed.emit("Starting …", None)
        process.start(sys.executable, ["-m", "trainers", "evaluate", *words, *_WATCHED])

    @Slot()
    def cancel(self) -> None:
        """Stop at once; what is cached stays whole."""
        if self._process is None:
            return
        process, self._process = self._process, None
        self._dying.append(process)
        process.terminate()
        self._killer.start()
        self.cancelled.emit()

    @Slot()
    def close(self) -> None:
        """End what runs; nobody waits for it any more."""
        running = [*self._dying, *([self._process] if self._process is not None else [])]
        self._process = None
        for process in running:
            process.kill()
            process.waitForFinished(1_000)

    @Slot()
    def _on_patience_gone(self) -> None:
        for process in self._dying:
            process.kill()

    @Slot()
    def _on_told(self) -> None:
        process = self.sender()
        if process is not self._process or not isinstance(process, QProcess):
            return
        *lines, self._rest = (self._rest + _bytes(process.readAllStandardError())).split(b"\n")
        for line in lines:
            self._hear(line.decode("utf-8", "replace"))

    def _hear(self, line: str) -> None:
        if line.startswith(_COMPLAINT):
            self._complaint = line.removeprefix(_COMPLAINT)
        elif line.startswith("{"):
            told = json.loads(line)
            self.progressed.emit(str(told["said"]), told["share"])

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self.sender() is self._process:
            self._process = None
            self.failed.emit("The evaluation could not be started; see Help, Show log.")

    @Slot(int)
    def _on_finished(self, code: int) -> None:
        process = self.sender()
        if not isinstance(process, QProcess):
            return
        process.deleteLater()
        if process in self._dying:
            self._dying.remove(process)
            return
        if process is not self._process:
            return
        self._on_told()
        self._process = None
        if code == 0 and process.exitStatus() is QProcess.ExitStatus.NormalExit:
            out = _bytes(process.readAllStandardOutput())
            work = partial(_read, out, self._clock.elapsed() / 1000)
            self._errands.send(work, self.judged.emit, self.failed.emit)
        else:
            self.failed.emit(self._complaint or _SUDDEN)


_WATCHED = ("--json", "--watched")
_SUDDEN = "The evaluation ended suddenly; perhaps the memory did not suffice. Take a smaller N."


def _bytes(content: QByteArray) -> bytes:
    return bytes(content.data())


def _read(out: bytes, seconds: float) -> Judgement:
    record = json.loads(out)
    pairs = _pairs(record.get("memory"))
    return Judgement(evaluation_from(record), record, pairs, seconds)


def _pairs(memory: dict[str, Any] | None) -> Pairs | None:
    if memory is None:
        return None
    content = base64.b64decode(memory.pop("pairs"))
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return Pairs(
            samples=arrays["samples"],
            neighbours=arrays["neighbours"],
            distances=arrays["distances"],
            threshold=float(memory["threshold"]),
            verdict=str(memory["verdict"]),
            rule=str(memory["rule"]),
            is_near=bool(memory["is_near"]),
        )
