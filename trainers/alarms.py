"""The alarms that a run can raise: what each looks for, what to try, what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trainers.events import Alarmed, Cleared, Trail
from trainers.meter import DivergedError
from trainers.symptoms import limits, players, variety
from trainers.symptoms.past import STRETCH, Look

DIVERGED = "diverged"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A row: the words for what `look` finds."""

    title: str
    look: Look
    remedy: str
    help: str
    explains: tuple[str, ...] = ()
    """Alarms that follow from this one, and are not raised while it stands."""


_GO_BACK = "Go back to a checkpoint from before and"

ALARMS: Mapping[str, Alarm] = MappingProxyType(
    {
        "collapse": Alarm(
            "Mode collapse",
            variety.collapsed,
            f"{_GO_BACK} lower the learning rate, or begin anew with minibatch "
            "discrimination, spectral norm or a gradient penalty.",
            "The generator has found a few pictures that fool the discriminator and makes no "
            "others. Near-twins are judged against the distances that real held-out images "
            "keep, so data that is alike by nature raises no alarm.",
            explains=("modes", "narrow", "saturated", "vanished", "outwitted"),
        ),
        "modes": Alarm(
            "Lost modes",
            variety.lost_modes,
            f"{_GO_BACK} lower the learning rate, or try unrolling, R1 or a larger batch.",
            "The data has separate clusters, and the generator has stopped to make points of "
            "some that it had covered.",
        ),
        "crowded": Alarm(
            "Mode collapse",
            variety.crowded,
            f"{_GO_BACK} lower the learning rate, or begin anew with a longer unrolling, R1 or "
            "another objective.",
            "The data has separate clusters, and nearly all generated points lie next to a few "
            "of them: the generator moves from cluster to cluster instead of covering all.",
            explains=("modes", "narrow", "saturated", "vanished", "outwitted"),
        ),
        "narrow": Alarm(
            "Little variety",
            variety.narrowed,
            f"{_GO_BACK} lower the learning rate, or try minibatch discrimination.",
            "Within a batch, generated images vary much less than real ones: the first sign "
            "of collapse.",
            explains=("modes",),
        ),
        "clipping": Alarm(
            "Clipping saturated",
            limits.clipped,
            "Raise the clipping limit, or use a gradient penalty instead of clipping.",
            "When every weight lies at the limit, the critic cannot learn: it only adds and "
            "subtracts what it sees (Gulrajani 2017, arXiv:1704.00028, section 3).",
            explains=("vanished", "outwitted", "collapse", "narrow"),
        ),
        "saturated": Alarm(
            "Discriminator saturated",
            players.saturated,
            "Lower the discriminator's learning rate, or choose an objective that still "
            "teaches a losing generator: ns instead of mm, hinge, or wasserstein.",
            "The discriminator tells every image apart with certainty. Where its answer is "
            "flat, it has no slope for the generator to climb, and training stands still "
            "although it goes on.",
            explains=("vanished", "collapse", "narrow", "few_teach"),
        ),
        "vanished": Alarm(
            "Generator gradient vanished",
            players.vanished,
            f"{_GO_BACK} lower the discriminator's learning rate.",
            "The generator is told next to nothing about how to do better, so it hardly "
            "changes any more.",
            explains=("collapse", "modes", "narrow"),
        ),
        "outwitted": Alarm(
            "Discriminator outwitted",
            players.outwitted,
            "Raise the discriminator's learning rate or its updates per step, or lower the "
            "generator's learning rate.",
            "A discriminator that takes generated images for real ones leads the generator "
            "away from the data. It learns too slowly, or not at all.",
            explains=("collapse", "modes", "narrow", "vanished"),
        ),
        "steep": Alarm(
            "Critic too steep",
            limits.steep,
            "Raise the weight of the gradient penalty, or lower the discriminator's learning "
            "rate.",
            "A critic measures a distance only while its slope stays at 1. Beyond that its "
            "gap grows without meaning and the generator's steps become too large.",
        ),
        "ignored": Alarm(
            "Code ignored",
            limits.ignored,
            f"{_GO_BACK} lower the weight of the KL term, or begin anew with a smaller β.",
            "The KL term has become 0: every picture gets the same code, and the decoder "
            "makes an average picture from noise (posterior collapse).",
        ),
        "few_teach": Alarm(
            "Few images teach",
            limits.few_teach,
            "Use a larger batch, or the objective ns instead of ml.",
            "In the maximum-likelihood game images are weighted by exp(score); when one of "
            "them has nearly all weight, the gradient is that of a single image.",
        ),
        "pinned": Alarm(
            "Balance pinned",
            limits.pinned,
            "Change the balance rate, or the diversity ratio.",
            "BEGAN balances its players by k; at 0 the generated images do not count, at 1 "
            "they count as much as can be.",
        ),
    }
)
"""In the order of diagnosis: what is found first explains what is found after it."""


def diverged(error: DivergedError) -> Alarmed:
    """Say what ended a run whose numbers broke.

    Weights explode before a loss does, so the whole stretch before it is evidence.
    """
    label = error.what.replace("_", " ")
    return Alarmed(
        step=error.step,
        name=DIVERGED,
        title="Not a number any more",
        message=f"{str(error).partition(';')[0]}, and training has ended there.",
        since=max(1, error.step - STRETCH + 1),
        values={error.what: error.value},
        remedy="Go back to the last checkpoint and lower the learning rate.",
        help="Steps became so large that the numbers left the range of a computer. What came "
        "after cannot be used; the checkpoints before it are whole. A gradient that explodes "
        "usually asks for a lower learning rate.",
        trail=Trail(label, (error.step,), (error.value,)),
    )


def cleared(step: int, name: str) -> Cleared:
    """Say that an alarm does not hold any more."""
    title = ALARMS[name].title if name in ALARMS else name
    return Cleared(step, name, title)
