"""The class score is the one of the paper at values that can be written down."""

import numpy as np
import pytest

from engines.metrics.certainty import class_score


def logits(chances):
    with np.errstate(divide="ignore"):
        return np.log(np.array(chances, np.float64))


def test_sure_and_varied_scores_the_number_of_classes():
    sure = logits(np.tile(np.eye(10), (100, 1)))

    found = class_score(sure)

    assert found.mean == pytest.approx(10, rel=1e-12)
    assert found.spread == pytest.approx(0, abs=1e-12)


def test_unsure_scores_one():
    assert class_score(np.zeros((50, 7))).mean == pytest.approx(1, rel=1e-12)


def test_sure_of_one_class_alone_scores_one():
    assert class_score(logits(np.eye(10)[np.zeros(40, int)])).mean == pytest.approx(1)


def test_a_tenth_of_doubt_has_its_closed_form():
    """K exp(−H), with a tenth spread over the other nine classes."""
    right = np.tile(np.eye(10), (20, 1))
    doubtful = 0.9 * right + 0.1 / 9 * (1 - right)

    found = class_score(logits(doubtful))

    assert found.mean == pytest.approx(5.7995461348, abs=1e-9)


def test_splits_that_do_not_divide_the_count_follow_the_floor():
    """Seven in three parts: 0–2, 2–4, 4–7."""
    classes = np.eye(3)[[0, 1, 2, 2, 0, 1, 2]]

    found = class_score(logits(classes), splits=3)

    scores = [2, 1, 3]
    assert found.mean == pytest.approx(np.mean(scores), rel=1e-12)
    assert found.spread == pytest.approx(np.std(scores), rel=1e-9)


def test_an_ordered_set_needs_its_shuffle():
    ordered = logits(np.repeat(np.eye(10), 100, axis=0))

    plain = class_score(ordered).mean
    shuffled = class_score(ordered, rng=np.random.default_rng(2020))

    assert plain == pytest.approx(1)
    assert shuffled.mean > 9
    assert class_score(ordered, rng=np.random.default_rng(2020)) == shuffled


def test_large_logits_stay_finite():
    assert class_score(1e4 * np.tile(np.eye(5), (4, 1)), splits=2).mean == pytest.approx(5)


@pytest.mark.parametrize(
    ("scores", "complaint"),
    [
        (np.zeros((9, 3)), "9 pictures .* 10 parts"),
        (np.full((20, 3), np.nan), "not numbers"),
        (np.full((20, 3), -np.inf), "not numbers"),
        (np.zeros((20, 0)), "not numbers"),
    ],
)
def test_what_cannot_be_scored_is_refused(scores, complaint):
    with pytest.raises(ValueError, match=complaint):
        class_score(scores)
