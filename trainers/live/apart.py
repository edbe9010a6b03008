"""A process of its own for live evaluation, seen from training; one thread talks to it."""

import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import IO

import numpy as np

from engines.arrays import PixelArray
from engines.frozen import TorchSnapshot
from engines.snapshot import Snapshot
from trainers.live.places import Done, LostError
from trainers.live.wire import Brief, outcome_from_bytes, receive, send, weights_of

_SOON = 1.0  # seconds in which a process that has closed its streams is gone


class Apart:
    """Sends snapshots to a process that it starts, and looks whether an answer is there."""

    def __init__(self, brief: Brief, *pixels: PixelArray) -> None:
        """Start the process, which is given the real pictures that `brief` announces.

        Raises:
            OSError: if none can be started.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", "trainers.live.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # Ctrl+C is for training, which then ends it
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )
        self._talk = ThreadPoolExecutor(1, thread_name_prefix="judging")
        self._greeted = self._talk.submit(self._greet, brief, *pixels)
        self._answer: Future[Done] | None = None

    @property
    def busy(self) -> bool:
        """True from `begin` until `advance` has returned what was found."""
        return self._answer is not None

    def begin(self, step: int, snapshot: Snapshot, draws: int = 1) -> None:
        """Send a snapshot, once the process is up.

        Raises:
            TypeError: if it has no weights that can be sent.
        """
        if not isinstance(snapshot, TorchSnapshot):
            raise TypeError(f"a {type(snapshot).__name__} has no weights to send")
        self._answer = self._talk.submit(self._ask, step, snapshot, draws)

    def advance(self, _seconds: float) -> Done | None:
        """Look for the answer; uses no time.

        Raises:
            LostError: if the process has ended.
        """
        if self._answer is None or not self._answer.done():
            return None
        answer, self._answer = self._answer, None
        try:
            self._greeted.result()
            return answer.result()
        except (EOFError, OSError, ValueError, RuntimeError, MemoryError) as error:
            raise LostError(self._how()) from error

    def rest(self, seconds: float) -> None:
        """Wait for the answer, at most so long."""
        if self._answer is not None:
            wait([self._answer], seconds)

    def close(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        self._talk.shutdown(wait=True, cancel_futures=True)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not sent yet can no longer be
                    stream.close()

    def _greet(self, brief: Brief, *pixels: PixelArray) -> None:
        send(self._into(), brief.to_bytes())
        for part in pixels:
            send(self._into(), np.ascontiguousarray(part).tobytes())

    def _ask(self, step: int, snapshot: TorchSnapshot, draws: int) -> Done:
        send(self._into(), str(draws).encode())
        send(self._into(), weights_of(snapshot))
        outcome, seconds = outcome_from_bytes(receive(self._out_of()))
        return Done(step, outcome, seconds, elsewhere=seconds)

    def _into(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _out_of(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _how(self) -> str:
        """Say how the process ended, in a word or two."""
        try:
            code = self._process.wait(_SOON)
        except subprocess.TimeoutExpired:
            return "it answers no more"
        return f"signal {-code}" if code < 0 else f"exit code {code}"
