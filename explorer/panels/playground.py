"""Watch two players on points: what each does, and what the best judge would do."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engines.gans.objectives import OBJECTIVES
from engines.metrics.modes import ceiling
from engines.toys.divergence import DIVERGENCES
from engines.toys.drawing import DRAWN
from engines.toys.mixtures import TOYS, Mixture, mixture_of
from engines.toys.transport import MATCHED
from explorer import theme
from explorer.bridge.converging import JUDGE, Converging
from explorer.bridge.looking import Looked, Looker
from explorer.desk import RunState
from explorer.panel import PanelSpec
from explorer.session import Session
from explorer.widgets.caption import Caption
from explorer.widgets.drawing_page import DrawingPage
from explorer.widgets.elided import ElidedLabel
from explorer.widgets.game_view import GameView
from explorer.widgets.invitation import Invitation
from explorer.widgets.scrolled import ScrolledColumn
from explorer.widgets.toy_bar import ToyBar
from explorer.widgets.trail import Trail
from trainers.config import RunConfig
from trainers.data.names import ABOUT
from trainers.events import Started
from trainers.store import read_config
from trainers.toy_runs import toy_run

NOTE = (
    "A game on points of two numbers will be played here, in sight: the data, what the "
    "generator makes of them, what the judge thinks everywhere, and what the best judge would."
)
FIRST = ("ring", "ns")
MAKER = "generator"


class PlaygroundPanel(QWidget):
    """Begins toy runs and shows each moment of them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._looked: Looked | None = None
        self._mixture: Mixture | None = None
        self._next: RunConfig | None = None
        titles = {name: ABOUT[name].title.removeprefix("Points: ") for name in (*TOYS, DRAWN)}
        toys = [(name, title[:1].upper() + title[1:]) for name, title in titles.items()]
        games = [(name, row.title) for name, row in OBJECTIVES.items()]
        self.bar = ToyBar(toys, games, self)
        self.view = GameView(self)
        self.drawing = DrawingPage(self)
        self.divergence = ElidedLabel("", self)
        self.modes = Trail("modes covered", 8, self)
        self.quality = Trail("high quality", 1.0, self)
        self.told = Caption(self)
        self.looker = Looker(session.training, session.decoding, session.desk, self)
        self.converging = Converging(session.training, session.desk, self)
        self.invitation = Invitation(NOTE, self)
        self.invitation.button.setText("Train on the ring of 8")
        self.invitation.button.setToolTip("Begin a non-saturating game on eight modes.")
        self.invitation.button.setAccessibleName("Train on the ring of 8")
        self._build()
        self._connect()
        self.invitation.accepted.connect(self._on_invited)
        self._invite(inviting=True)
        self._follow()

    def _build(self) -> None:
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.drawing)
        self.trails = QWidget(self)
        trails = QHBoxLayout(self.trails)
        trails.setContentsMargins(0, 0, 0, 0)
        trails.setSpacing(2 * theme.SPACE)
        trails.addWidget(self.modes, 1)
        trails.addWidget(self.quality, 1)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 4)
        column.setSpacing(theme.SPACE)
        column.addWidget(self.bar)
        column.addWidget(self.invitation, 1)
        column.addWidget(self.stack, 1)
        column.addWidget(self.divergence)
        column.addWidget(self.trails)
        column.addWidget(self.told)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ScrolledColumn(page, self))  # lest a tab make its neighbours tall
        self.trails.hide()
        self.bar.show_choice(*FIRST)

    def _connect(self) -> None:
        session, bar = self._session, self.bar
        bar.asked.connect(self._on_asked)
        bar.layers_changed.connect(self._redraw)
        bar.speed_chosen.connect(session.desk.request_slow)
        session.desk.speed_changed.connect(bar.show_speed)
        session.training.started.connect(self._on_started)
        session.desk.state_changed.connect(self._on_state_changed)
        self.looker.looked.connect(self._on_looked)
        self.looker.failed.connect(self.told.set_text)
        self.converging.told.connect(self.told.set_text)
        self.converging.active_changed.connect(self._follow)
        self.drawing.taken.connect(self._on_taken)
        bar.toy.activated.connect(self._on_toy_chosen)

    def begin(self, source: str, objective: str) -> None:
        """Lay a toy run on the desk and begin it, after the run under way has ended."""
        config = toy_run(source, objective)
        self.bar.buttons["draw"].setChecked(False)
        self.stack.setCurrentWidget(self.view)
        if self._session.desk.state.busy:
            self._next = config
            self._session.desk.request_stop()
        else:
            self._begin(config)

    def _begin(self, config: RunConfig) -> None:
        desk = self._session.desk
        desk.put(config)
        desk.show(config)  # Setup shows it, and lays down the same
        desk.request_start()

    @Slot(str)
    def _on_asked(self, deed: str) -> None:
        desk = self._session.desk
        deeds: Mapping[str, Callable[[], object]] = {
            "begin": self._on_begin,
            "draw": self._on_draw,
            "toggle": desk.request_toggle,
            "step": desk.request_step,
            "judge": partial(desk.request_turn, JUDGE, 1),
            "maker": partial(desk.request_turn, MAKER, 1),
            "converge": self.converging.toggle,
        }
        deeds[deed]()

    @Slot()
    def _on_invited(self) -> None:
        self.begin(*FIRST)

    @Slot()
    def _on_begin(self) -> None:
        if self.bar.toy.currentData() == DRAWN:
            self.drawing.take()
        else:
            self.begin(self.bar.toy.currentData(), self.bar.objective.currentData())

    @Slot(str)
    def _on_taken(self, source: str) -> None:
        self.begin(source, self.bar.objective.currentData())

    def _on_draw(self) -> None:
        drawing = self.bar.buttons["draw"].isChecked()
        self.stack.setCurrentIndex(int(drawing))
        self._invite(inviting=not drawing and self._looked is None and self._idle)
        if drawing:
            self.bar.show_choice(DRAWN, self.bar.objective.currentData())
            self.drawing.pad.setFocus()

    @Slot()
    def _on_toy_chosen(self) -> None:
        """Open the pad with the choice that needs it."""
        self.bar.buttons["draw"].setChecked(self.bar.toy.currentData() == DRAWN)
        self._on_draw()

    def _invite(self, *, inviting: bool) -> None:
        """Ask for a game where there is none; what steers one would only take the room."""
        self.invitation.setVisible(inviting)
        self.bar.play.setVisible(not inviting)
        self.stack.setVisible(not inviting)

    @property
    def _idle(self) -> bool:
        return not self._session.desk.state.busy

    @Slot(Started)
    def _on_started(self, event: Started) -> None:
        self._looked = self._mixture = None
        self.looker.forget()
        self.view.show_scene(None, self.bar.shown)
        self.divergence.say("")
        self.trails.hide()
        self.told.set_text("")
        if event.folder is not None:
            work = partial(read_config, event.folder)
            self._session.errands.send(work, self._on_read, self.told.set_text)
        elif self._session.desk.config is not None:
            self._on_read(self._session.desk.config)

    def _on_read(self, config: RunConfig) -> None:
        """Learn which density the run looked at is about."""
        if not config.data.about.points:
            self.told.set_text(
                f"The run looked at learns {config.data.about.title}: no points."
            )
            self._invite(inviting=True)
            return
        mixture = self._mixture = mixture_of(config.data.source)
        self._invite(inviting=False)
        self.bar.show_choice(
            config.data.source.partition(":")[0], getattr(config.model, "objective", "")
        )
        top = max(1, mixture.modes)
        goal = ceiling(mixture.dim) if mixture.modes else None
        self.modes.begin(top, top, f"Modes nearest to a point within 3σ, of {mixture.modes}.")
        perfect = f" A perfect sampler has {goal:.3%} (dashed)." if goal is not None else ""
        self.quality.begin(1.0, goal, f"Share of points within 3σ of a mode.{perfect}")
        self.modes.setVisible(mixture.modes > 0)
        self.looker.enter(mixture)

    @Slot(Looked)
    def _on_looked(self, looked: Looked) -> None:
        self._looked = looked
        self._invite(inviting=False)
        self._redraw()
        self._say_divergence(looked)
        self.trails.show()
        seen, mixture = looked.scene.coverage, self._mixture
        if seen is None or mixture is None:
            return
        count = f"{len(looked.scene.points):,} points, step {looked.step:,}"
        self.modes.add(looked.step, seen.modes, f"{seen.modes} of {mixture.modes}, by {count}")
        self.quality.add(looked.step, seen.high_quality, f"{seen.high_quality:.1%} of {count}")

    def _say_divergence(self, looked: Looked) -> None:
        row, reading = DIVERGENCES.get(looked.scene.objective), looked.scene.reading
        if row is None or reading is None:
            return
        unit = f" {row.unit}" if row.unit else ""
        self.divergence.say(
            f"{row.title} {row.symbol}: exact {_number(reading.exact)}{unit} "
            f"{_basis(looked)} · {row.report_title} {_number(reading.reported)}{unit} "
            f"on {reading.count} + {reading.count} points"
        )
        self.divergence.setToolTip(row.help)

    @Slot()
    def _redraw(self) -> None:
        if self._looked is not None:
            self.view.show_scene(self._looked.scene, self.bar.shown)

    @Slot(object)
    def _on_state_changed(self, _state: RunState) -> None:
        self._follow()
        if self._next is not None and self._idle:
            config, self._next = self._next, None
            self._begin(config)

    @Slot()
    def _follow(self) -> None:
        """Allow what makes sense now."""
        state = self._session.desk.state
        live = state in (RunState.RUNNING, RunState.PAUSED)
        turns = self._session.desk.turns
        buttons = self.bar.buttons
        buttons["toggle"].setText("Resume" if state is RunState.PAUSED else "Pause")
        buttons["toggle"].setEnabled(live)
        buttons["step"].setEnabled(live)
        buttons["judge"].setEnabled(live and JUDGE in turns)
        buttons["maker"].setEnabled(live and MAKER in turns)
        buttons["converge"].setEnabled(live and JUDGE in turns)
        stop = self.converging.active
        buttons["converge"].setText("Stop training D" if stop else "Train D to convergence")


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−").replace("inf", "∞")


def _basis(looked: Looked) -> str:
    """Say of what the exact value is one."""
    scene = looked.scene
    if scene.objective == "wasserstein" and scene.stage.lattice.dim == 2:
        return f"between {MATCHED} + {MATCHED} points"
    return f"at bandwidth {scene.q.bandwidth:.2g}"


PANEL = PanelSpec(
    "playground",
    "Playground",
    Qt.DockWidgetArea.TopDockWidgetArea,
    PlaygroundPanel,
    tab="centre",
)
