"""Choose the data, the model and the length of a run, and begin it."""

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.advice import Advice
from engines.catalog import FAMILIES, advice_on, refusal_of_points
from engines.config import Config, ModelConfig
from explorer import theme
from explorer.looks import Glance, glance
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.advice_fold import AdviceFold
from explorer.widgets.chooser import Chooser, Option
from explorer.widgets.folder_editor import FolderEditor
from explorer.widgets.form import Form
from explorer.widgets.scrolled import ScrolledColumn
from explorer.widgets.start_bar import StartBar
from trainers.config import RunConfig
from trainers.data.config import DataConfig
from trainers.data.names import ABOUT, About, divided
from trainers.plan import Plan

_PAUSE = 300  # ms after the last key before the disk is looked at
_DATA, _WATCH, _LIVE, _MACHINE = "Data", "Watching", "Live metrics", "Machine"
_FOLDED = {"Classes and codes", "Network", "Discriminator", "Optimiser"}
_ANY_SHAPE = (3, 32, 32)  # which rules networks keep does not depend on the pictures' size
_PATHS = {"folder": "folder", "array": "Arrays (*.npy *.npz)"}


class SetupPanel(QWidget):
    """Holds a form for the data, one per model family, and one for the plan."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._glance = Glance("", "")
        self.source = Chooser("Data set", [_source(*row) for row in ABOUT.items()], self)
        self.data = Form(DataConfig, {_DATA}, {"folder": FolderEditor}, self)
        self.family = Chooser("Model family", _families(), self)
        self.models = {
            name: Form(family.config, _FOLDED, parent=self) for name, family in FAMILIES.items()
        }
        offers = ((name, self._presets_of(name)) for name in FAMILIES)
        self.presets = {name: offer for name, offer in offers if offer is not None}
        self.advice = AdviceFold(self)
        self.plan = Form(Plan, {_WATCH, _LIVE, _MACHINE}, parent=self)
        self.foot = StartBar(self)
        self._looking = QTimer(self, interval=_PAUSE, singleShot=True)
        self.data.fold(_DATA).header.setText("Data options")
        self._lay_out()
        self._connect()
        self._on_theme_changed()
        self._show(RunConfig())

    @property
    def model(self) -> Form:
        """The form of the family chosen."""
        return self.models[self.family.name]

    def sizeHint(self) -> QSize:
        """Ask for a width at which no field is cut."""
        return QSize(320, 700)

    def _lay_out(self) -> None:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(2 * theme.SPACE)
        models = (*self.presets.values(), *self.models.values())
        for part in (self.source, self.data, self.family, *models, self.advice, self.plan):
            column.addWidget(part)
        column.insertSpacing(column.indexOf(self.family), 2 * theme.SPACE)
        column.insertSpacing(column.indexOf(self.plan), 2 * theme.SPACE)
        column.addStretch(1)
        area = ScrolledColumn(page, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(area, stretch=1)
        outer.addWidget(self.foot)

    def _connect(self) -> None:
        self.source.chosen.connect(self._on_source_chosen)
        self.family.chosen.connect(self._on_family_chosen)
        for form in (self.data, self.plan, *self.models.values()):
            form.edited.connect(self._on_edited)
        self.foot.start_pressed.connect(self._session.desk.request_start)
        self.foot.stop_pressed.connect(self._session.desk.request_stop)
        self._looking.timeout.connect(self._on_time_to_look)
        self._session.training.busy_changed.connect(self._on_busy_changed)
        theme.changes().changed.connect(self._on_theme_changed)
        self._session.desk.shown.connect(self._on_shown)
        self._session.desk.source_dropped.connect(self._on_source_dropped)

    def _show(self, config: RunConfig) -> None:
        self.source.show_value(config.data.source)
        self._narrow_data()
        self.data.show_values(config.data.model_dump())
        self.family.show_value(str(config.model.model_dump()["family"]))
        for offer in self.presets.values():
            offer.show_value(_OWN.name)
        self.model.show_config(config.model)
        self.plan.show_config(config.plan)
        self._show_family()
        self._look()
        self._put()

    def _narrow_data(self) -> None:
        """Ask only for what means something for the chosen data set."""
        about = ABOUT[self.source.name]
        sides = {"side": ("auto", *sorted(about.sides, key=int))}
        self.data.narrow({"source": self.source.value}, about.options, sides)

    def _presets_of(self, family: str) -> Chooser | None:
        """Offer published settings of a family, where there are any."""
        rows = FAMILIES[family].presets
        if not rows:
            return None
        options = [Option(name, row.title, row.paper) for name, row in rows.items()]
        chooser = Chooser("Start from", [_OWN, *options], self)
        chooser.chosen.connect(self._on_preset_chosen)
        return chooser

    def _show_family(self) -> None:
        for name, chooser in self.presets.items():
            chooser.setVisible(name == self.family.name)
        for form in self.models.values():
            form.setVisible(form is self.model)

    def _look(self) -> None:
        """Have the disk looked at soon, if the choice is on it."""
        self._glance = Glance("", "")
        self.source.report("", self.data.refusal_of_others())
        if self.data.config is not None and any(self._places()):
            self._looking.start()
        else:
            self._looking.stop()

    def _places(self) -> tuple[str, str]:
        """Where on the disk the data lie: the path of the source, the folder of its files."""
        _, path = divided(self.source.value)
        return path, str(self.data.editor("folder").read())

    def _put(self) -> None:
        """Lay the run on the desk, or the reason why there is none."""
        refusal = self._refusal()
        self.family.report("", self._unfit)
        config = None if refusal else self._read()
        self._session.desk.put(config, refusal)
        self.foot.say(busy=self._session.training.busy, refusal=refusal)
        self._advise()

    def _advise(self) -> None:
        """Compare the model with its family's guidelines, where it has some on such data."""
        model = self.model.config
        mute = FAMILIES[self.family.name].advice is None or ABOUT[self.source.name].points
        if mute or not isinstance(model, ModelConfig):
            self.advice.hide()
            return
        self._session.errands.send(partial(_advice, model), self._on_advised)

    def _on_advised(self, result: tuple[ModelConfig, Advice | None]) -> None:
        model, advice = result
        if advice is None or model != self.model.config:
            return  # something else was chosen meanwhile, and will be told of
        broken = [(note.rule, note.reason) for note in advice.broken]
        self.advice.show_advice(advice.summary, broken, advice.paper)

    def _refusal(self) -> str:
        forms = (self.data, self.model, self.plan)
        reasons = [self._glance.trouble, self._unfit, *(form.refusal for form in forms)]
        return next(filter(None, reasons), "")

    @property
    def _unfit(self) -> str:
        """Why the family cannot learn from the data set; empty where it can."""
        points = ABOUT[self.source.name].points
        return refusal_of_points(self.family.name) if points else ""

    def _read(self) -> RunConfig:
        parts: dict[str, Config | None] = {
            "data": self.data.config,
            "model": self.model.config,
            "plan": self.plan.config,
        }
        return RunConfig.model_validate(parts)

    @Slot()
    def _on_theme_changed(self) -> None:
        """Keep values readable while they cannot be changed."""
        kinds = ("QComboBox", "QAbstractSpinBox", "QLineEdit", "QCheckBox")
        off = ", ".join(f"{kind}:disabled" for kind in kinds)
        self.setStyleSheet(f"{off} {{ color: {theme.tokens().muted}; }}")

    @Slot()
    def _on_source_chosen(self) -> None:
        self._narrow_data()
        self._look()
        self._put()

    @Slot()
    def _on_family_chosen(self) -> None:
        self._show_family()
        self._put()

    @Slot()
    def _on_preset_chosen(self) -> None:
        """Lay the preset over the family's defaults; every field can be changed from there."""
        family = FAMILIES[self.family.name]
        preset = family.presets.get(self.presets[self.family.name].name)
        config = family.config.model_validate({})
        self.model.show_config(preset.applied(config) if preset is not None else config)
        self._put()

    @Slot()
    def _on_edited(self) -> None:
        if self.sender() is self.data:
            self._look()
        self._put()

    @Slot(bool)
    def _on_busy_changed(self, busy: bool) -> None:  # noqa: FBT001  Qt passes it
        for chooser in (self.source, self.family, *self.presets.values()):
            chooser.set_read_only(fixed=busy)
        for form in (self.data, self.plan, *self.models.values()):
            form.set_read_only(fixed=busy)
        self._put()

    @Slot(object)
    def _on_shown(self, config: RunConfig) -> None:
        self._show(config)

    @Slot(str)
    def _on_source_dropped(self, source: str) -> None:
        if self._session.training.busy:
            self._session.notices.tell("Press Stop before you choose other pictures.")
            return
        self.source.show_value(source)
        self._on_source_chosen()

    @Slot()
    def _on_time_to_look(self) -> None:
        _, folder = self._places()
        work = partial(glance, self.source.value, folder)
        self._session.errands.send(work, self._on_looked)

    def _on_looked(self, result: Glance) -> None:
        _, folder = self._places()
        if (result.source, result.folder) != (self.source.value, folder):
            return  # something else was chosen meanwhile, and will be looked at
        self._glance = result
        self.source.report(result.found, result.trouble)
        self._put()


_OWN = Option("", "Defaults", "The program's own choices, for a computer without a GPU.")


def _advice(model: ModelConfig) -> tuple[ModelConfig, Advice | None]:
    return model, advice_on(model, _ANY_SHAPE)


def _source(name: str, about: About) -> Option:
    download = (
        " It is downloaded once, when the first run begins." if about.needs_download else ""
    )
    summary, paths = about.summary + download, _PATHS.get(name, "")
    return Option(name, about.title, summary, about.origin, paths, about.example)


def _families() -> list[Option]:
    return [Option(name, row.title, row.summary) for name, row in FAMILIES.items()]


PANEL = PanelSpec("setup", "Setup", Qt.DockWidgetArea.LeftDockWidgetArea, SetupPanel)
