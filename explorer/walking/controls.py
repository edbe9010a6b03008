"""The controls above the sliders: where to go, how to draw, how rows are sorted and how far."""

from itertools import pairwise

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engines.latent.truncation import TRUNCATIONS
from explorer.walking.choices import FEW, Choices, Chosen
from explorer.walking.facts import EXPORTED, ORDERS, conventions
from explorer.walking.play_bar import PlayBar
from explorer.widgets.flow import FlowLayout, titled
from explorer.widgets.fold import Fold
from explorer.widgets.weights_switch import TIP, WeightsSwitch

COLUMNS = (5, 7, 9, 11, 13)
_LARGEST_LIMIT = 5.0
_DRAW = (
    "How Random draws. spread: multiplies the draw, 1 changes nothing; simple, but it leaves "
    "the shell that draws of many axes lie on.\n"
    "redraw beyond: coordinates beyond ±τ are drawn again until they are within (BigGAN's "
    "truncation); 5 changes next to nothing."
)
_SORT = (
    "How sliders are sorted: by KL in nats, by how much the picture changes per σ, or by "
    "index. "
    "Without an encoder there is no KL; then it is the change.\n"
    "While training rows keep their places; they are sorted anew when it rests."
)
_RANGE = (
    "Where the ends of the sliders lie. Automatic: mean ± 3 deviations of the training codes "
    "along each axis where there is an encoder, else the range of the prior."
)
_ACTIVE = (
    "An axis is called active where its mean code varies over pictures by more than this "
    "(Var μ). Others are greyed and sorted last."
)


class Controls(QWidget):
    """Buttons and choices; what they mean is the panel's business."""

    def __init__(self, chosen: Chosen, play_bar: PlayBar, parent: QWidget) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self.random = self._button("Random", "random latent vector", _RANDOM)
        self.mean = self._button("Mean", "mean of the prior", _MEAN)
        self.save = self._button("Export…", "export traversal", _SAVE)
        self.weights = WeightsSwitch()
        self.manner = QComboBox()
        self.amount = QDoubleSpinBox(minimum=0.0, maximum=_LARGEST_LIMIT, singleStep=0.1)
        self.order = QComboBox()
        self.span = QComboBox()
        self.columns = QComboBox()
        self.threshold = QDoubleSpinBox(minimum=0.0, maximum=10.0, decimals=4, singleStep=0.005)
        self._fill()
        self._lay_out(play_bar)
        self._connect()
        self._show()

    @property
    def truncation(self) -> tuple[str, float]:
        """How Random draws: the row of `TRUNCATIONS`, and its amount."""
        return str(self.manner.currentData()), self.amount.value()

    def _fill(self) -> None:
        self.manner.addItem("spread", "spread")
        self.manner.addItem("redraw beyond", "resample")
        self.amount.setValue(TRUNCATIONS["spread"].neutral)
        for name, title in ORDERS.items():
            self.order.addItem(title, name)
        for name, title in conventions().items():
            self.span.addItem(title.lower(), name)
        self.columns.addItem("none", 0)
        for number in COLUMNS:
            self.columns.addItem(str(number), number)
        self.columns.setCurrentIndex(1 + COLUMNS.index(FEW))

    def _lay_out(self, play_bar: PlayBar) -> None:
        """Put what is used all the time into one line, and the rest below it, closed at first.

        In a low window each line up here costs half a slider.
        """
        body = QWidget(self)
        self.fold = Fold("More", body, self)
        first = FlowLayout()
        first.setSpacing(4)
        weights = titled("weights", self.weights, TIP)  # seen where a model has several
        at_hand = (*play_bar.buttons, self.save, weights, self.fold.head)
        for widget in (self.random, self.mean, *at_hand):
            first.addWidget(widget)
        second = FlowLayout(body)
        second.setSpacing(4)
        for setting in (*self._settings(), *play_bar.settings):
            second.addWidget(setting)
        self.amount.setAccessibleName("amount of spread, or limit τ in σ")
        self.weights.offer(())
        self.fold.header.toggled.connect(self.fold.setVisible)  # closed, it takes no room
        self.fold.set_open(opened=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self.fold)
        stops = (self.random, self.mean, *play_bar.buttons, self.save, self.weights)
        for one, following in pairwise((*stops, self.fold.header)):
            self.setTabOrder(one, following)  # those of the play bar were made before

    def _settings(self) -> tuple[QWidget, ...]:
        walk = "How many pictures each axis is walked in, from one end to the other."
        return (
            titled("sort by", self.order, _SORT),
            titled("range", self.span, _RANGE),
            titled("walk", self.columns, walk),
            titled("active above", self.threshold, _ACTIVE),
            titled("draw", self.manner, _DRAW),
            titled("by", self.amount, _DRAW),
        )

    def _connect(self) -> None:
        self.manner.activated.connect(self._on_manner)
        self.order.activated.connect(self._on_order)
        self.span.activated.connect(self._on_span)
        self.columns.activated.connect(self._on_columns)
        self.amount.valueChanged.connect(self._count)
        self.threshold.setKeyboardTracking(False)
        self.threshold.valueChanged.connect(self._on_threshold)
        self._chosen.changed.connect(self._show)
        self.fold.reset_pressed.connect(self._on_reset)

    def _button(self, title: str, name: str, tip: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        return button

    @Slot()
    def _show(self) -> None:
        """Show what is chosen, also after an undo; nothing is reported."""
        now = self._chosen.now
        for box, value in ((self.order, now.order), (self.span, now.span)):
            _offer_exported(box, offered=now.exported is not None)
            box.setCurrentIndex(box.findData(value))
        if self.columns.findData(now.columns) < 0:
            self.columns.addItem(str(now.columns), now.columns)
        self.columns.setCurrentIndex(self.columns.findData(now.columns))
        if self.threshold.value() != now.threshold:
            self.threshold.setValue(now.threshold)
        self._count()

    @Slot()
    def _count(self) -> None:
        """Say how many choices differ from those at first."""
        now, first = self._chosen.now, Choices()
        pairs = (
            (now.order, first.order),
            (now.span, first.span),
            (now.columns, first.columns),
            (now.threshold, first.threshold),
            (self.truncation, _PLAIN),
        )
        self.fold.set_changed(sum(one != other for one, other in pairs))

    @Slot()
    def _on_manner(self) -> None:
        is_spread = self.truncation[0] == "spread"
        neutral = TRUNCATIONS["spread"].neutral if is_spread else _LARGEST_LIMIT
        self.amount.setMinimum(0.0 if is_spread else 0.1)
        self.amount.setSuffix("" if is_spread else " σ")
        self.amount.setValue(neutral)
        self._count()

    @Slot()
    def _on_order(self) -> None:
        self._chosen.order_by(str(self.order.currentData()), self.order.currentText())

    @Slot()
    def _on_span(self) -> None:
        self._chosen.span_by(str(self.span.currentData()), self.span.currentText())

    @Slot()
    def _on_columns(self) -> None:
        self._chosen.walk_in(int(self.columns.currentData()))

    @Slot(float)
    def _on_threshold(self, value: float) -> None:
        self._chosen.tell_active_above(value)

    @Slot()
    def _on_reset(self) -> None:
        self.manner.setCurrentIndex(self.manner.findData(_PLAIN[0]))
        self._on_manner()
        self._chosen.take_defaults()


def _offer_exported(box: QComboBox, *, offered: bool) -> None:
    """Have the order or the range of an export to choose while there is one."""
    place = box.findData(EXPORTED)
    if offered and place < 0:
        box.addItem("as exported", EXPORTED)
    elif not offered and place >= 0:
        box.removeItem(place)


_PLAIN = ("spread", TRUNCATIONS["spread"].neutral)
"""Draws as the prior has them."""
_RANDOM = "Draw the latent vector from the prior (R)."
_MEAN = "Set every coordinate to 0, the mean of the prior (Shift+0)."
_SAVE = "Save the walks as a PNG that says how it was made (Ctrl+E)."
