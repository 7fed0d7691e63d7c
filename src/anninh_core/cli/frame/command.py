"""Building of click commands from declarations."""

from collections.abc import Iterable, Mapping
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click
from click.types import OptionHelpExtra

from anninh_core.cli.calling.flags import build_flags
from anninh_core.cli.folder import officer_option, open_as_officer
from anninh_core.cli.frame.asking import MissingValues, ask_text, ask_value, require_confirmation
from anninh_core.cli.frame.declaration import Ask, DayCommand, FileAnswer, Takes
from anninh_core.cli.frame.desk import Desk, is_at_terminal
from anninh_core.cli.frame.showing import list_facts, output_result
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
# Click would find options of one letter in an id such as -Zh4…, so there must be none: not even -h.
_DASH_IS_NO_OPTION = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
_OUT = click.Option(["--out"], type=FILE, required=True, help=marked("File to write."))
_FORCE = click.Option(["--force"], is_flag=True, help=marked("Write over a file that is there."))
_COMMON = (
    click.Option(["--no-input"], is_flag=True, help=marked("Ask nothing: a missing value is an error.")),
    click.Option(["--json", "as_json"], is_flag=True, help=marked("For programs, errors too.")),
)


def add_commands(group: click.Group, declarations: Iterable[DayCommand]) -> None:
    """Add declared commands to a group."""
    for declaration in declarations:
        group.add_command(build_command(declaration))


def build_command(declaration: DayCommand) -> click.Command:
    """Return the click command of a declaration."""

    @at_option
    @officer_option
    def call(at: Path, officer: str, **words: Any) -> None:
        _carry_out_command(declaration, at, officer, words)

    params: list[click.Parameter] = []
    takes_dashes = declaration.subject is not None and declaration.subject.may_begin_with_dash
    if declaration.subject is not None:
        check = _require_no_option if takes_dashes else None
        params.append(click.Argument(["subject"], required=False, metavar=declaration.subject.metavar, callback=check))
    params += [_build_argument(ask) if ask.is_positional else _build_option(ask) for ask in declaration.asks]
    params += [_OUT, _FORCE] if isinstance(declaration.shows, FileAnswer) else []
    params += [_YES] if declaration.confirms else []
    params += [_KEY, _SEEN] if declaration.acts and declaration.subject else [_KEY] if declaration.acts else []
    shared = call.__click_params__[::-1]  # type: ignore[attr-defined]  # what click's decorators leave
    return click.Command(
        declaration.name,
        callback=call,
        params=[*params, *_COMMON, *shared],
        help=declaration.help,
        hidden=not declaration.is_shown,
        context_settings=_DASH_IS_NO_OPTION if takes_dashes else None,
    )


def _require_no_option(context: click.Context, _: click.Parameter, word: str | None) -> str | None:
    """Return the word for the subject; a word with two dashes is refused as a mistyped option."""
    if word and word.startswith("--"):
        raise click.NoSuchOption(word, ctx=context)
    return word


class AskOption(click.Option):
    """The option of a value that a person can be asked for.

    Attributes:
        is_needed: whether a person is asked for the value if it is left out.
        is_labelled: whether the help is translated already.
        default_shown: default in the help, "" for none.
    """

    def __init__(self, ask: Ask, **kwargs: Any) -> None:
        super().__init__([ask.word, ask.name], help=ask.help or ask.question, **kwargs)
        self.is_needed = ask.needed
        self.is_labelled = ask.is_labelled
        self.default_shown = ask.default

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """Return what the help shows after the sentence, with the default of the use case."""
        extra = super().get_help_extra(ctx)
        if self.default_shown:
            extra["default"] = self.default_shown
        return extra


def _build_option(ask: Ask) -> click.Option:
    if ask.takes is Takes.YES_NO:
        return AskOption(ask, default=None, is_flag=True)
    metavar = ask.metavar or ("FILE" if ask.takes is Takes.FILE else "TEXT")
    return AskOption(ask, metavar=metavar, multiple=ask.many)


def _build_argument(ask: Ask) -> click.Argument:
    return click.Argument([ask.name], required=False, metavar=ask.metavar, nargs=-1 if ask.many else 1)


def _carry_out_command(declaration: DayCommand, at: Path, officer: str, words: dict[str, Any]) -> None:
    """Ask for the missing values of a command, carry it out, and show its result."""
    here = Path.cwd()
    with open_as_officer(at, officer) as (app, me):
        asks = not words["no_input"] and not words["as_json"] and is_at_terminal()
        desk = Desk(app=app, me=me, here=here, asks=asks, key=words.get("key") or app.internals.context.ids.new())
        record, subject_argument = _find_subject(desk, declaration, words)
        given = _collect_values(desk, declaration, words, {"record": record, **subject_argument})
        operation = desk.operation(declaration.chosen(given))
        if declaration.warns is not None and not words["as_json"]:
            for line in declaration.warns(desk, given):
                echo(line, err=True)
        if declaration.confirms:
            facts = {name: str(value) for name, value in given.items()}
            question = _(declaration.confirms).format_map(
                _QuestionValues(facts, desk.labels.build_placeholders(record))
            )
            require_confirmation(desk, question, sure=words["yes"])
        seen = _find_seen_version(desk, record, words)
        if declaration.before is not None:
            seen = declaration.before(desk, given) if operation.name == declaration.operation else seen
        if isinstance(declaration.shows, FileAnswer):
            require_new_file(here / words["out"], force=words["force"])
        answer = desk.act(operation.name, _select_arguments(declaration, operation, given), seen=seen)
        if isinstance(declaration.shows, FileAnswer):
            write_atomically(here / words["out"], answer.data)
            echo(str(words["out"]))
            return
        if words["as_json"] and declaration.former_json is not None:
            echo_json(declaration.former_json(given, answer))
            return
        output_result(desk, declaration.shows, answer, as_json=words["as_json"])


class _QuestionValues(dict[str, str]):
    """Values for the placeholders of a question: the values given, then fields of the record."""

    def __init__(self, given: Mapping[str, str], record: Mapping[str, str]) -> None:
        super().__init__(given)
        self._record = record

    def __missing__(self, name: str) -> str:
        return self._record[name]


def _find_subject(desk: Desk, declaration: DayCommand, words: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the view of the record that the command is about, and the argument that names it.

    A person who is about to act is shown the record.
    """
    subject = declaration.subject
    if subject is None:
        return None, {}
    if not words["subject"] and not desk.asks:
        raise MissingValues([subject.metavar])
    word = words["subject"] or ask_text(_(subject.question))
    record = subject.finds(desk, word) if subject.finds else None
    if record is not None and declaration.acts and desk.asks and subject.brief:
        echo_facts(list_facts(desk, subject.brief, record), err=True)
        echo(err=True)
    return record, {subject.argument: word if record is None else subject.names(record)}


def _collect_values(
    desk: Desk, declaration: DayCommand, words: dict[str, Any], given: dict[str, Any]
) -> dict[str, Any]:
    """Return the values by argument, asking for missing ones."""
    missing: list[str] = []
    for ask in declaration.asks:
        written = words[ask.name]
        if written is None or written == ():
            if not ask.needed or any(given.get(other) for other in ask.needed_without):
                _apply_suggestion(desk, ask, given)
                continue
            if not desk.asks:
                missing += (
                    [] if _apply_suggestion(desk, ask, given) else [ask.metavar if ask.is_positional else ask.word]
                )
                continue
            written = ask_value(desk, ask, given)
        given[ask.argument] = read_written(desk, desk.operation(declaration.chosen(given)), ask, written, given)
    if missing:
        raise MissingValues(missing)
    return given


def _apply_suggestion(desk: Desk, ask: Ask, given: dict[str, Any]) -> bool:
    """Use the suggestion for a value that wasn't given, and return whether there is one."""
    suggestion = ask.suggests(desk, given) if ask.suggests else ""
    if suggestion:
        given[ask.argument] = [suggestion] if ask.many and isinstance(suggestion, str) else suggestion
    return bool(suggestion)


def _select_arguments(declaration: DayCommand, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that the operation takes; if `declaration` chooses between two operations, each takes its
    own.
    """
    names = {flag.name for flag in build_flags(operation).values()}
    arguments: dict[str, Any] = {}
    derived = declaration.derives(given) if declaration.derives else {}
    for name, value in {**given, **derived}.items():
        if name.partition(".")[0] in names:
            put(arguments, name, value)
    return arguments


def _find_seen_version(desk: Desk, record: Any, words: dict[str, Any]) -> int | None:
    """Return the version that `--if-match` names, or the version of the record that a person was shown."""
    if words.get("if_match"):
        version: int = words["if_match"]
        return version
    return getattr(record, "version", None) if desk.asks else None
