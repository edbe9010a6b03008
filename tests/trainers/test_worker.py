"""The brake holds, lets through and ends; the worker lets nothing escape its thread."""

import threading
from contextlib import contextmanager
from itertools import count, islice
from queue import Queue

import pytest

from trainers.events import Failed, Finished, Warned
from trainers.worker import Brake, Wish, Worker, sentence

SOON = 10.0  # seconds after which a test has hung


@contextmanager
def another_thread_draining(brake, batches=None):
    """Pass what comes through the brake, item by item, from a thread of its own."""
    passed: Queue = Queue()

    def drain():
        for item in brake.guard(count() if batches is None else batches):
            passed.put(item)
        passed.put("end")

    thread = threading.Thread(target=drain)
    thread.start()
    try:
        yield lambda: passed.get(timeout=SOON)
    finally:
        brake.stop()
        thread.join(SOON)


def test_a_free_brake_passes_everything_unchanged():
    assert list(Brake().guard("abc")) == ["a", "b", "c"]


def test_batches_are_taken_one_at_a_time_and_not_ahead():
    source = count()
    passing = Brake().guard(source)

    assert list(islice(passing, 3)) == [0, 1, 2]
    assert next(source) == 3


def test_a_stop_lets_no_further_batch_through():
    brake = Brake()
    passed = []

    for batch in brake.guard(count()):
        passed.append(batch)
        if batch == 4:
            brake.stop()

    assert passed == [0, 1, 2, 3, 4]
    assert brake.stopped


def test_a_stop_comes_before_a_wish():
    brake = Brake()
    brake.ask(Wish.SNAPSHOT)
    brake.stop()

    assert list(brake.guard(count())) == []


def test_a_pause_rests_once_and_then_waits_until_resumed():
    brake = Brake()
    brake.pause()

    with another_thread_draining(brake) as next_item:
        assert next_item() is Wish.REST
        brake.resume()
        assert [next_item() for _ in range(3)] == [0, 1, 2]


def test_one_step_passes_one_batch_and_rests_again():
    brake = Brake()
    brake.pause()

    with another_thread_draining(brake) as next_item:
        assert next_item() is Wish.REST
        for number in range(3):
            brake.step_once()
            assert [next_item(), next_item()] == [number, Wish.REST]


def test_one_step_of_a_running_stream_pauses_it():
    brake = Brake()
    brake.step_once()

    with another_thread_draining(brake) as next_item:
        assert [next_item(), next_item()] == [0, Wish.REST]


def test_steps_asked_for_together_are_all_made():
    brake = Brake()
    for _ in range(3):
        brake.step_once()

    with another_thread_draining(brake) as next_item:
        assert [next_item() for _ in range(4)] == [0, 1, 2, Wish.REST]


def test_steps_not_made_are_forgotten_when_the_stream_goes_on():
    brake = Brake()
    for _ in range(5):
        brake.step_once()
    brake.resume()
    brake.pause()

    with another_thread_draining(brake) as next_item:
        assert next_item() is Wish.REST
        brake.stop()
        assert next_item() == "end"


def test_wishes_are_granted_while_paused_without_a_second_rest():
    brake = Brake()
    brake.pause()

    with another_thread_draining(brake) as next_item:
        assert next_item() is Wish.REST
        brake.ask(Wish.SNAPSHOT)
        assert next_item() is Wish.SNAPSHOT
        brake.ask(Wish.CHECKPOINT)
        assert next_item() is Wish.CHECKPOINT
        brake.resume()
        assert next_item() == 0


def test_a_wish_that_waits_already_is_not_granted_twice():
    brake = Brake()
    for wish in (Wish.SNAPSHOT, Wish.CHECKPOINT, Wish.SNAPSHOT):
        brake.ask(wish)

    assert list(islice(brake.guard(count()), 4)) == [Wish.SNAPSHOT, Wish.CHECKPOINT, 0, 1]


def test_a_stop_ends_a_paused_stream():
    brake = Brake()
    brake.pause()

    with another_thread_draining(brake) as next_item:
        assert next_item() is Wish.REST
        brake.stop()
        assert next_item() == "end"


def test_a_source_that_ends_ends_the_stream_even_when_paused_after_it():
    brake = Brake()
    brake.step_once()
    brake.step_once()

    with another_thread_draining(brake, ["only"]) as next_item:
        assert [next_item(), next_item()] == ["only", "end"]


def run(job):
    events = []
    worker = Worker(job, events.append)
    worker.start()
    worker.join(SOON)
    assert not worker.is_alive()
    return events


def test_a_worker_posts_every_event_in_order_from_its_own_thread():
    seen = []

    def job(brake):
        assert isinstance(brake, Brake)
        seen.append(threading.current_thread().name)
        yield Warned("first")
        yield Finished(0, complete=True)

    assert run(job) == [Warned("first"), Finished(0, complete=True)]
    assert seen == ["training"]


def test_an_error_becomes_an_event_with_its_traceback():
    def job(_brake):
        yield Warned("before")
        raise ValueError("the pictures have run away")

    before, failed = run(job)

    assert before == Warned("before")
    assert isinstance(failed, Failed)
    assert failed.message == "the pictures have run away"
    assert "Traceback" in failed.detail
    assert "in job" in failed.detail


def test_the_brake_of_a_worker_stops_its_job():
    def job(brake):
        for _ in brake.guard(count()):
            pass
        yield Finished(3, complete=False)

    events = []
    worker = Worker(job, events.append)
    worker.brake.pause()
    worker.start()
    worker.brake.stop()
    worker.join(SOON)

    assert events == [Finished(3, complete=False)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("side must be 28"), "side must be 28"),
        (FileNotFoundError(2, "No such file", "a/b"), "No such file: a/b"),
        (OSError("cable unplugged"), "cable unplugged"),
        (RuntimeError(), "the program made a mistake it does not know (RuntimeError)"),
    ],
)
def test_an_error_is_told_in_one_sentence(error, words):
    assert sentence(error) == words
