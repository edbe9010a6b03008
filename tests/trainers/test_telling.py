"""A call that reports through a callback becomes a stream of its newest reports."""

import threading
from contextlib import closing

import pytest

from trainers import worker as workers
from trainers.worker import telling

SOON = 10.0  # seconds after which a test has hung


def outcome(stream):
    """Drain a generator; return what it yielded and what it returned."""
    told = []
    while True:
        try:
            told.append(next(stream))
        except StopIteration as done:
            return told, done.value


def test_reports_come_in_order_and_the_last_of_them_always(monkeypatch):
    monkeypatch.setattr(workers, "TELL_SECONDS", 0.001)

    def work(report):
        for number in range(20_000):
            report(number)
        return "done"

    told, result = outcome(telling(work))

    assert result == "done"
    assert told[-1] == 19_999
    assert told == sorted(set(told))


def test_each_report_comes_through_when_the_listener_keeps_up(monkeypatch):
    monkeypatch.setattr(workers, "TELL_SECONDS", 0.001)
    heard = threading.Semaphore(0)

    def work(report):
        for number in range(5):
            report(number)
            assert heard.acquire(timeout=SOON)
        return

    stream = telling(work)
    told = []
    for number in stream:
        told.append(number)
        heard.release()

    assert told == [0, 1, 2, 3, 4]


def test_a_hasty_reporter_is_heard_once_an_interval(monkeypatch):
    """The wait of each interval is replaced, so that it is counted and not lived through."""
    waits = []
    go_on = threading.Event()

    def wait(futures, seconds):
        waits.append(seconds)
        if len(waits) == 3:
            go_on.set()
            futures[0].exception(SOON)

    monkeypatch.setattr(workers, "wait", wait)

    def work(report):
        for number in range(1_000):
            report(number)
        assert go_on.wait(SOON)

    told, _ = outcome(telling(work))

    assert waits == [workers.TELL_SECONDS] * 3
    assert len(told) <= 3
    assert told[-1] == 999


def test_an_error_of_the_work_comes_back_after_its_last_report():
    def work(report):
        report("halfway")
        raise KeyError("cellar")

    stream = telling(work)

    assert next(stream) == "halfway"
    with pytest.raises(KeyError, match="cellar"):
        next(stream)


def test_no_thread_outlives_a_stream_that_is_closed_early():
    release = threading.Event()

    def work(report):
        report("begun")
        assert release.wait(SOON)

    with closing(telling(work)) as stream:
        assert next(stream) == "begun"
        assert "preparing" in " ".join(thread.name for thread in threading.enumerate())
        release.set()

    assert "preparing" not in " ".join(thread.name for thread in threading.enumerate())
