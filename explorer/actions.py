"""Everything a person can do, one row each.

Menus, toolbar, command palette and shortcut sheet are drawn from this list; what a row does is
a method of one of the objects in `explorer/commands/`, named `owner.method`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from explorer.desk import RunState
from explorer.situation import Situation as Situation
from explorer.theme import Mode
from trainers.gallery import GALLERY

Rule: TypeAlias = Callable[[Situation], bool]
Face: TypeAlias = Callable[[Situation], tuple[str, str]]


def _always(_now: Situation) -> bool:
    return True


def _ready(now: Situation) -> bool:
    return now.ready


def _can_train(now: Situation) -> bool:
    if now.state in (RunState.RUNNING, RunState.PAUSED):
        return True
    return now.ready and now.has_config and not now.state.busy


def _training(now: Situation) -> bool:
    return now.state in (RunState.RUNNING, RunState.PAUSED)


def _first_alone(now: Situation) -> bool:
    return _training(now) and len(now.turns) > 0


def _second_alone(now: Situation) -> bool:
    return _training(now) and len(now.turns) > 1


def _alone_face(place: int, otherwise: str) -> Face:
    def face(now: Situation) -> tuple[str, str]:
        name = now.turns[place] if len(now.turns) > place else otherwise
        return f"Step {name} only", "step"

    return face


def _at_speed(speed: str) -> Rule:
    def rule(now: Situation) -> bool:
        return now.speed == speed

    return rule


def _stoppable(now: Situation) -> bool:
    return now.state.busy and now.state is not RunState.STOPPING


def _continuable(now: Situation) -> bool:
    return now.ready and now.has_run and not now.state.busy


def _branchable(now: Situation) -> bool:
    return now.ready and now.has_run and (_training(now) or not now.state.busy)


def _has_config(now: Situation) -> bool:
    return now.ready and now.has_config


def _has_run(now: Situation) -> bool:
    return now.has_run


def _has_model(now: Situation) -> bool:
    return now.ready and now.has_model


def _can_undo(now: Situation) -> bool:
    return now.undo is not None


def _can_redo(now: Situation) -> bool:
    return now.redo is not None


def _is_light(now: Situation) -> bool:
    return now.theme is Mode.LIGHT


def _is_dark(now: Situation) -> bool:
    return now.theme is Mode.DARK


def _is_system(now: Situation) -> bool:
    return now.theme is Mode.SYSTEM


def _is_full_screen(now: Situation) -> bool:
    return now.full_screen


def _train_face(now: Situation) -> tuple[str, str]:
    faces = {RunState.RUNNING: ("Pause", "pause"), RunState.PAUSED: ("Resume", "train")}
    return faces.get(now.state, ("Train", "train"))


def _undo_face(now: Situation) -> tuple[str, str]:
    return f"Undo {now.undo or ''}".strip(), "undo"


def _redo_face(now: Situation) -> tuple[str, str]:
    return f"Redo {now.redo or ''}".strip(), "redo"


@dataclass(frozen=True, slots=True)
class Action:
    """One row: how a thing is called, found, reached and allowed.

    A new `section` within a menu is set apart by a line. `face` gives text and icon where
    they depend on the situation. `checked` makes it a choice that shows whether it is made.
    """

    id: str
    text: str
    tip: str
    call: str
    menu: str
    section: str = ""
    argument: str = ""
    shortcut: str = ""
    icon: str = ""
    when: Rule = _always
    checked: Rule | None = None
    face: Face | None = None
    in_toolbar: bool = False
    submenu: str = ""
    """The menu within `menu` that holds it, if one does."""


MENUS = ("File", "Edit", "View", "Train", "Explore", "Help")

_FILE = (
    Action("open_run", "Open run folder…", "Open a saved run and explore what it has learned",
           "files.open_run", "File", "open", shortcut="Ctrl+O", icon="open", when=_ready),
    *(Action(f"gallery_{name}", f"{piece.title}: {piece.what}", piece.hint,
             "files.open_gallery", "File", "open", name, when=_ready, submenu="Gallery")
      for name, piece in GALLERY.items()),
    Action("open_images", "Open images folder…", "Learn from the pictures in a folder of yours",
           "files.open_images", "File", "open", shortcut="Ctrl+I", icon="images", when=_ready),
    Action("open_array", "Open array…", "Learn from the pictures in a .npy or .npz file",
           "files.open_array", "File", "open", icon="array", when=_ready),
    Action("open_export", "Open export…", "Show again what an exported picture or clip shows",
           "files.open_export", "File", "open", "", "Ctrl+Shift+O", "images", _ready),
    Action("show_run", "Show run folder", "Show the files of this run in the file manager",
           "files.show_run", "File", "run", icon="folder", when=_has_run),
    Action("copy_command", "Copy as command",
           "Copy the command line that repeats this run with identical results",
           "files.copy_command", "File", "run", shortcut="Ctrl+Shift+C", icon="copy",
           when=_has_config),
    Action("export_samples", "Export samples…", "Write the sample grid as a picture",
           "view.export", "File", "export", "samples", icon="export", when=_ready),
    Action("export_traversal", "Export traversal…",
           "Write a sheet of traversals, a row per latent axis",
           "view.export", "File", "export", "traversal", shortcut="Ctrl+E", icon="export",
           when=_has_model),
    Action("export_manifold", "Export manifold…", "Write the manifold grid as a picture",
           "view.export", "File", "export", "manifold", icon="export", when=_has_model),
    Action("export_map", "Export map…", "Write the part of the map in view as a picture",
           "view.export", "File", "export", "map", icon="export", when=_has_model),
    Action("export_arithmetic", "Export arithmetic…",
           "Write A − B + C and its neighbours as a picture",
           "view.export", "File", "export", "arithmetic", icon="export", when=_has_model),
    Action("export_interpolation", "Export interpolation…",
           "Write the ways in sight as a picture, one after another",
           "view.export", "File", "export", "interpolation", icon="export", when=_has_model),
    Action("export_inversion", "Export inversion…",
           "Write the pictures that were found for the target as a picture",
           "view.export", "File", "export", "inversion", icon="export", when=_has_model),
    Action("export_compare", "Export comparison…",
           "Write the table of the comparison as CSV, Markdown and PNG",
           "view.export", "File", "export", "compare", icon="export", when=_ready),
    Action("quit", "Quit", "Save what is running and close the window",
           "files.quit", "File", "quit", shortcut="Ctrl+Q", icon="quit"),
)  # fmt: skip

_EDIT = (
    Action("undo", "Undo", "Take back the last thing done", "edit.undo", "Edit", "undo",
           shortcut="Ctrl+Z", icon="undo", when=_can_undo, face=_undo_face),
    Action("redo", "Redo", "Do again what was taken back", "edit.redo", "Edit", "undo",
           shortcut="Ctrl+Shift+Z", icon="redo", when=_can_redo, face=_redo_face),
    Action("copy_view", "Copy view as command",
           "Copy the command line that writes the picture that the panel in use shows",
           "view.copy_command", "Edit", "copy", shortcut="Ctrl+Alt+C", icon="copy",
           when=_has_model),
)  # fmt: skip

_VIEW = (
    Action("layout_train", "Layout: Train", "Setup open, charts tall",
           "view.arrange", "View", "layout", "train", "Ctrl+F1", "layout", _ready),
    Action("layout_explore", "Layout: Explore", "Setup folded away, map and sliders large",
           "view.arrange", "View", "layout", "explore", "Ctrl+F2", "layout", _ready),
    Action("layout_compare", "Layout: Compare",
           "Two models at the same latent vectors, beside the samples",
           "view.arrange", "View", "layout", "compare", "Ctrl+F3", "layout", _ready),
    Action("layout_playground", "Layout: Playground", "A game on points, Setup beside it",
           "view.arrange", "View", "layout", "playground", "Ctrl+F5", "layout", _ready),
    Action("reset_layout", "Reset layout", "Put every panel back where it was at first",
           "view.reset", "View", "layout", shortcut="Ctrl+F4", icon="reset", when=_ready),
    Action("theme_system", "Theme: as the system", "Follow the system's light or dark",
           "view.choose_theme", "View", "theme", "system", checked=_is_system),
    Action("theme_light", "Theme: light", "Dark on light",
           "view.choose_theme", "View", "theme", "light", checked=_is_light),
    Action("theme_dark", "Theme: dark", "Light on dark",
           "view.choose_theme", "View", "theme", "dark", checked=_is_dark),
    Action("text_larger", "Larger text", "Make all text larger",
           "view.enlarge_text", "View", "text", shortcut="Ctrl++"),
    Action("text_smaller", "Smaller text", "Make all text smaller",
           "view.shrink_text", "View", "text", shortcut="Ctrl+-"),
    Action("text_normal", "Normal text", "Give text the system's size again",
           "view.reset_text", "View", "text", shortcut="Ctrl+0"),
    Action("full_screen", "Full screen", "Use the whole screen, and back",
           "view.toggle_full_screen", "View", "screen", shortcut="F11",
           checked=_is_full_screen),
)  # fmt: skip

SPEEDS = ("10", "4", "2", "1")
"""Of slow motion, in steps a second."""

_TRAIN = (
    Action("train", "Train", "Begin a run as Setup describes it; pause and resume it",
           "run.toggle", "Train", "run", shortcut="F5", icon="train", when=_can_train,
           face=_train_face, in_toolbar=True),
    Action("step", "Step once", "Make one step, then wait",
           "run.step", "Train", "run", shortcut="F6", icon="step", when=_training,
           in_toolbar=True),
    Action("step_first", "Step discriminator only",
           "Make one update of this player alone, then wait; it is no step of the run",
           "run.turn", "Train", "run", "0", "Shift+F6", "step", _first_alone,
           face=_alone_face(0, "discriminator")),
    Action("step_second", "Step generator only",
           "Make one update of this player alone, then wait; it is no step of the run",
           "run.turn", "Train", "run", "1", "Ctrl+F6", "step", _second_alone,
           face=_alone_face(1, "generator")),
    Action("stop", "Stop and save", "End the run after this step and save it",
           "run.stop", "Train", "run", shortcut="Shift+F5", icon="stop", when=_stoppable,
           in_toolbar=True),
    Action("save", "Save now", "Write a checkpoint and go on",
           "run.save", "Train", "save", shortcut="Ctrl+S", icon="save", when=_training),
    Action("continue", "Continue run…", "Train this run further, exactly where it stopped",
           "run.go_on", "Train", "save", shortcut="F7", icon="continue", when=_continuable),
    Action("speed_full", "Full speed", "Train as fast as the machine can",
           "run.slow", "Train", "speed", "full", checked=_at_speed("")),
    *(Action(f"speed_{speed}", f"Slow motion: {speed} step{'s' if speed != '1' else ''}/s",
             f"Make at most {speed} step{'s' if speed != '1' else ''} a second, to watch each",
             "run.slow", "Train", "speed", speed, checked=_at_speed(speed))
      for speed in SPEEDS),
    Action("roll_back", "Roll back…",
           "Go on from an earlier step by other draws; what came after it stays, greyed",
           "run.roll_back", "Train", "branch", icon="undo", when=_branchable),
    Action("halve_rate", "Halve learning rate",
           "Learn half as fast from now on, as a branch of this run",
           "run.halve_rate", "Train", "branch", when=_branchable),
    Action("compare", "Compare models…",
           "Train several models over several seeds on one data set, and judge them alike",
           "view.offer", "Train", "compare", "compare", icon="layout", when=_ready),
)  # fmt: skip

_EXPLORE = (
    Action("random", "Random latent", "Jump to a latent vector drawn from the prior",
           "explore.draw", "Explore", shortcut="R", icon="random", when=_has_model),
    Action("mean", "Mean latent", "Go to the middle of latent space: every coordinate 0",
           "explore.center", "Explore", shortcut="0", icon="mean", when=_has_model),
)  # fmt: skip

_HELP = (
    Action("palette", "Find a command…", "Find anything the program can do by typing",
           "help.open_palette", "Help", "find", shortcut="Ctrl+Shift+P", icon="search"),
    Action("shortcuts", "Keyboard shortcuts", "Every key on one sheet",
           "help.show_shortcuts", "Help", "find", shortcut="Ctrl+/", icon="keyboard"),
    Action("log", "Show log", "Show the file in which the program notes what went wrong",
           "help.show_log", "Help", "about", icon="log"),
    Action("system", "System info", "Versions, device and paths, to be copied into a report",
           "help.show_system", "Help", "about", icon="info"),
    Action("about", "About Latent Explorer", "What this program is, and its version",
           "help.show_about", "Help", "about", icon="help"),
)  # fmt: skip

ACTIONS = (*_FILE, *_EDIT, *_VIEW, *_TRAIN, *_EXPLORE, *_HELP)
