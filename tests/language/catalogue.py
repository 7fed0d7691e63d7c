"""The catalogue of what officers and operators read: `python -m tests.language.catalogue` brings it up to date.

Messages are what the code marks, templates of errors, checks and other sentences, the help of all commands, the words
of closed lists, and those of click that people get to see. New ones are written into the `.po` without a translation,
old ones are removed; then the `.mo` in the same folder is compiled, which is what the program reads. English has a
catalogue too: what people call acts, fields and values whose names don't tell.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from inspect import cleandoc
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import Any, get_args, get_origin

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from tests.architecture.names_in_public import recorded_actions
from tests.cli.walk import iter_commands
from tests.language.closed_lists import CHECKS, LISTS, RECORDS
from tests.language.names import JOURNAL_ONLY, NAMES
from tests.language.templates import iter_templates
from tools.supply_chain.lock import read_lock

from anninh_core.board.forms.act_table import act_table, has_form
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.records.finding import find_subject
from anninh_core.cli.root import anninh
from anninh_core.kernel.sentences import ACT as NAMED_ACT
from anninh_core.language.catalogue import DOMAIN, LOCALES, Language
from anninh_core.language.labels import ACT, FIELD, JOURNAL, VIEW
from anninh_core.operations import Door
from anninh_core.operations.forms import AskedField, ask_fields
from anninh_core.operations.inputs import describe_inputs
from anninh_core.operations.operation import Operation
from anninh_core.testing import memory_app
from anninh_core.usecase.views import Page, field_names, is_view, listed_fields

PACKAGES = LOCALES.parents[2]
_KEYWORDS: Mapping[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2)}
SOURCES = {
    PACKAGES / "anninh_core" / "board": {**_KEYWORDS, "words": None},
    PACKAGES / "anninh_core" / "cli": _KEYWORDS,
    PACKAGES / "anninh_core" / "operations": {**_KEYWORDS, "words": None},
    PACKAGES / "anninh_zalo" / "cli": _KEYWORDS,
}
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
STORED_NAMES = Path(__file__).parents[1] / "architecture" / "stored_names.json"
LOCK = Path(__file__).parents[2] / "requirements" / "ci.lock"
CLICK = (
    *("Aborted!", "Commands", "Error: The two entered values do not match.", "Error: invalid input"),
    *("Error: {message}", "Invalid value for {param_hint}: {message}", "Invalid value: {message}", "Missing argument"),
    *("Missing command.", "Missing option", "No such command {name!r}.", "No such option {name!r}.", "Options"),
    *("Option {name!r} does not take a value.", "Repeat for confirmation", "Show the version and exit."),
    *("Show this message and exit.", "Try '{command} {option}' for help.", "Usage:", "default: {default}"),
    *("directory", "env var: {var}", "file", "path", "{name} {filename!r} does not exist."),
    *("{value!r} is not a valid {number_type}.", "{value} is not in the range {range}."),
)
CLICK_UNSEEN = ("required",)
"""Words of click that no extraction finds: it translates them out of a variable."""
CLICK_PLURALS = (
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
CLICK_VERSION = next(str(pin.version) for pin in read_lock(LOCK.read_text(encoding="utf-8")) if pin.name == "click")
"""The click that releases are installed with. What another version says in other words is shown in English."""
_HEAD = "What officers and operators read of anninh."


def wanted() -> Catalog:
    """Return the catalogue of all messages, without translations."""
    made = Catalog(domain=DOMAIN, locale="vi")
    for source, keywords in SOURCES.items():
        for _file, _line, message, _comments, _context in extract_from_dir(str(source), METHODS, keywords=keywords):
            made.add(tuple(message) if isinstance(message, tuple) else message)
    from_click: list[str | tuple[str, str]] = [*CLICK, *CLICK_UNSEEN, *CLICK_PLURALS]
    for message in (*from_click, *helps(), *(template.text for template in iter_templates()), *act_sentences()):
        made.add(message)
    for context, name in names():
        made.add(name, context=context)
    return made


def names() -> Iterator[tuple[str, str]]:
    """Yield context and name of what people call by a label."""
    yield from ((closed_list.__name__, str(member.value)) for closed_list in LISTS for member in closed_list)
    lists = {"record": RECORDS, "check": CHECKS, **NAMES, JOURNAL: journal_names(), ACT: named_operations()}
    yield from ((context, name) for context, words in lists.items() for name in words)
    for operation, inputs in forms(stored()).items():
        yield ACT, operation
        yield from ((FIELD, name) for name in inputs)
    known = stored()
    for derived in derived_operations():
        yield from ((FIELD, _label_name(derived.name, asked.path, known)) for asked in asked_at_keyboard(derived))
        yield from ((VIEW, name) for name in shown_fields(derived))


def derived_operations() -> Iterator[Operation]:
    """Yield the operations whose commands are made from their use cases."""
    groups = (command for _path, command in iter_commands() if isinstance(command, NounGroup))
    return chain.from_iterable(group.derived.values() for group in groups)


def asked_at_keyboard(operation: Operation) -> Iterable[AskedField]:
    """Return what the command of an operation asks for."""
    return ask_fields(operation, "en", with_subject=find_subject(operation) is None)


def shown_fields(operation: Operation) -> Iterator[str]:
    """Yield the names of what the command of an operation shows of its answer."""
    answer = operation.answer
    is_listed = get_origin(answer) in (Page, list)
    view = get_args(answer)[0] if is_listed else answer
    if is_view(view):
        names = listed_fields(view) if is_listed else field_names(view)
        yield from (name.rpartition(".")[2] for name in names)


def helps() -> Iterator[str]:
    """Yield the help of all commands, and the lines of the overview."""
    yield from (line for _module, line in anninh.homes.values() if line)
    for _path, command in iter_commands():
        options = (option for option in command.params if isinstance(option, click.Option))
        texts = [command.help, *(option.help for option in options if not getattr(option, "is_labelled", False))]
        yield from (cleandoc(text) for text in texts if text)


def act_sentences() -> Iterator[str]:
    """Yield what forms of acts say beside their titles and labels."""
    for act in act_table().values():
        yield from (act[key] for key in ("button", "help") if key in act)
        for declared in act.get("fields", {}).values():
            yield from ([declared["help"]] if "help" in declared else [])


def named_operations() -> set[str]:
    """Return the operations that sentences name, such as `{act:tips.triage}`, which pages show by their titles."""
    fields = (Formatter().parse(template.text) for template in iter_templates())
    return {spec for parts in fields for _, name, spec, _ in parts if name == NAMED_ACT and spec}


def forms(known: Catalog) -> dict[str, list[str]]:
    """Return the acts for which the board has a form, with the names of what it asks for.

    Args:
        known: the catalogue as it is: an input that it has by act and input isn't called what others are.
    """
    door = Door(memory_app())
    shown = {name: act for name, act in act_table().items() if has_form(door, name)}
    return {name: list(_iter_asked(door.operations[name], act, known)) for name, act in shown.items()}


def _iter_asked(operation: Operation, act: Mapping[str, Any], known: Catalog) -> Iterator[str]:
    for asked in describe_inputs(operation):
        declared = act.get("fields", {}).get(asked.path, {})
        is_in_address = asked.path == operation.subject and not declared.get("ask", False)
        if is_in_address or asked.path == "seen_version" or declared.get("widget") in ("hidden", "none"):
            continue
        yield _label_name(operation.name, asked.path, known)


def _label_name(operation: str, path: str, known: Catalog) -> str:
    """Return the name under which the catalogue has what an input is called."""
    names = (f"{operation}.{path}", path)
    return next((name for name in names if known.get(name, FIELD)), path.rpartition(".")[2])


def journal_names() -> set[str]:
    """Return what lines of the journal are about: what changes something, looks that leave a line, the system's own."""
    stored_actions = json.loads(STORED_NAMES.read_text(encoding="utf-8"))["names"]["actions"]
    return {*recorded_actions(), *stored_actions, *JOURNAL_ONLY}


def stored(language: Language = "vi") -> Catalog:
    """Return the catalogue of a language as it is checked in."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def po_file(language: Language) -> Path:
    """Return where the catalogue of a language is checked in."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as the program reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def write() -> None:
    """Bring the files up to date."""
    messages = wanted()
    vietnamese = stored()
    vietnamese.update(messages, no_fuzzy_matching=True)
    vietnamese.obsolete.clear()
    _write("vi", vietnamese)
    _write("en", _still_wanted(stored("en"), messages))


def _still_wanted(english: Catalog, messages: Catalog) -> Catalog:
    """Return the English labels of names that exist; a name without one is shown as words."""
    kept = Catalog(domain=DOMAIN, locale="en")
    for message in english:
        if message.id and messages.get(message.id, message.context):
            kept.add(message.id, message.string, context=message.context)
    return kept


def _write(language: Language, catalogue: Catalog) -> None:
    _head(catalogue)
    file = po_file(language)
    with file.open("wb") as out:
        write_po(out, catalogue, width=120, no_location=True, sort_output=True)
    file.with_suffix(".mo").write_bytes(compiled(catalogue))


def _head(catalogue: Catalog) -> None:
    """Leave in the head what says something, and no moment, so that the file changes only with its messages."""
    catalogue.project = "anninh"
    catalogue.version = "1"
    catalogue.header_comment = f"# {_HEAD}"
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 12, 2, tzinfo=UTC)
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "anninh"


if __name__ == "__main__":
    write()
