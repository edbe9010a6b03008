"""From launch to the first paint, and to standing panels, as the outside sees it.

    python -m tests.benchmarks.startup [--times 5]

Starts the program afresh each time with LATENT_EXPLORER_TIMING=1, which writes a line at each
stage, and ends it once its panels stand. Printed: the median seconds from the start of the
process (interpreter included) to each stage.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

LAST = "the panels stand"


def once(folder: str) -> dict[str, float]:
    """Launch once; return the seconds until each stage was reported."""
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        **os.environ,
        "LATENT_EXPLORER_TIMING": "1",
        "XDG_CONFIG_HOME": folder,
        "XDG_STATE_HOME": folder,
    }
    begun = time.perf_counter()
    command = [sys.executable, "-m", "explorer", "--runs", folder]
    stages: dict[str, float] = {}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            stages[line.split(" s  ", 1)[-1].strip()] = time.perf_counter() - begun
            if LAST in line:
                break
        process.kill()
    return stages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rounds = [once(folder) for _ in range(options.times)]
    stages = {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}
    print(json.dumps({name: round(value, 2) for name, value in stages.items()}))


if __name__ == "__main__":
    main()
