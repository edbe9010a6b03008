"""Studies small enough for a test, and processes that run inside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.trainers.typed import config_from
from trainers.cli.comparing import study_from
from trainers.cli.main import main
from trainers.compare.cells import StudyStatus
from trainers.compare.config import StudyConfig
from trainers.compare.schedule import Schedule
from trainers.compare.study import new_study
from trainers.events import Saved
from trainers.run import begin
from trainers.worker import Brake

TINY = ["--set", "width=4,hidden=8,latent_dim=2,batch_size=8", "--data", "digits"]
TINY += ["--steps", "6", "--images", "20", "--held-out", "20", "--device", "cpu"]
TINY += ["--sample-every", "3", "--evaluate-every", "6", "--checkpoint-seconds", "0"]


def tiny_study(*words: str) -> StudyConfig:
    """Six steps on digits: two rows, two seeds, unless `words` say something else."""
    given = list(words) if "--rows" in words else ["--rows", "ns,vae", *words]
    return study_from([*TINY, *(given if "--seeds" in given else ["--seeds", "2", *given])])


@dataclass
class Ended:
    """A process that has ended already."""

    code: int

    def poll(self) -> int:
        return self.code

    def wait(self, timeout: float | None = None) -> int:
        return self.code

    def terminate(self) -> None:
        """It is gone."""

    def kill(self) -> None:
        """It is gone."""


def here(words: list[str], log: Path) -> Ended:
    """Run the command line in this process."""
    return Ended(main(words))


def killed(words: list[str], log: Path) -> Ended:
    """Begin a run and let it die after its third step, as `kill -9` would; resume others."""
    if "--name" not in words:
        return here(words, log)
    runs, name = (Path(words[words.index("--runs") + 1]), words[words.index("--name") + 1])
    job = begin(config_from(words[1:]), runs, Brake(), name)
    for event in job:
        if isinstance(event, Saved) and event.step >= 3:
            break
    job.close()
    return Ended(-9)


@dataclass
class Broken:
    """Runs the command line here, but breaks on every cell whose name begins with `row`."""

    row: str
    begun: list[str] = field(default_factory=list)

    def __call__(self, words: list[str], log: Path) -> Ended:
        self.begun.append(log.stem)
        if not log.stem.startswith(self.row):
            return here(words, log)
        log.write_text("a warning\nlatent-explorer: the loss is not finite; lower the rate\n")
        return Ended(1)


def conducted(
    folder: Path,
    launch: Callable[[list[str], Path], Ended] = here,
    stopped: Callable[[], bool] = lambda: False,
) -> StudyStatus:
    """Run the study in `folder` and return where it stands in the end."""
    *_, status = Schedule(folder, 1, launch).run(stopped)
    return status


def begun(runs: Path, config: StudyConfig) -> Path:
    """Make the folder of a study."""
    return new_study(runs, config, "latent-explorer compare")
