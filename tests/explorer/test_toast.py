"""Toasts come, wait while they are looked at, and go."""

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from explorer.notices import Notice, Severity
from explorer.widgets.toast import LIFE, MOST, Toasts


@pytest.fixture
def window(qtbot, leaves_no_widget):
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def toasts(window):
    return Toasts(window)


def point_at(widget: QWidget) -> None:
    QApplication.sendEvent(widget, QEnterEvent(QPointF(), QPointF(), QPointF()))


def point_away(widget: QWidget) -> None:
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def test_news_is_for_the_status_line_alone(toasts):
    toasts.show_notice(Notice("saved"))

    assert toasts.shown == []


@pytest.mark.parametrize("severity", LIFE)
def test_what_matters_is_shown(toasts, severity):
    toasts.show_notice(Notice("look", severity))

    assert [toast.notice.message for toast in toasts.shown] == ["look"]
    assert toasts.shown[0].timer.interval() == LIFE[severity]


def test_a_toast_stays_four_seconds():
    assert LIFE[Severity.GOOD] == 4_000


def test_a_toast_goes_when_its_time_is_over(qtbot, toasts):
    toasts.show_notice(Notice("look", Severity.GOOD))
    toasts.shown[0].timer.start(1)

    qtbot.waitUntil(lambda: toasts.shown == [])


def test_a_toast_waits_while_the_pointer_is_over_it(toasts):
    toasts.show_notice(Notice("look", Severity.GOOD))
    toast = toasts.shown[0]

    point_at(toast)
    assert not toast.timer.isActive()

    point_away(toast)
    assert toast.timer.isActive()


def test_three_are_shown_and_the_rest_counted(toasts):
    for number in range(MOST + 2):
        toasts.show_notice(Notice(f"number {number}", Severity.WARNING))

    assert len(toasts.shown) == MOST
    assert toasts.count.text() == "and 2 more"
    assert toasts.count.isVisible()


def test_the_next_comes_when_one_goes(toasts):
    for number in range(MOST + 1):
        toasts.show_notice(Notice(f"number {number}", Severity.WARNING))

    toasts.shown[0].dismiss()

    assert [toast.notice.message for toast in toasts.shown] == [
        "number 1",
        "number 2",
        "number 3",
    ]
    assert not toasts.count.isVisible()


def test_the_same_message_is_not_stacked(toasts):
    toasts.show_notice(Notice("no space", Severity.ERROR))
    toasts.show_notice(Notice("no space", Severity.ERROR))

    assert len(toasts.shown) == 1
    assert not toasts.waiting


def test_details_open_and_keep_the_toast(toasts):
    toasts.show_notice(Notice("broken", Severity.ERROR, "line 1\nline 2"))
    toast = toasts.shown[0]
    height = toast.height()

    toast.more.click()

    assert toast.height() > height
    assert not toast.timer.isActive()


def test_details_can_be_copied(toasts):
    toasts.show_notice(Notice("broken", Severity.ERROR, "line 1"))

    toasts.shown[0].copy.click()

    assert QGuiApplication.clipboard().text() == "broken\n\nline 1"


def test_toasts_keep_to_the_corner_and_apart(window, toasts):
    for number in range(MOST):
        toasts.show_notice(Notice(f"number {number}", Severity.WARNING))

    window.resize(1000, 700)

    places = [toast.geometry() for toast in toasts.shown]
    assert all(window.rect().contains(place) for place in places)
    assert all(place.right() > 950 for place in places)
    assert not places[0].intersects(places[1])


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("the run is open.", "The run is open."),
        ("traversal.png is shown again.", "traversal.png is shown again."),
        ("runs/first is broken.", "runs/first is broken."),
        ("stopped.", "Stopped."),
    ],
)
def test_a_message_begins_like_a_sentence_but_names_files_as_they_are(toasts, message, shown):
    toasts.show_notice(Notice(message, Severity.GOOD))

    words = [label.text() for label in toasts.shown[0].findChildren(QLabel) if label.text()]
    assert words == [shown]
