"""How often a run is judged while it trains: never for more than a share of its time."""

LEAST_STEPS = 200
DENSER = 50  # a fiftieth of the steps made lies between two points at least: dense early

UNSEEN = 1.2
"""What an evaluation costs training for each second of it that a clock sees. The steps between
its slices find the caches of the processor cold (they were measured 2 to 9 % slower), a process
beside them shares the memory's bus with them; the rest is a margin, for the share is a promise.
"""


class Budget:
    """Says when the next evaluation may begin; seconds are those of training, without pauses.

    After an evaluation that took T seconds the next begins no earlier than `UNSEEN` T / share
    later, so that evaluations take less than `share` of the time from the beginning of any one
    to that of the next.
    """

    def __init__(self, share: float, begun: int | None = None) -> None:
        """Start to count.

        Args:
            share: of training time, in (0, 1].
            begun: the step at which a run goes on that was judged before; None for a new run,
                which is judged at once.
        """
        self._share = share
        self._step = begun
        self._free = 0.0

    def due(self, step: int, now: float) -> bool:
        """Tell whether an evaluation of `step` may begin."""
        if self._step is None:
            return True
        return now >= self._free and step >= self._step + _gap(self._step)

    def spend(self, step: int, seconds: float, now: float) -> None:
        """Note that an evaluation of `step` has taken so many seconds, and ended.

        All that training would not have spent without it belongs to them: the copy, the slices,
        what was told of it and written down, what another process computed.
        """
        self._step = step
        self._free = now + UNSEEN * seconds / self._share


def _gap(step: int) -> int:
    return max(LEAST_STEPS, step // DENSER)
