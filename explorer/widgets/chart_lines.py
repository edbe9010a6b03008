"""Which lines a chart draws for the channels of a model, and in which colours."""

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QColor

from engines.snapshot import Channel
from explorer.theme import Tokens
from explorer.widgets.legend import Line

_ROLES = {
    "real_score": "real",
    "fake_score": "generated",
    "real_accuracy": "real",
    "fake_accuracy": "generated",
    "real_energy": "real",
    "fake_energy": "generated",
    "real_likeness": "real",
    "fake_likeness": "generated",
    "discriminator": "real",
    "generator": "generated",
    "discriminator_norm": "real",
    "generator_norm": "generated",
}
"""Channels whose colour has a meaning all over the window."""
_READABLE = 3.0  # contrast of a line with its ground, WCAG 2.2, 1.4.11


def lines_for(
    channels: Sequence[Channel], held_out: Sequence[Channel], tokens: Tokens
) -> dict[str, list[Line]]:
    """Return the lines of each group, in the order of the channels.

    A held-out channel of the same name is drawn with its twin, as points in the same colour.
    """
    stepwise = {channel.name for channel in channels}
    judged = {channel.name: channel.sample for channel in held_out}
    alone = [channel for channel in held_out if channel.name not in stepwise]
    groups: dict[str, list[Channel]] = {}
    for channel in (*channels, *alone):
        groups.setdefault(channel.group, []).append(channel)
    return {
        group: [
            Line(
                key=channel.name,
                label=channel.label,
                unit=channel.unit,
                help=channel.help,
                colour=colour,
                stepwise=channel.name in stepwise,
                held_out=channel.name in judged,
                sample=judged.get(channel.name, ""),
            )
            for channel, colour in zip(members, _colours(members, tokens), strict=True)
        ]
        for group, members in groups.items()
    }


def readable(tokens: Tokens) -> list[str]:
    """List the colours of lines that can be told from the ground of a chart."""
    colours = (tokens.real, tokens.generated, *tokens.classes)
    told = [c for c in dict.fromkeys(colours) if contrast(c, tokens.raised) >= _READABLE]
    return told or [tokens.text]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    lights = sorted((_luminance(QColor(one)), _luminance(QColor(other))))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _colours(members: Sequence[Channel], tokens: Tokens) -> list[str]:
    """Give each its role's colour, the others a class's that can be told from the ground."""
    roles = [_ROLES.get(channel.name) for channel in members]
    taken = {getattr(tokens, role) for role in roles if role is not None}
    free = [colour for colour in readable(tokens) if colour not in taken]
    return list(_dealt(roles, free or [tokens.text], tokens))


def _dealt(roles: Iterable[str | None], free: Sequence[str], tokens: Tokens) -> Iterable[str]:
    dealt = 0
    for role in roles:
        if role is not None:
            yield getattr(tokens, role)
        else:
            yield free[dealt % len(free)]
            dealt += 1


def _luminance(colour: QColor) -> float:
    parts = (_linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    weights = (0.2126, 0.7152, 0.0722)
    return sum(weight * part for weight, part in zip(weights, parts, strict=True))


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
