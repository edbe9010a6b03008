"""The table of codes: of the data where they are here, else of what the model makes itself."""

from pathlib import Path
from threading import Event

import numpy as np
import pytest

from engines.snapshot import EncodingSnapshot
from explorer.session import Session
from tests.explorer.conftest import Lamp
from tests.explorer.staging import started
from tests.trainers.small_runs import tiny, trained
from trainers.codes import Known, known_of, placed
from trainers.events import Finished, Snapped
from trainers.run import open_snapshot


def known(count: int = 5) -> Known:
    rows = np.arange(count, dtype=np.int64)
    pixels = np.zeros((count, 4, 4, 1), np.uint8)
    return Known(pixels, rows, rows % 2, ("a", "b"), None, (), "toys", 100)


def test_pictures_are_the_same_ones_every_time_and_fewer_where_there_are_fewer(
    vae: Path,
) -> None:
    one, again = known_of(vae, 20), known_of(vae, 20)
    assert one is not None
    assert again is not None
    np.testing.assert_array_equal(one.rows, again.rows)
    np.testing.assert_array_equal(one.pixels, again.pixels)
    assert len(np.unique(one.rows)) == 20
    assert one.labels is None
    everything = known_of(vae, 10**6)
    assert everything is not None
    assert len(everything.rows) == everything.total


def test_codes_of_data_are_what_the_encoder_says_of_them(vae: Path) -> None:
    _, event, _ = open_snapshot(vae)
    pictures = known_of(vae, 20)
    table = placed(event, pictures)
    assert pictures is not None
    assert isinstance(event.snapshot, EncodingSnapshot)
    np.testing.assert_array_equal(table.mean, event.snapshot.encode(pictures.pixels).mean)
    assert table.is_data
    assert table.source.startswith(f"20 of the {pictures.total:,} pictures of ")


def test_without_data_an_encoder_places_the_models_own_samples(vae: Path) -> None:
    _, event, _ = open_snapshot(vae)
    table = placed(event, None, 30)
    assert len(table) == 30
    assert not table.is_data
    assert "own samples" in table.source
    assert (table.deviation > 0).all()


def test_without_an_encoder_the_models_own_samples_lie_where_they_were_drawn(
    lamp: Lamp,
) -> None:
    table = placed(Snapped(1, lamp), known(), 30)
    np.testing.assert_array_equal(lamp.decode(table.mean), table.pixels)
    assert not table.is_data
    assert (table.deviation == 0).all()


def test_nothing_is_ever_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trainers.data.watch import Cancelled, Progress
    from trainers.data.watch import Watch as _Watch

    folder = trained(tiny(tmp_path), tmp_path / "runs")
    fetched = []

    def load(config, report, cancelled):  # a set that would have to be fetched
        _Watch(report, cancelled).tell("Opening", 0, 0)
        report(Progress("Downloading train-images", 0, 10))
        _Watch(report, cancelled).tell("Downloading train-images", 1, 10)
        fetched.append(config)

    monkeypatch.setattr("trainers.codes.load", load)
    assert known_of(folder) is None
    assert fetched == []
    with pytest.raises(Cancelled):
        known_of(folder, cancelled=lambda: True)


def test_nobody_asks_nothing_is_made(qtbot, session: Session, lamp: Lamp) -> None:
    session.training.started.emit(started(lamp))
    session.training.snapped.emit(Snapped(1, lamp))
    assert session.codes.table is None
    with qtbot.waitSignal(session.codes.changed) as got:
        session.codes.want("a panel", wanted=True, count=10)
    assert len(got.args[0]) == 10
    session.codes.want("a panel", wanted=False)
    assert session.codes.count == 0


def test_a_new_snapshot_a_larger_wish_and_another_run_each_make_another_table(
    qtbot, session: Session, lamp: Lamp
) -> None:
    session.training.started.emit(started(lamp))
    session.codes.want("map", wanted=True, count=10)
    with qtbot.waitSignal(session.codes.changed):
        session.training.snapped.emit(Snapped(1, lamp))
    with qtbot.waitSignal(session.codes.changed) as more:
        session.codes.want("scatter", wanted=True, count=40)
    assert len(more.args[0]) == 40
    session.training.paused.emit(None)
    with qtbot.waitSignal(session.codes.changed) as other:
        session.training.snapped.emit(Snapped(2, Lamp()))
    assert other.args[0].event.step == 2
    with qtbot.waitSignal(session.codes.changed) as none:
        session.training.started.emit(started(lamp))
    assert none.args[0] is None
    assert session.codes.table is None


def test_a_run_that_cannot_be_read_says_why_and_its_own_samples_are_placed(
    qtbot, session: Session, lamp: Lamp, tmp_path: Path
) -> None:
    session.training.started.emit(started(lamp, tmp_path / "gone"))
    session.codes.want("map", wanted=True, count=10)
    with qtbot.waitSignals([session.codes.failed, session.codes.changed]):
        session.training.snapped.emit(Snapped(1, lamp))
    assert session.codes.table is not None
    assert not session.codes.table.is_data


def test_what_comes_while_the_codes_of_another_run_are_placed_is_placed_next(
    qtbot, session: Session, lamp: Lamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = Event(), Event()

    def held(event: Snapped, pictures: Known | None, count: int) -> object:
        if event.step == 1:
            begun.set()
            go_on.wait(60)
        return placed(event, pictures, count)

    monkeypatch.setattr("trainers.codes.placed", held)
    session.training.started.emit(started(lamp))
    session.codes.want("map", wanted=True, count=10)
    session.training.snapped.emit(Snapped(1, lamp))
    qtbot.waitUntil(begun.is_set)
    session.training.started.emit(started(lamp))
    session.training.snapped.emit(Snapped(2, lamp))
    go_on.set()

    qtbot.waitUntil(lambda: session.codes.table is not None)
    assert session.codes.table is not None
    assert session.codes.table.event.step == 2


def test_a_failure_does_not_keep_the_next_snapshot_from_being_placed(
    qtbot, session: Session, lamp: Lamp, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = Event(), Event()

    def held(event: Snapped, pictures: Known | None, count: int) -> object:
        if event.step == 1:
            begun.set()
            go_on.wait(60)
            raise ValueError("the model has diverged")
        return placed(event, pictures, count)

    monkeypatch.setattr("trainers.codes.placed", held)
    session.codes.want("map", wanted=True, count=10)
    session.training.snapped.emit(Snapped(1, lamp))
    qtbot.waitUntil(begun.is_set)
    session.training.snapped.emit(Snapped(2, lamp))
    with qtbot.waitSignal(session.codes.failed):
        go_on.set()

    qtbot.waitUntil(lambda: session.codes.table is not None)


@pytest.mark.parametrize("is_training", [False, True])
def test_codes_rest_after_they_were_placed_only_while_a_run_trains(
    qtbot, session: Session, lamp: Lamp, monkeypatch: pytest.MonkeyPatch, is_training: bool
) -> None:
    monkeypatch.setattr("explorer.bridge.codes.SHARE", 1e-5)
    session.training._set_busy(busy=is_training)
    session.codes.want("map", wanted=True, count=10)
    with qtbot.waitSignal(session.codes.changed):
        session.training.snapped.emit(Snapped(1, lamp))
    session.training.snapped.emit(Snapped(2, Lamp()))

    assert session.codes._next.isActive() is is_training
    session.training._set_busy(busy=False)
    session.training.finished.emit(Finished(2, complete=True))
    qtbot.waitUntil(lambda: session.codes.table.event.step == 2)
