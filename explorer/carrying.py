"""Lets a person take pictures out of a panel: drag, copy, or a menu into the basket."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from explorer.basket import SLOTS
from explorer.session import Session
from explorer.widgets.parcel import Parcel, carry, wrap
from explorer.widgets.take_away import TakeAway

Packing: TypeAlias = Callable[[int], Parcel | None]
"""Makes the parcel of one picture of a widget, None where there is nothing to take."""


class Carrier(QObject):
    """Serves one widget of pictures; what the parcels say is its panel's knowledge."""

    def __init__(
        self, session: Session, away: TakeAway, widget: QWidget, pack: Packing
    ) -> None:
        super().__init__(widget)
        self._session = session
        self._widget = widget
        self._pack = pack
        away.carried.connect(self._on_carried)
        away.copied.connect(self.copy)
        away.asked_about.connect(self._on_asked_about)

    @Slot(int)
    def copy(self, index: int) -> None:
        """Put the picture, and its latent vector as text, on the clipboard."""
        parcel = self._pack(index)
        if parcel is not None:
            QGuiApplication.clipboard().setMimeData(wrap(parcel))
            known = "picture" if parcel.z is None else "picture and its latent vector"
            self._session.notices.tell(f"Copied: {known} of {parcel.title}.")

    @Slot(int)
    def _on_carried(self, index: int) -> None:
        parcel = self._pack(index)
        if parcel is not None:
            carry(self._widget, parcel)

    @Slot(int, QPoint)
    def _on_asked_about(self, index: int, place: QPoint) -> None:
        parcel = self._pack(index)
        if parcel is not None:
            self.menu(index, parcel).popup(place)

    def menu(self, index: int, parcel: Parcel) -> QMenu:
        """Offer what can be done with one picture."""
        menu = QMenu(parcel.title, self._widget)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Copy picture and latent vector").triggered.connect(
            partial(self.copy, index)
        )
        if parcel.z is not None:
            menu.addAction("Go there").triggered.connect(partial(self._go, parcel))
        menu.addSeparator()
        for slot, title in SLOTS.items():
            put = partial(self._put, slot, parcel)
            menu.addAction(f"Put into {title}").triggered.connect(put)
        return menu

    def _go(self, parcel: Parcel, *_: object) -> None:
        cursor = self._session.cursor
        if parcel.z is None or parcel.z.shape != cursor.z.shape:
            self._session.notices.tell(
                f"{parcel.title} is of a model with another latent size; nothing was moved."
            )
            return
        cursor.begin_gesture()
        cursor.move(parcel.z, f"go to {parcel.title}")

    def _put(self, slot: str, parcel: Parcel, *_: object) -> None:
        self._session.basket.put(slot, (parcel,))
