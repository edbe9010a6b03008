"""Parsers that answer a mistake with one sentence, and say what was probably meant."""

import argparse
import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

PROGRAM = "latent-explorer"


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `ValueError` instead of ending the program."""

    def __init__(self, command: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=f"{PROGRAM} {command}".strip(),
            description=description,
            epilog=epilog,
            formatter_class=_Help,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Complain about what was typed."""
        raise ValueError(f"{message.removeprefix('argument ')} (see {self.prog} --help)")

    def parse_all(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse `words`, of which nothing may be left over.

        Raises:
            ValueError: about the first mistake.
        """
        parsed, strangers = self.parse_known_args(words)
        self.refuse(strangers)
        return parsed

    def refuse(self, strangers: Sequence[str]) -> None:
        """Complain about the first word that was not understood.

        Raises:
            ValueError: if there is one.
        """
        for stranger in strangers:
            if not stranger.startswith("-"):
                raise ValueError(
                    f"{stranger!r:.80} is one word too many (see {self.prog} --help)"
                )
            name = stranger.partition("=")[0]
            known = re.findall(r"--[a-z0-9-]+", self.format_help())
            near = nearest(name, known)
            raise ValueError(f"there is no option {name:.60}{near} (see {self.prog} --help)")


def typed(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let argparse pass on the sentence with which `read` refuses a text."""

    def checked(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return checked


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `, perhaps you mean …` for the most similar of `known`, or nothing."""
    match = difflib.get_close_matches(word, list(known), n=1)
    return f", perhaps you mean {match[0]}" if match else ""


class _Help(argparse.HelpFormatter):
    """Keeps the lines of a text that are indented; they are a table."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        lines = text.splitlines()
        return "\n".join(
            line if line.startswith(" ") else fill(line, width, indent) for line in lines
        )
