"""Rules about the code itself, so that a reviewer need not count lines."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engines", "trainers", "explorer")
FILES = sorted(path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("*.py"))
CORE = [path for path in FILES if path.parts[0] != "explorer"]
TESTS = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py"))
MAX_FILE, MAX_FUNCTION = 300, 40
QT = ("PySide6", "shiboken6", "pyqtgraph", "superqt")

each_file = pytest.mark.parametrize("path", FILES, ids=str)


def tree_of(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def functions_of(path):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, kinds)]


def test_there_are_files_to_look_at():
    assert len(CORE) > 40


@each_file
def test_files_and_functions_are_short(path):
    lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
    lengths = {f.name: f.end_lineno - f.lineno + 1 for f in functions_of(path)}

    assert len(lines) <= MAX_FILE
    assert not {name: length for name, length in lengths.items() if length > MAX_FUNCTION}


@each_file
def test_what_a_reader_may_use_is_documented_in_a_sentence(path):
    """Ruff asks for a docstring; this asks that it begins with a sentence."""
    kinds = ast.FunctionDef | ast.ClassDef
    public = [n for n in tree_of(path).body if isinstance(n, kinds) and n.name[0] != "_"]
    first = {node.name: (ast.get_docstring(node) or "").partition("\n")[0] for node in public}

    assert ast.get_docstring(tree_of(path))
    assert not [name for name, words in first.items() if not words.endswith((".", "?", ":"))]


@each_file
def test_nothing_is_written_in_another_manner(path):
    vague = {"utils", "helpers", "common", "manager", "misc"}
    names = [f.name for f in functions_of(path)]
    calls = [n.func for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)]
    called = {call.id for call in calls if isinstance(call, ast.Name)}

    assert path.stem not in vague
    assert not called & {"eval", "exec", "__import__"}
    if path.parts[0] != "explorer":  # Qt calls its overrides in its own manner
        assert not [name for name in names if name != name.lower()]


@pytest.mark.parametrize("path", CORE, ids=str)
def test_the_core_reads_no_pickles(path):
    imports = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Import)]
    froms = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ImportFrom)]
    modules = {alias.name for node in imports for alias in node.names}
    modules |= {node.module for node in froms}
    calls = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)]
    named = {ast.unparse(call.func) for call in calls}
    allowing = [c for c in calls for k in c.keywords if k.arg == "allow_pickle"]

    assert not modules & {"pickle", "shelve", "marshal", "dill", "joblib"}
    loading = [call for call in calls if ast.unparse(call.func) == "torch.load"]

    assert not named & {"pickle.load", "pickle.loads"}
    assert all("weights_only=True" in map(ast.unparse, call.keywords) for call in loading)
    assert all(
        keyword.value.value is False
        for call in allowing
        for keyword in call.keywords
        if keyword.arg == "allow_pickle"
    )


@pytest.mark.parametrize("path", TESTS, ids=str)
def test_no_test_sleeps(path):
    calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    named = {ast.unparse(call.func) for call in calls}

    assert not named & {"time.sleep", "sleep", "qtbot.wait", "QTest.qWait"}


def python(code):
    """Run `code` in an interpreter of its own, from the root of the project."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True
    )


def test_the_core_imports_where_there_is_no_qt():
    modules = [".".join(path.with_suffix("").parts) for path in CORE]
    names = [module.removesuffix(".__init__") for module in modules]
    hide = f"import sys; sys.modules.update(dict.fromkeys({QT}))"

    done = python(f"{hide}; import {', '.join(names)}")

    assert done.returncode == 0, done.stderr


CHEAP = ("trainers.events", "engines.snapshot", "engines.config", "engines.arrays",
         "trainers.places", "trainers.data.config", "trainers.plan",
         "trainers.gallery")  # fmt: skip


def test_what_the_window_needs_before_it_is_painted_costs_no_torch():
    done = python(
        "import sys\n"
        f"for name in {CHEAP}:\n"
        "    __import__(name)\n"
        "    assert 'torch' not in sys.modules, name\n"
    )

    assert done.returncode == 0, done.stderr


def test_a_rule_that_is_broken_is_found(tmp_path, monkeypatch):
    """The rules above can fail: a file that breaks them all is refused by each."""
    broken = tmp_path / "utils.py"
    body = "\n".join(["    x = 1"] * 41)
    broken.write_text(f"import pickle\ndef badName():\n{body}\n    eval('1')\n" + "\n" * 300)
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    path = Path("utils.py")

    for rule in (
        test_files_and_functions_are_short,
        test_what_a_reader_may_use_is_documented_in_a_sentence,
        test_nothing_is_written_in_another_manner,
        test_the_core_reads_no_pickles,
    ):
        with pytest.raises(AssertionError):
            rule(path)
