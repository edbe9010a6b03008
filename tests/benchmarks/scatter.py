"""How long a frame of 50,000 dots takes while the plane is moved, beside one of 2,000.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.scatter

Interleaved rounds in one run; the frame is painted whole each time, as during a drag.
"""

import time

import numpy as np
from PySide6.QtWidgets import QApplication

from explorer.widgets.dots_paint import Dots
from explorer.widgets.dots_view import DotsView

COUNTS = (2_000, 50_000)
ROUNDS, FRAMES = 10, 20


def frames(view: DotsView, count: int, rng: np.random.Generator) -> list[float]:
    """Return the seconds of each frame of a drag over `count` dots."""
    colours = rng.choice(np.array([0xFF0072B2, 0xFFD55E00], np.uint32), count)
    dots = Dots(rng.standard_normal((count, 2)), colours, rng.random(count) < 0.2)
    view.show_dots(dots)
    view.fit()
    times = []
    for _ in range(FRAMES):
        begun = time.perf_counter()
        view._look(view.frame.moved(3, 1))
        view.repaint()
        times.append(time.perf_counter() - begun)
    return times


def main() -> None:
    """Measure and tell."""
    app = QApplication([])
    view = DotsView("dots")
    view.resize(800, 600)
    view.show()
    app.processEvents()
    rng = np.random.default_rng(0)
    times: dict[int, list[float]] = {count: [] for count in COUNTS}
    for _ in range(ROUNDS):
        for count in COUNTS:
            times[count] += frames(view, count, rng)
    for count, found in times.items():
        middle, late = 1e3 * np.median(found), 1e3 * np.quantile(found, 0.99)
        print(f"{count:>7,} dots: {middle:.1f} ms a frame, p99 {late:.1f} ms")


if __name__ == "__main__":
    main()
