"""The one printed command that repeats a comparison."""

import shlex

from trainers.arguments import PROGRAM
from trainers.command import common_arguments
from trainers.compare.config import EXTRACTOR, StudyConfig
from trainers.compare.rows import row_words, value_words


def compare_command(config: StudyConfig, jobs: int = 0) -> str:
    """Write the command that repeats the study of `config`, ready to be pasted into a shell."""
    return shlex.join([PROGRAM, "compare", *compare_arguments(config, jobs)])


def compare_arguments(config: StudyConfig, jobs: int = 0) -> list[str]:
    """List the arguments of `compare` that make `config` again."""
    words = ["--rows", ",".join(map(row_words, config.rows)), "--seeds", str(config.seeds)]
    words += _given("title", config.title)
    shared = ",".join(f"{name}={value_words(v)}" for name, v in config.shared.items())
    words += _given("set", shared)
    words += _given("first", ",".join(config.first))
    words += _given("jobs", str(jobs) if jobs else "")
    words += _given("budget", config.budget if config.budget != "generator" else "")
    words += _given("extractor", config.extractor if config.extractor != EXTRACTOR else "")
    words += ["--images", str(config.images)]
    if config.search is not None:
        words += ["--search", str(config.search.draws)]
        words += ["--over", ",".join(part.words for part in config.search.over)]
        words += ["--search-seed", str(config.search.seed)]
    return words + common_arguments(config.data, config.plan)


def _given(name: str, text: str) -> list[str]:
    return [f"--{name}", text] if text else []
