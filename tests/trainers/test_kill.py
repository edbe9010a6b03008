"""A run killed at any moment opens, and goes on to the run that was never killed.

Importing torch takes seconds, so the processes that are killed here are forked from a server
that has imported it and done nothing else. There are two kinds of death. In the first a
process kills itself by SIGKILL at a moment drawn by lot, counted in calls and SQL statements:
so deaths fall between a file's write, its fsync and its renaming, and between an insertion and
its commit, as often as into the long steps in between, on a fast disk as on a slow one, and
again the next time. In the second the process is killed from outside after a time drawn by lot,
as a person or the system would, wherever it is by then. The slow test does the second to the
command line itself, start-up included.
"""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from tests.trainers.dying import live, run_of
from tests.trainers.small_runs import differing, finished, scalars, tensors, tiny, trained
from trainers import checkpoints
from trainers.events import Finished, Warned
from trainers.run import replay
from trainers.store import list_runs
from trainers.worker import Brake

pytestmark = pytest.mark.skipif(
    "forkserver" not in multiprocessing.get_all_start_methods(), reason="needs POSIX processes"
)

KILLS = 20
STEPS = 40
LONGEST_LIFE = 110  # moments, 30 of them before the first step and then 20 a step: 1.5 steps a
# life on average, so that all deaths fall within one run
NEVER = 10**9
SOON = 60.0  # seconds after which a test has hung


@pytest.fixture(scope="module")
def server():
    """Lend a way to make processes quickly; it ends with the tests."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["tests.trainers.dying"])
    return server


def assert_it_opens(runs):
    """Everything that reads a run reads this one, and every file in it is whole."""
    folder = run_of(runs)
    if folder is None:
        return  # killed before there was anything to open
    (summary,) = list_runs(runs)
    assert summary.state == "stopped"
    events = list(replay(folder, Brake()))
    assert not [event for event in events if isinstance(event, Warned)]
    assert isinstance(events[-1], Finished)
    assert events[-1].step == summary.step
    for path in checkpoints.steps(folder / "checkpoints").values():
        assert checkpoints.load(path).state


def assert_it_ends_like(runs, whole):
    folder = run_of(runs)
    with suppress(ValueError):  # the last death may have come after the last checkpoint
        finished(folder)
    assert differing(tensors(folder), tensors(whole)) == []
    assert scalars(folder) == scalars(whole)
    assert list_runs(runs)[-1].state == "complete"
    assert list(folder.rglob("*.part")) == []


@pytest.mark.parametrize("variant", ["vae", "gan"])
def test_deaths_at_twenty_moments_change_nothing(tmp_path, server, variant):
    config = tiny(tmp_path, variant, steps=STEPS)
    whole, runs = trained(config, tmp_path / "whole"), tmp_path / "runs"
    lot = random.Random(f"{variant} 8")
    reached = []

    for _ in range(KILLS):
        life = server.Process(target=live, args=(config, runs, lot.randint(1, LONGEST_LIFE)))
        life.start()
        life.join(SOON)
        assert life.exitcode == -signal.SIGKILL
        assert_it_opens(runs)
        reached += [run.step for run in list_runs(runs)]

    assert len(set(reached)) > 5  # the deaths are spread over the run
    assert_it_ends_like(runs, whole)


def test_twenty_kills_from_outside_change_nothing(tmp_path, server):
    config = tiny(tmp_path, "gan", steps=4 * STEPS)
    whole, runs = trained(config, tmp_path / "whole"), tmp_path / "runs"
    lot = random.Random(8)
    killed = 0

    for _ in range(KILLS):
        life = server.Process(target=live, args=(config, runs, NEVER))
        life.start()
        life.join(lot.uniform(0.01, 0.3))
        life.kill()
        life.join(SOON)
        killed += life.exitcode == -signal.SIGKILL
        assert_it_opens(runs) if life.exitcode else None

    assert killed > KILLS / 2
    assert_it_ends_like(runs, whole)


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["vae", "beta-vae", "gan"])
def test_twenty_kills_of_the_program_change_nothing(tmp_path, variant):
    config = tiny(tmp_path, variant, steps=100_000, checkpoint_seconds=0.1)
    runs, lot = tmp_path / "runs", random.Random(8)
    saved = tmp_path / "config.json"
    saved.write_text(config.model_dump_json())
    program = [sys.executable, "-m", "explorer", "train", "--json", "--runs", str(runs)]
    quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"OMP_NUM_THREADS": "1"}}

    for _ in range(KILLS):
        folder = run_of(runs)
        how = ["--resume", str(folder)] if folder else ["--config", str(saved)]
        with subprocess.Popen([*program, *how], **quiet) as life:
            with suppress(subprocess.TimeoutExpired):
                life.wait(lot.uniform(1.0, 7.0))
            life.kill()
        assert life.returncode == -signal.SIGKILL
        assert_it_opens(runs)

    last = list_runs(runs)[0].step + 10
    finished(run_of(runs), last)
    whole = trained(config.changed(plan=config.plan.changed(steps=last)), tmp_path / "whole")
    assert_it_ends_like(runs, whole)
