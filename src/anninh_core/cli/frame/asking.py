"""Prompts for missing values, printed on standard error, because standard output has the result only."""

from collections.abc import Iterator, Mapping
from gettext import gettext as _
from typing import Any

import click

from anninh_core.cli.frame.declaration import Ask, Given, Takes
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.output import TextTable, echo
from anninh_core.kernel.text import fold


class MissingValues(click.UsageError):
    """Raised if a required value wasn't given and no person can be asked."""

    def __init__(self, options: list[str]) -> None:
        sentence = _("{options} missing: write it, or work at a terminal to be asked").format(
            options=", ".join(options)
        )
        super().__init__(sentence)


def ask_value(desk: Desk, ask: Ask, given: Given) -> Any:
    """Ask a person for a value, repeat the question until the answer is valid, and return it."""
    question = _(ask.question)
    if ask.takes is Takes.YES_NO:
        return ask_yes_no(question)
    suggestion = ask.suggests(desk, given) if ask.suggests else ""
    suggestion = suggestion if isinstance(suggestion, str) else ", ".join(suggestion)
    if ask.takes is Takes.LINES:
        return _ask_lines(question, suggestion)
    choices = ask.offers(desk, given) if ask.offers else {}
    if choices:
        return [_ask_choice(question, choices)] if ask.many else _ask_choice(question, choices)
    written = ask_text(question, suggestion)
    return [part.strip() for part in written.split(",") if part.strip()] if ask.many else written


def ask_text(question: str, suggested: str = "") -> str:
    """Ask for a line of text."""
    written: str = click.prompt(question, default=suggested or None, err=True, type=str)
    return written.strip()


def require_confirmation(desk: Desk, question: str, *, sure: bool) -> None:
    """Have a person confirm an act that can't be undone.

    Raises:
        MissingValues: no person can be asked, and `--yes` wasn't given.
        click.Abort: the person declines.
    """
    if sure:
        return
    if not desk.asks:
        raise MissingValues(["--yes"])
    echo(question, err=True)
    if not ask_yes_no(_("Carry it out?")):
        raise click.Abort


def ask_yes_no(question: str) -> bool:
    """Ask for yes or no, or their first letters, in the user's language or in English; an empty line is no."""
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


def _ask_choice(question: str, choices: Mapping[str, str]) -> str:
    rows = [(str(number), word, meaning) for number, (word, meaning) in enumerate(choices.items(), 1)]
    for line in TextTable(headings=("", "", ""), rows=rows, right=("",), empty="").lines()[1:]:
        echo(line, err=True)
    words = [*choices]
    while True:
        written = ask_text(question)
        if written.isdecimal() and 1 <= int(written) <= len(words):
            return words[int(written) - 1]
        matches = [word for word, meaning in choices.items() if written.casefold() in (word, meaning.casefold())]
        if matches:
            return matches[0]
        echo(_("Write the number or the word of one of these."), err=True)


def _ask_lines(question: str, suggested: str) -> str:
    ending = _("(an empty line ends it)")
    first = click.prompt(f"{question} {ending}", default=suggested or None, err=True, type=str)
    return "\n".join([first, *_read_further_lines()]).strip()


def _read_further_lines() -> Iterator[str]:
    while line := click.prompt("", default="", show_default=False, prompt_suffix="", err=True, type=str):
        yield line
