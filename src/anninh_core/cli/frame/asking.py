"""Asking a person for what is missing, on standard error: what is printed stays clean."""

from collections.abc import Iterator, Mapping
from gettext import gettext as _
from typing import Any

import click

from anninh_core.cli.frame.declaration import Ask, Given, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.output import TextTable, echo
from anninh_core.kernel.text import fold


class MissingValues(click.UsageError):
    """What a command needs wasn't given, and there is nobody to ask."""

    def __init__(self, options: list[str]) -> None:
        told = _("{options} missing: write it, or work at a terminal to be asked").format(options=", ".join(options))
        super().__init__(told)


def ask_for(desk: Desk, one: Ask, given: Given) -> Any:
    """Ask a person for a value until there is one, and return what they wrote."""
    question = _(one.question)
    if one.takes is Takes.YES_NO:
        return ask_yes_no(question)
    suggested = one.suggests(desk, given) if one.suggests else ""
    suggested = suggested if isinstance(suggested, str) else ", ".join(suggested)
    if one.takes is Takes.LINES:
        return _ask_lines(question, suggested)
    offered = one.offers(desk, given) if one.offers else {}
    if offered:
        return [_ask_choice(question, offered)] if one.many else _ask_choice(question, offered)
    written = ask_text(question, suggested)
    return [part.strip() for part in written.split(",") if part.strip()] if one.many else written


def ask_text(question: str, suggested: str = "") -> str:
    """Ask for a line."""
    written: str = click.prompt(question, default=suggested or None, err=True, type=str)
    return written.strip()


def confirm(desk: Desk, question: str, *, sure: bool) -> None:
    """Have a person confirm what can't be undone.

    Raises:
        MissingValues: nobody is there, and nobody said `--yes`.
        click.Abort: they don't.
    """
    if sure:
        return
    if not desk.asks:
        raise MissingValues(["--yes"])
    echo(question, err=True)
    if not ask_yes_no(_("Carry it out?")):
        raise click.Abort


def ask_yes_no(question: str) -> bool:
    """Ask for yes or no, or their first letter, in the language that is spoken or in English; an empty line is no."""
    yes = _("yes")
    no = _("no")
    answers = dict.fromkeys(map(fold, ("y", "yes", yes[0], yes)), True)
    answers |= dict.fromkeys(map(fold, ("", "n", "no", no[0], no)), False)
    while True:
        written = click.prompt(f"{question} [{yes}/{no}]", default="", show_default=False, err=True, type=str)
        answer = answers.get(fold(written).strip())
        if answer is not None:
            return answer
        echo(_("Write {yes} or {no}.").format(yes=yes, no=no), err=True)


def _ask_choice(question: str, offered: Mapping[str, str]) -> str:
    rows = [(str(number), word, meaning) for number, (word, meaning) in enumerate(offered.items(), 1)]
    for line in TextTable(headings=("", "", ""), rows=rows, right=("",), empty="").lines()[1:]:
        echo(line, err=True)
    words = [*offered]
    while True:
        written = ask_text(question)
        if written.isdecimal() and 1 <= int(written) <= len(words):
            return words[int(written) - 1]
        named = [word for word, meaning in offered.items() if written.casefold() in (word, meaning.casefold())]
        if named:
            return named[0]
        echo(_("Write the number or the word of one of these."), err=True)


def _ask_lines(question: str, suggested: str) -> str:
    ending = _("(an empty line ends it)")
    first = click.prompt(f"{question} {ending}", default=suggested or None, err=True, type=str)
    return "\n".join([first, *_more_lines()]).strip()


def _more_lines() -> Iterator[str]:
    while line := click.prompt("", default="", show_default=False, prompt_suffix="", err=True, type=str):
        yield line
