"""Makes Qt actions of the rows in `actions.py` and draws menus and toolbar from them."""

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar, QToolButton

from explorer import icons, theme
from explorer.actions import ACTIONS, MENUS, Action, Situation


class Command(QAction):
    """One row come alive: it shows the situation and calls its owner's method."""

    def __init__(self, row: Action, parent: QObject) -> None:
        super().__init__(row.text, parent)
        self.row = row
        self._owner: object | None = None
        self._icon = ""
        self.setObjectName(row.id)
        self.setShortcut(QKeySequence(row.shortcut))
        self.setCheckable(row.checked is not None)
        self.setEnabled(False)
        self.triggered.connect(self._on_triggered)
        self._explain()

    def bind(self, owner: object) -> None:
        """Name the object whose method this calls."""
        self._owner = owner

    def follow(self, now: Situation) -> None:
        """Show whether and how this can be done now."""
        row = self.row
        self.setEnabled(self._owner is not None and row.when(now))
        if row.checked is not None:
            self.setChecked(row.checked(now))
        text, icon = row.face(now) if row.face is not None else (row.text, row.icon)
        if text != self.text():
            self.setText(text)
            self._explain()
        self._wear(icon)

    def recolour(self) -> None:
        """Draw the icon again in the colours of now."""
        name, self._icon = self._icon, ""
        self._wear(name)

    def _wear(self, icon: str) -> None:
        if icon and icon != self._icon:
            self._icon = icon
            self.setIcon(icons.icon(icon))

    def _explain(self) -> None:
        keys = self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        title = f"{self.text()} ({keys})" if keys else self.text()
        self.setToolTip(f"{title}: {self.row.tip}")
        self.setStatusTip("")

    @Slot()
    def _on_triggered(self) -> None:
        method = getattr(self._owner, self.row.call.split(".")[1])
        arguments = (self.row.argument,) if self.row.argument else ()
        method(*arguments)


class Menus(QObject):
    """Every action of one window, in its menus and its toolbar."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.commands = {row.id: Command(row, window) for row in ACTIONS}
        self.menus = {name: window.menuBar().addMenu(f"&{name}") for name in MENUS}
        self.submenus: dict[str, QMenu] = {}
        self._fill()
        window.addActions(list(self.commands.values()))
        theme.changes().changed.connect(self._on_theme_changed)
        self.follow(Situation())

    def bind(self, owners: Mapping[str, Any]) -> None:
        """Give each action the object that does it."""
        for command in self.commands.values():
            command.bind(owners[command.row.call.split(".")[0]])

    def follow(self, now: Situation) -> None:
        """Show what makes sense now."""
        for command in self.commands.values():
            command.follow(now)

    def listed(self) -> list[QAction]:
        """Return every action, docks included, in the order of the menus."""
        ours = tuple(self.submenus.values())
        return [action for menu in self.menus.values() for action in _leaves(menu, ours)]

    def toolbar(self) -> QToolBar:
        """Draw the toolbar; the caller adds what is not an action."""
        bar = QToolBar("Training", self._window)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        bar.toggleViewAction().setEnabled(False)
        for row in ACTIONS:
            if row.in_toolbar:
                bar.addAction(self.commands[row.id])
        self._name_buttons(bar)
        return bar

    def _name_buttons(self, bar: QToolBar) -> None:
        for row in ACTIONS:
            button = bar.widgetForAction(self.commands[row.id]) if row.in_toolbar else None
            if isinstance(button, QToolButton):
                button.setAccessibleName(row.text)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
                if row.face is not None:
                    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                    button.setObjectName("main_button")

    def _fill(self) -> None:
        section = ""
        for row in ACTIONS:
            menu = self.menus[row.menu]
            if not menu.isEmpty() and row.section != section:
                menu.addSeparator()
            section = row.section
            self._within(menu, row.submenu).addAction(self.commands[row.id])

    def _within(self, menu: QMenu, name: str) -> QMenu:
        """Return the submenu of that name, made if it is not there, or `menu` for no name."""
        if not name:
            return menu
        if name not in self.submenus:
            self.submenus[name] = menu.addMenu(f"&{name}")
            self.submenus[name].setToolTipsVisible(True)
        return self.submenus[name]

    @Slot()
    def _on_theme_changed(self) -> None:
        for command in self.commands.values():
            command.recolour()


def _leaves(menu: QMenu, ours: tuple[QMenu, ...]) -> Iterator[QAction]:
    """List what can be done in `menu` and in those of its submenus that are `ours`."""
    for action in menu.actions():
        inner = action.menu()
        if inner in ours:
            yield from _leaves(inner, ours)
        elif inner is None and not action.isSeparator():
            yield action
