"""Finds what somebody means from a few of its letters."""

_START, _NEXT, _PLAIN = 3.0, 2.0, 1.0


def score(query: str, text: str) -> float | None:
    """Rate how well `query` fits `text`; None if its letters do not occur in that order.

    Letters that begin a word or follow one another count more; a longer text counts less.
    """
    wanted, there = query.casefold().replace(" ", ""), text.casefold()
    if not wanted:
        return 0.0
    whole = there.find(query.casefold().strip())
    if whole >= 0:
        return 4.0 * len(wanted) + _weight(there, whole, -1) - 0.01 * len(there)
    total, last = 0.0, -1
    for letter in wanted:
        place = _best(there, letter, last)
        if place is None:
            return None
        total += _weight(there, place, last)
        last = place
    return total - 0.01 * len(there)


def _best(text: str, letter: str, after: int) -> int | None:
    """Prefer the next letter, then the next word's beginning, then any."""
    nearest = text.find(letter, after + 1)
    if nearest in (-1, after + 1):
        return None if nearest < 0 else nearest
    word = text.find(f" {letter}", after + 1)
    return nearest if word < 0 else word + 1


def _weight(text: str, place: int, last: int) -> float:
    if place == 0 or not text[place - 1].isalnum():
        return _START
    return _NEXT if place == last + 1 else _PLAIN
