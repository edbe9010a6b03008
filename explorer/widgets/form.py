"""A form drawn from a configuration: an editor per field, and a refusal in words beside it.

The form holds a valid configuration or none, never an invalid one.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engines.config import Config, FieldSpec, describe
from explorer import theme
from explorer.widgets.editors import EDITORS, ChoiceEditor, Editor, TextEditor, explanation
from explorer.widgets.fold import Fold
from explorer.widgets.numerals import write
from explorer.widgets.popover import HelpButton
from explorer.widgets.refusal import Refusal

MakeEditor = Callable[[FieldSpec, QWidget], Editor]
_TITLES = 108  # pixels of a column, the same in all groups so that they line up
_UNITS = 48
_LIMITS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


class Form(QWidget):
    """Edits one kind of configuration.

    Signals:
        `edited()`: a person changed something; `config` and `refusal` are up to date.
    """

    edited = Signal()

    def __init__(
        self,
        kind: type[Config],
        folded: Collection[str] = (),
        special: Mapping[str, MakeEditor] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._fixed: dict[str, Any] = {}
        self._rows: dict[str, _Row] = {}
        self._folds: dict[str, Fold] = {}
        self._config: Config | None = None
        self._refusals: list[str] = []
        self._foreign = ""
        self._foot = Refusal(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.SPACE)
        self._lay(describe(kind), special or {})
        for group, fold in self._folds.items():
            fold.set_open(opened=group not in folded)
            column.addWidget(fold)
        column.addWidget(self._foot)
        self.show_values({})

    @property
    def config(self) -> Config | None:
        """What the form says, None while something is refused."""
        return self._config

    @property
    def refusal(self) -> str:
        """Why there is no configuration, in words; empty when there is one."""
        return "; ".join(self._refusals)

    def editor(self, name: str) -> Editor:
        """Return the editor of a field."""
        return self._rows[name].editor

    def fold(self, group: str) -> Fold:
        """Return the group with this heading."""
        return self._folds[group]

    def refusal_of_others(self) -> str:
        """Return what is said about values that somebody else has chosen."""
        return self._foreign

    def refusal_of(self, name: str) -> str:
        """Return what is said beside a field; empty while its value is taken."""
        return self._rows[name].refusal.text()

    def show_config(self, config: Config) -> None:
        """Show a configuration of this form's kind."""
        self.show_values(config.model_dump())

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show `values`, and the default of every field they leave out."""
        for name, row in self._rows.items():
            row.editor.show_value(values.get(name, row.spec.default))
        self._rebuild()

    def narrow(
        self,
        fixed: Mapping[str, Any],
        shown: Collection[str],
        choices: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Ask for the `shown` fields only, with fewer `choices`; others take their default.

        `fixed` are values that somebody else has chosen.
        """
        self._fixed = dict(fixed)
        for name, row in self._rows.items():
            editor = row.editor
            if isinstance(editor, ChoiceEditor):
                editor.offer(choices.get(name, row.spec.choices))
            row.set_shown(shown=name in shown)
            if name not in shown:
                editor.show_value(row.spec.default)
        for group, fold in self._folds.items():
            members = {name for name, row in self._rows.items() if row.spec.group == group}
            fold.setVisible(bool(members & set(shown)))
        self._rebuild()

    def set_read_only(self, *, fixed: bool) -> None:
        """Let the values be looked at only, or be changed again."""
        for row in self._rows.values():
            row.editor.set_read_only(fixed=fixed)
        for fold in self._folds.values():
            fold.set_read_only(fixed=fixed)

    def _lay(self, specs: tuple[FieldSpec, ...], special: Mapping[str, MakeEditor]) -> None:
        grids: dict[str, QGridLayout] = {}
        for spec in specs:
            if spec.group not in grids:
                grids[spec.group] = self._make_group(spec.group)
            make = special.get(spec.name, EDITORS[spec.kind])
            body = self._folds[spec.group].body
            row = _Row(spec, make(spec, body), grids[spec.group])
            row.editor.edited.connect(self._on_edited)
            self._rows[spec.name] = row

    def _make_group(self, group: str) -> QGridLayout:
        body = QWidget(self)
        grid = QGridLayout(body)
        grid.setContentsMargins(2 * theme.SPACE, 0, 0, theme.SPACE)
        grid.setHorizontalSpacing(theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE)
        grid.setColumnMinimumWidth(0, _TITLES)
        grid.setColumnMinimumWidth(2, _UNITS)
        grid.setColumnStretch(1, 1)
        fold = Fold(group or "Settings", body, self)
        fold.setProperty("group", group)
        fold.reset_pressed.connect(self._on_reset)
        self._folds[group] = fold
        return grid

    def _rebuild(self) -> None:
        """Read every editor and take the whole, or say what is wrong and where."""
        for row in self._rows.values():
            row.refusal.say("")
        self._foot.say("")
        self._foreign = ""
        self._refusals = []
        self._config = None
        values = self._read()
        self._count_changes(values)
        if self._refusals:
            return
        try:
            self._config = self._kind.model_validate({**values, **self._fixed})
        except ValidationError as error:
            for mistake in error.errors():
                self._refuse(mistake)

    def _read(self) -> dict[str, Any]:
        values = {}
        for name, row in self._rows.items():
            if name in self._fixed:
                continue
            try:
                values[name] = row.editor.read()
            except ValueError as error:
                self._announce(row, str(error))
        return values

    def _refuse(self, mistake: ErrorDetails) -> None:
        name = str(mistake["loc"][0]) if mistake["loc"] else ""
        row = self._rows.get(name)
        words = mistake["msg"].removeprefix("Value error, ")
        if name in self._fixed:
            self._refusals.append(words)
            self._foreign = words
        elif row is None:
            self._refusals.append(words)
            self._foot.say(words)
        else:
            self._announce(row, row.limits(mistake["input"], mistake["type"]) or words)

    def _announce(self, row: "_Row", words: str) -> None:
        row.refusal.say(words)
        self._folds[row.spec.group].set_open(opened=True)
        self._refusals.append(f"{row.spec.title}: {words}")

    def _count_changes(self, values: Mapping[str, Any]) -> None:
        changed = [
            self._rows[name].spec.group
            for name, value in values.items()
            if value != self._rows[name].spec.default
        ]
        for group, fold in self._folds.items():
            fold.set_changed(changed.count(group))

    @Slot()
    def _on_edited(self) -> None:
        self._rebuild()
        self.edited.emit()

    @Slot()
    def _on_reset(self) -> None:
        group = self.sender().property("group")
        for row in self._rows.values():
            if row.spec.group == group:
                row.editor.show_value(row.spec.default)
        self._on_edited()


class _Row:
    """The widgets of one field, in the grid of its group."""

    def __init__(self, spec: FieldSpec, editor: Editor, grid: QGridLayout) -> None:
        parent = editor.parentWidget()
        self.spec = spec
        self.editor = editor
        self.refusal = Refusal(parent)
        self._title = QLabel(spec.title, parent)
        self._title.setWordWrap(True)
        self._title.setBuddy(self.editor)
        self._unit = QLabel(spec.unit, parent)
        self._help = HelpButton(spec.title, explanation(spec), parent)
        line = grid.rowCount()
        middle = Qt.AlignmentFlag.AlignVCenter
        for column, part in enumerate((self._title, self.editor, self._unit, self._help)):
            grid.addWidget(part, line, column)
        if isinstance(editor, TextEditor) and not spec.unit:  # a path needs the room
            grid.addWidget(editor, line, 1, 1, 2)
        grid.setAlignment(self._help, middle)
        grid.addWidget(self.refusal, line + 1, 0, 1, 4)

    def set_shown(self, *, shown: bool) -> None:
        """Show the field or leave it out."""
        for part in (self._title, self.editor, self._unit, self._help):
            part.setVisible(shown)

    def limits(self, given: object, kind: str) -> str:
        """Say which values are allowed if `given` lies outside; else nothing."""
        if kind not in _LIMITS or not isinstance(given, int | float):
            return ""
        unit = f" {self.spec.unit}" if self.spec.unit else ""
        return f"allowed: {self.spec.limits}{unit}; this is {write(given, self.spec)}"
