"""Updates by hand: no step, no batch used up, told, kept with the weights, and never hidden."""

import json
from itertools import islice

import pytest
import torch

from engines.engine import stream
from tests.trainers.small_runs import (
    Counting,
    batch,
    course,
    differing,
    finished,
    newest_folder,
    tensors,
    tiny,
    trained,
)
from tests.trainers.test_worker import another_thread_draining
from trainers import checkpoints
from trainers.cli.listing import run_record, run_words
from trainers.data.batches import Batch, Batches
from trainers.data.dataset import Stored
from trainers.events import ByHand, Measured, Paused, Snapped, Started, Turned, Warned, in_words
from trainers.loop import Checkpoint
from trainers.plan import Plan
from trainers.run import begin, replay
from trainers.turns import Turns, account_from, account_text, noted
from trainers.worker import Brake, Turn, Wish

RARELY = {"sample_every": 1_000_000, "evaluate_every": 1_000_000, "checkpoint_seconds": 3_600}
HOUR = 3_600.0


class Player(Counting):
    """Advances its one player by hand, and notes which pictures it was given."""

    turns = ("player",)

    def __init__(self):
        super().__init__()
        self.given = []

    def turn(self, name, images, labels=None):
        assert name == "player"
        self.given.append(images)
        with torch.no_grad():
            self._network.weight += 1
        return {"loss": torch.tensor(float(len(self.given)))}


def events_of(engine, feed, made=()):
    running = course(engine, Plan(steps=9, **RARELY))
    running.turns = Turns(lambda number: Batch(batch(float(number))), made)
    return list(running.run(feed))


def of(events, kind):
    return [event for event in events if isinstance(event, kind)]


def test_turns_while_paused_pass_before_the_next_rest():
    brake = Brake()
    brake.turn("discriminator", 2)
    brake.turn("generator")

    with another_thread_draining(brake) as next_item:
        assert [next_item() for _ in range(4)] == [
            Turn("discriminator"), Turn("discriminator"), Turn("generator"), Wish.REST,
        ]  # fmt: skip
        brake.step_once()
        assert [next_item(), next_item()] == [0, Wish.REST]  # no batch was used up


@pytest.mark.parametrize("interrupt", [Brake.pause, Brake.resume])
def test_turns_not_made_are_forgotten_when_somebody_pauses_or_goes_on(interrupt):
    brake = Brake()
    brake.turn("discriminator", 1_000_000)
    passing = brake.guard(iter("abc"))

    next(passing)
    interrupt(brake)

    assert next(passing) in {Wish.REST, "a"}


def test_slow_motion_holds_the_second_batch_and_lets_wishes_pass():
    brake = Brake()
    brake.slow(HOUR)

    with another_thread_draining(brake) as next_item:
        assert next_item() == 0
        brake.ask(Wish.SNAPSHOT)
        assert next_item() is Wish.SNAPSHOT
        brake.pause()
        assert next_item() is Wish.REST
        brake.step_once()  # a hand is not slowed
        assert [next_item(), next_item()] == [1, Wish.REST]
        brake.resume()
        brake.slow(0)
        assert [next_item() for _ in range(3)] == [2, 3, 4]


def test_a_stop_ends_slow_motion_at_once():
    brake = Brake()
    brake.slow(HOUR)

    with another_thread_draining(brake) as next_item:
        assert next_item() == 0
        brake.stop()
        assert next_item() == "end"


def test_slow_motion_keeps_its_distance(monkeypatch):
    brake, now = Brake(), [0.0]
    monkeypatch.setattr("trainers.worker.time.monotonic", lambda: now[0])
    monkeypatch.setattr(brake._changed, "wait", lambda left: now.__setitem__(0, now[0] + left))
    brake.slow(0.25)

    passed = [now[0] for _ in islice(brake.guard("abcd"), 4)]

    assert passed == pytest.approx([0.0, 0.25, 0.5, 0.75])


def test_a_turn_is_no_step_and_is_told_and_seen():
    engine = Player()

    events = events_of(engine, [batch(), Turn("player"), Turn("player"), Wish.REST, batch()])

    (turned,) = of(events, Turned)
    assert turned.made == ByHand(1, "player", 2)
    assert turned.values["loss"].tolist() == [1.0, 2.0]
    (snapped,) = of(events, Snapped)
    assert events.index(turned) < events.index(snapped) < events.index(of(events, Paused)[0])
    assert [e.last for e in of(events, Measured)] == [1, 2]
    assert events[-1].step == 2


def test_a_turn_makes_a_checkpoint_of_the_same_step_worth_writing_again():
    events = events_of(Player(), [Wish.CHECKPOINT, Turn("player"), Wish.CHECKPOINT])

    kept = of(events, Checkpoint)
    assert [(row.step, row.by_hand) for row in kept] == [
        (0, ()), (0, (ByHand(0, "player", 1),)),
    ]  # fmt: skip


def test_the_pictures_of_turns_go_on_counting_after_a_resume():
    fresh, resumed = Player(), Player()
    events_of(fresh, [Turn("player")] * 3)
    events_of(resumed, [Turn("player")], made=(ByHand(0, "player", 2),))

    assert [float(images.mean()) for images in fresh.given] == [0.0, 1.0, 2.0]
    assert float(resumed.given[0].mean()) == 2.0


def test_a_player_that_is_not_there_is_a_warning_and_not_the_end_of_the_run():
    events = events_of(Counting(), [Turn("discriminator"), batch()])

    (warning,) = of(events, Warned)
    assert "no player 'discriminator'" in warning.message
    assert events[-1].step == 1


@pytest.mark.parametrize("mirrored", [False, True])
def test_batches_by_hand_shift_no_batch_of_the_stream(mirrored):
    rng = stream(0, "pictures")
    bytes_ = torch.randint(0, 256, (10, 1, 4, 4), generator=rng, dtype=torch.uint8)
    batches = Batches(Stored(bytes_), 4, seed=3, device=torch.device("cpu"), mirrored=mirrored)
    alone = list(islice(batches.stream(), 5))
    source = batches.stream()
    beside, by_hand = [], []

    for number in range(5):
        by_hand.append(batches.by_hand(number))
        beside.append(next(source))

    assert all(torch.equal(one, other) for one, other in zip(alone, beside, strict=True))
    assert all(
        torch.equal(one.images, batches.by_hand(n).images) for n, one in enumerate(by_hand)
    )
    assert not torch.equal(by_hand[0].images, by_hand[1].images)


def turned_run(folder, steps=6):
    """A run with three updates by hand after step 2, made while paused."""
    brake = Brake()
    config = tiny(folder, "gan", steps=steps)
    brake.pause()
    brake.step_once()
    brake.step_once()
    hands = iter([lambda: brake.turn("discriminator", 2), lambda: brake.turn("generator"),
                  brake.resume])  # fmt: skip
    for event in begin(config, folder / "by hand", brake):
        if isinstance(event, Paused) and event.step == 2:
            next(hands)()
    return newest_folder(folder / "by hand")


DONE = (ByHand(2, "discriminator", 2), ByHand(2, "generator", 1))


def test_a_run_changed_by_hand_says_so_wherever_it_is_told_of(tmp_path):
    folder = turned_run(tmp_path)
    plain = trained(tiny(tmp_path, "gan", steps=6), tmp_path / "plain")

    record = run_record(folder)
    words = run_words(record)

    assert record["by_hand"] == f"{in_words(DONE)}; no command repeats that"
    assert "2 discriminator-only updates after step 2" in words
    assert "no command repeats that" in words
    assert "no command repeats that" not in run_words(run_record(plain))
    assert [e.by_hand for e in replay(folder, Brake()) if isinstance(e, Started)] == [DONE]
    assert differing(tensors(folder), tensors(plain))


def test_resuming_after_turns_is_exact(tmp_path):
    whole = turned_run(tmp_path, steps=12)
    half = turned_run(tmp_path, steps=6)

    events = finished(half, 12)

    assert [event.by_hand for event in of(events, Started)] == [DONE]
    assert differing(tensors(half), tensors(whole)) == []
    assert run_record(half)["by_hand"] == run_record(whole)["by_hand"]


def test_an_account_adds_up_and_comes_back():
    account = ()
    for name, step in (("d", 3), ("d", 3), ("g", 3), ("d", 3), ("d", 4)):
        account = noted(account, name, step)

    assert account == (ByHand(3, "d", 3), ByHand(3, "g", 1), ByHand(4, "d", 1))
    assert account_from(account_text(account)) == account
    assert account_from("[]") == ()


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", "[" * 100_000]
    + [
        json.dumps([{"step": 1, "name": "d", "count": 1, **wrong}])
        for wrong in ({"step": -1}, {"count": 0}, {"name": "d" * 200}, {"name": "a b"})
    ],
)
def test_a_damaged_account_is_refused_in_a_sentence(text):
    with pytest.raises(ValueError, match=r"^the account of updates by hand is damaged$"):
        account_from(text)


def test_a_checkpoint_carries_the_account_of_updates_by_hand(tmp_path):
    path = checkpoints.save(tmp_path, 3, 1.0, {"a/b": torch.zeros(2)}, checkpoints.Past(DONE))

    assert checkpoints.load(path).by_hand == checkpoints.by_hand(path) == DONE


def test_a_damaged_checkpoint_does_not_keep_a_run_from_being_told_of(tmp_path):
    folder = trained(tiny(tmp_path, "vae", steps=2), tmp_path / "runs")
    newest = max((folder / "checkpoints").glob("*.safetensors"))
    newest.write_bytes(b"gone")

    words = run_words(run_record(folder))

    assert "by hand: not known, since the checkpoint" in words
