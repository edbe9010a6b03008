"""Looking at a run does not change it: its last checkpoint is equal bit for bit."""

from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread

import numpy as np
import pytest
import torch

from engines.snapshot import PointSnapshot
from tests.trainers.small_runs import (
    VARIANTS,
    differing,
    newest_folder,
    scalars,
    tensors,
    tiny,
    trained,
)
from trainers import loop
from trainers.events import Finished, Measured, Paused, Sampled, Snapped
from trainers.export import Provenance, SamplesRecipe, SheetLayout, draw, write_png
from trainers.run import begin
from trainers.worker import Wish, Worker

STEPS = 50
SOON = 60.0  # seconds after which a test has hung
LAYOUT = SheetLayout(rows=2, columns=4)


class Visitor:
    """Somebody at the window: asks for a decoder at every step, drags, exports, pauses."""

    def __init__(self, folder):
        self.brake = None
        self.finished = False
        self.decoded = 0
        self.paused = 0
        self._folder = folder
        self._wanted = SimpleQueue()

    def notice(self, event):
        """Called on the training thread, as the window's bridge is."""
        if isinstance(event, Snapped):
            self._wanted.put(event)
        if isinstance(event, Measured):
            self.brake.ask(Wish.VARIANTS if event.last % 2 else Wish.SNAPSHOT)
        if isinstance(event, Sampled):
            self.brake.step_once()  # so that it rests, and saves, after the next step
        if isinstance(event, Paused):
            self.paused += 1
            self.brake.ask(Wish.CHECKPOINT)
            self.brake.resume()
        self.finished = self.finished or isinstance(event, Finished)

    @contextmanager
    def looking(self):
        """Decode and export on another thread for as long as the block runs."""
        thread = Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._wanted.put(None)
            thread.join(SOON)

    def _look(self):
        rng = np.random.default_rng()
        while (event := self._wanted.get()) is not None:
            torch.rand(3)  # the global stream is nobody's
            dim = event.snapshot.latent.dim
            for snapshot in (event.snapshot, *event.variants.values()):
                snapshot.decode(rng.standard_normal((5, dim), dtype=np.float32))
            self._ask_the_judge(event.snapshot, rng)
            self._export(event)
            self.decoded += 1

    def _ask_the_judge(self, snapshot, rng):
        if isinstance(snapshot, PointSnapshot):
            z = rng.standard_normal((6, snapshot.latent.dim), dtype=np.float32)
            snapshot.look(z, rng.standard_normal((9, 2), dtype=np.float32))

    def _export(self, event):
        recipe = SamplesRecipe(z_seed=event.step, count=8)
        about = Provenance("0", "f", "d", 0, event.step, "", event.snapshot.weights, "{}", "c")
        picture = draw(event.snapshot, recipe, LAYOUT)
        write_png(self._folder / "export.png", picture, recipe, LAYOUT, about)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_with_somebody_looking_is_the_run_without(tmp_path, monkeypatch, variant):
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)  # so that every step is told of
    config = tiny(tmp_path, variant, steps=STEPS, checkpoint_seconds=3_600)
    alone = trained(config, tmp_path / "alone")

    visitor = Visitor(tmp_path)
    worker = Worker(lambda brake: begin(config, tmp_path / "seen", brake), visitor.notice)
    visitor.brake = worker.brake
    with visitor.looking():
        worker.brake.pause()
        worker.start()
        worker.join(SOON)
        worker.brake.stop()

    seen = newest_folder(tmp_path / "seen")
    assert visitor.finished
    assert visitor.decoded >= STEPS - 1  # nobody is asked after the last
    assert visitor.paused >= 10
    assert differing(tensors(seen), tensors(alone)) == []
    assert scalars(seen) == scalars(alone)
