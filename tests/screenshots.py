"""Opens the window and writes pictures of it: `python -m tests.screenshots OUT [--run RUN]`.

RUN is a folder or one of the gallery, `gallery:mnist-vae`. With `--docks` every dock stands in
front once, with something in it if there is a run; `--scale 2` draws as on a dense screen.
Both themes, every layout, the common screen sizes and text of twice the size; the README's
pictures come from here. Look at all of them, at full size, after every change a user can see.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from explorer import theme
from explorer.app import Application, new_session
from explorer.debug import Stopwatch
from explorer.desk import RunState
from explorer.settings import Settings
from tests.dock_pictures import fill, raised
from trainers import gallery

SIZES = ((1280, 720), (1920, 1080), (2560, 1440))
LAYOUTS = ("train", "explore", "compare", "playground")
MODES = (theme.Mode.LIGHT, theme.Mode.DARK)
PATIENCE = 60_000
SETTLE = 700  # ms of quiet in which panels decode and draw


def main(argv: list[str] | None = None) -> int:
    """Write every picture; returns the exit code."""
    options = _options(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    theme.current().choose(theme.Mode.LIGHT)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        parts = Application(
            new_session(options.runs or place / "runs"),
            Settings(place / "window.ini"),
            place / "window.log",
            Stopwatch(time.time()),
        )
        parts.window.show()
        wait(lambda: parts.window.docks and parts.window.centralWidget() is None)
        if options.run is not None:
            _open(parts, options.run)
            fill(parts, wait)
        pictures = docks(parts, options) if options.docks else walk(parts, options)
        parts.window.close()
        wait(lambda: not parts.window.isVisible())
        parts.close()
    sys.stdout.write(f"{pictures} pictures in {options.out}\n")
    app.processEvents()
    return 0


def walk(parts: Application, options: argparse.Namespace) -> int:
    """Grab the window in every guise; returns how many pictures were written."""
    view = parts.window.menus
    count = 0
    for mode in MODES:
        theme.current().choose(mode)
        for width, height in SIZES[: options.sizes]:
            parts.window.resize(width, height)
            for layout in LAYOUTS:
                view.commands[f"layout_{layout}"].trigger()
                name = f"{layout}-{mode.value}-{width}x{height}"
                count += _grab(parts, options.out / f"{name}.png")
    if options.large:
        count += _large(parts, options.out)
    return count


def docks(parts: Application, options: argparse.Namespace) -> int:
    """Grab the window once for each dock, the smallest and the largest size, both themes."""
    count = 0
    for mode in MODES:
        theme.current().choose(mode)
        for width, height in (SIZES[0], SIZES[-1])[: options.sizes]:
            parts.window.resize(width, height)
            for name in raised(parts):
                file = f"dock-{name}-{mode.value}-{width}x{height}.png"
                count += _grab(parts, options.out / file)
    return count


def _large(parts: Application, out: Path) -> int:
    """Text of twice the size, where labels are cut first."""
    font = QApplication.font()
    usual = font.pointSizeF()
    font.setPointSizeF(2 * usual)
    QApplication.setFont(font)
    theme.current().refresh()
    parts.window.resize(*SIZES[1])
    count = 0
    for layout in LAYOUTS:
        parts.window.menus.commands[f"layout_{layout}"].trigger()
        count += _grab(parts, out / f"{layout}-text-200.png")
    font.setPointSizeF(usual)
    QApplication.setFont(font)
    theme.current().refresh()
    return count


def _open(parts: Application, run: str) -> None:
    name = run.removeprefix(gallery.PREFIX)
    parts.opening.open(Path(run) if name == run else gallery.unpacked(name))
    wait(lambda: parts.session.desk.state in (RunState.ENDED, RunState.FAILED))


def _grab(parts: Application, path: Path) -> int:
    pause(SETTLE)
    parts.window.grab().save(str(path))
    return 1


def pause(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait(condition: Callable[[], object]) -> None:
    """Let the window live until `condition` holds.

    Raises:
        TimeoutError: if it does not within a minute.
    """
    end = time.monotonic() + PATIENCE / 1e3
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        pause(20)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--run", help="a run to open first: a folder, or gallery:NAME")
    parser.add_argument("--runs", type=Path, help="where new runs are made")
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="how many of the sizes")
    parser.add_argument("--large", action="store_true", help="also text of twice the size")
    parser.add_argument("--docks", action="store_true", help="every dock in front, once")
    parser.add_argument("--scale", type=int, default=1, help="pixels of the screen per unit")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
