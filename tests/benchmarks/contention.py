"""Training beside a process that keeps one core busy: does throughput collapse?

    python -m tests.benchmarks.contention --data-dir MNIST_FOLDER [--rounds 5] [--seconds 4]

The busy process is stopped and continued between slices, so that both rates come from one run.
Printed: the rate beside the busy process as a share of the rate without it.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.throughput import ours, rate
from trainers.config import RunConfig


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--threads", type=int, default=0, help="0: the default, cores - 1")
    options = parser.parse_args()
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        for family in ("vae", "gan"):
            config = RunConfig.model_validate(
                {
                    "data": {"source": "mnist", "folder": options.data_dir},
                    "model": {"family": family},
                    "plan": {"steps": 10**7, "threads": options.threads},
                }
            )
            with tempfile.TemporaryDirectory() as folder:
                steps = ours(config, Path(folder))
                shares = []
                for _ in range(options.rounds):
                    os.kill(busy.pid, signal.SIGSTOP)
                    alone = rate(steps, options.seconds)
                    os.kill(busy.pid, signal.SIGCONT)
                    shares.append(rate(steps, options.seconds) / alone)
                steps.close()
            row = {
                "family": family,
                "cores": os.cpu_count(),
                "threads": options.threads or max(1, (os.cpu_count() or 1) - 1),
                "share_median": round(statistics.median(shares), 3),
                "shares": [round(share, 3) for share in shares],
            }
            print(json.dumps(row))
    finally:
        busy.kill()


if __name__ == "__main__":
    main()
