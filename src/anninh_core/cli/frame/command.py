"""From a declaration to a command."""

from collections.abc import Iterable, Mapping
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click
from click.types import OptionHelpExtra

from anninh_core.cli.calling.flags import flags_of
from anninh_core.cli.folder import officer_option, open_as_officer
from anninh_core.cli.frame.asking import MissingValues, ask_for, ask_text, confirm
from anninh_core.cli.frame.declaration import Ask, DayCommand, FileAnswer, Takes
from anninh_core.cli.frame.desk import Desk, at_terminal
from anninh_core.cli.frame.showing import list_facts, show
from anninh_core.cli.frame.values import put, read_written
from anninh_core.cli.options import FILE, at_option
from anninh_core.cli.output import echo, echo_facts, echo_json
from anninh_core.kernel.files import require_new_file, write_atomically
from anninh_core.language.catalogue import marked
from anninh_core.operations.operation import Operation

_YES = click.Option(["--yes"], is_flag=True, help=marked("Carry it out without a question."))
_KEY = click.Option(
    ["--key"], default="", metavar="KEY", help=marked("Name of this one act: under it, it is done once.")
)
_SEEN = click.Option(
    ["--if-match"],
    type=click.IntRange(1),
    metavar="N",
    help=marked("Carry it out only while the record is in this version, as it was shown."),
)
# Click looks for options of one letter in a word such as -Zh4…, so there must be none: not even -h.
_DASH_IS_NO_OPTION = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
_OUT = click.Option(["--out"], type=FILE, required=True, help=marked("File to write."))
_FORCE = click.Option(["--force"], is_flag=True, help=marked("Write over a file that is there."))
_COMMON = (
    click.Option(["--no-input"], is_flag=True, help=marked("Ask nothing: what is missing is an error.")),
    click.Option(["--json", "as_json"], is_flag=True, help=marked("For programs, errors too.")),
)


def add_commands(group: click.Group, declared: Iterable[DayCommand]) -> None:
    """Add commands to a group."""
    for one in declared:
        group.add_command(make_command(one))


def make_command(declared: DayCommand) -> click.Command:
    """Return the command of a declaration."""

    @at_option
    @officer_option
    def call(at: Path, officer: str, **words: Any) -> None:
        _carry_out(declared, at, officer, words)

    params: list[click.Parameter] = []
    takes_dashes = declared.subject is not None and declared.subject.may_begin_with_dash
    if declared.subject is not None:
        check = _refuse_mistyped if takes_dashes else None
        params.append(click.Argument(["subject"], required=False, metavar=declared.subject.metavar, callback=check))
    params += [_argument(one) if one.is_positional else _option(one) for one in declared.asks]
    params += [_OUT, _FORCE] if isinstance(declared.shows, FileAnswer) else []
    params += [_YES] if declared.confirms else []
    params += [_KEY, _SEEN] if declared.acts and declared.subject else [_KEY] if declared.acts else []
    shared = call.__click_params__[::-1]  # type: ignore[attr-defined]  # what click's decorators leave
    return click.Command(
        declared.name,
        callback=call,
        params=[*params, *_COMMON, *shared],
        help=declared.help,
        hidden=not declared.is_shown,
        context_settings=_DASH_IS_NO_OPTION if takes_dashes else None,
    )


def _refuse_mistyped(context: click.Context, _: click.Parameter, word: str | None) -> str | None:
    """Return the word for the subject; with two dashes it is a mistyped option."""
    if word and word.startswith("--"):
        raise click.NoSuchOption(word, ctx=context)
    return word


class AskOption(click.Option):
    """The option of a value that is asked for.

    Attributes:
        is_needed: whether a person is asked for it where it is left out.
        is_labelled: whether its help is in the language that is spoken already.
        default_shown: what counts where nothing is given, "" for nothing.
    """

    def __init__(self, one: Ask, **kwargs: Any) -> None:
        super().__init__([one.word, one.name], help=one.help or one.question, **kwargs)
        self.is_needed = one.needed
        self.is_labelled = one.is_labelled
        self.default_shown = one.default

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """Return what the help shows after the sentence, with the default of the use case."""
        extra = super().get_help_extra(ctx)
        if self.default_shown:
            extra["default"] = self.default_shown
        return extra


def _option(one: Ask) -> click.Option:
    if one.takes is Takes.YES_NO:
        return AskOption(one, default=None, is_flag=True)
    metavar = one.metavar or ("FILE" if one.takes is Takes.FILE else "TEXT")
    return AskOption(one, metavar=metavar, multiple=one.many)


def _argument(one: Ask) -> click.Argument:
    return click.Argument([one.name], required=False, metavar=one.metavar, nargs=-1 if one.many else 1)


def _carry_out(declared: DayCommand, at: Path, officer: str, words: dict[str, Any]) -> None:
    """Ask for what is missing, carry the command out, and show what came of it."""
    here = Path.cwd()
    with open_as_officer(at, officer) as (app, me):
        asks = not words["no_input"] and not words["as_json"] and at_terminal()
        desk = Desk(app=app, me=me, here=here, asks=asks, key=words.get("key") or app.internals.context.ids.new())
        record, named = _find_subject(desk, declared, words)
        given = _gather(desk, declared, words, {"record": record, **named})
        operation = desk.operation(declared.chosen(given))
        if declared.warns is not None and not words["as_json"]:
            for line in declared.warns(desk, given):
                echo(line, err=True)
        if declared.confirms:
            facts = {name: str(value) for name, value in given.items()}
            question = _(declared.confirms).format_map(_Known(facts, desk.labels.of_sentence(record)))
            confirm(desk, question, sure=words["yes"])
        seen = _seen(desk, record, words)
        if declared.before is not None:
            seen = declared.before(desk, given) if operation.name == declared.operation else seen
        if isinstance(declared.shows, FileAnswer):
            require_new_file(here / words["out"], force=words["force"])
        answer = desk.act(operation.name, _arguments(declared, operation, given), seen=seen)
        if isinstance(declared.shows, FileAnswer):
            write_atomically(here / words["out"], answer.data)
            echo(str(words["out"]))
            return
        if words["as_json"] and declared.former_json is not None:
            echo_json(declared.former_json(given, answer))
            return
        show(desk, declared.shows, answer, as_json=words["as_json"])


class _Known(dict[str, str]):
    """What a question may name: what was given, and behind it fields of the record."""

    def __init__(self, given: Mapping[str, str], record: Mapping[str, str]) -> None:
        super().__init__(given)
        self._record = record

    def __missing__(self, name: str) -> str:
        return self._record[name]


def _find_subject(desk: Desk, declared: DayCommand, words: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the view of what the command is about, and the argument that names it; a person who acts is shown it."""
    subject = declared.subject
    if subject is None:
        return None, {}
    if not words["subject"] and not desk.asks:
        raise MissingValues([subject.metavar])
    word = words["subject"] or ask_text(_(subject.question))
    record = subject.finds(desk, word) if subject.finds else None
    if record is not None and declared.acts and desk.asks and subject.brief:
        echo_facts(list_facts(desk, subject.brief, record), err=True)
        echo(err=True)
    return record, {subject.argument: word if record is None else subject.names(record)}


def _gather(desk: Desk, declared: DayCommand, words: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Return what is given, by argument, asking for what is missing."""
    missing: list[str] = []
    for one in declared.asks:
        written = words[one.name]
        if written is None or written == ():
            if not one.needed or any(given.get(other) for other in one.needed_without):
                _suggest(desk, one, given)
                continue
            if not desk.asks:
                missing += [] if _suggest(desk, one, given) else [one.metavar if one.is_positional else one.word]
                continue
            written = ask_for(desk, one, given)
        given[one.argument] = read_written(desk, desk.operation(declared.chosen(given)), one, written, given)
    if missing:
        raise MissingValues(missing)
    return given


def _suggest(desk: Desk, one: Ask, given: dict[str, Any]) -> bool:
    """Take what is suggested for a value that nobody gave, and tell whether there was something."""
    suggested = one.suggests(desk, given) if one.suggests else ""
    if suggested:
        given[one.argument] = [suggested] if one.many and isinstance(suggested, str) else suggested
    return bool(suggested)


def _arguments(declared: DayCommand, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the given the operation takes: of two that are chosen from, each takes its own."""
    taken = {flag.name for flag in flags_of(operation).values()}
    arguments: dict[str, Any] = {}
    derived = declared.derives(given) if declared.derives else {}
    for name, value in {**given, **derived}.items():
        if name.partition(".")[0] in taken:
            put(arguments, name, value)
    return arguments


def _seen(desk: Desk, record: Any, words: dict[str, Any]) -> int | None:
    """Return the version of the record that was shown, or that somebody names."""
    if words.get("if_match"):
        version: int = words["if_match"]
        return version
    return getattr(record, "version", None) if desk.asks else None
