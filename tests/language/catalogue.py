"""The catalogue of texts for officers and operators: `python -m tests.language.catalogue` updates it.

Messages are the marked texts in the code, templates of errors, checks and other sentences, the help of all commands,
the words of closed lists, and the texts of click that people see. New messages are added to the `.po` without a
translation, and old ones are removed; then the `.mo` in the same folder is compiled, which the program reads. English
has a catalogue too: labels of acts, fields and values with names that don't explain themselves.
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
from tests.architecture.names_in_public import list_recorded_actions
from tests.cli.walk import iter_commands
from tests.language.closed_lists import CHECKS, LISTS, RECORDS
from tests.language.names import JOURNAL_ONLY, NAMES
from tests.language.templates import iter_templates
from tools.supply_chain.lock import read_lock

from anninh_core.board.forms.act_table import has_form, load_act_table
from anninh_core.cli.derived.noun_group import NounGroup
from anninh_core.cli.records.finding import find_subject
from anninh_core.cli.root import anninh
from anninh_core.kernel.sentences import ACT as NAMED_ACT
from anninh_core.language.catalogue import DOMAIN, LOCALES, Language
from anninh_core.language.labels import ACT, FIELD, JOURNAL, VIEW
from anninh_core.operations import OperationGateway
from anninh_core.operations.forms import AskedField, list_form_fields
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
"""Texts of click that no extraction finds, because click translates them from a variable."""
CLICK_PLURALS = (
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)
CLICK_VERSION = next(str(pin.version) for pin in read_lock(LOCK.read_text(encoding="utf-8")) if pin.name == "click")
"""The locked version of click. Texts that differ in another version are shown in English."""
_HEAD = "What officers and operators read of anninh."


def build_catalogue() -> Catalog:
    catalogue = Catalog(domain=DOMAIN, locale="vi")
    for source, keywords in SOURCES.items():
        for _file, _line, message, _comments, _context in extract_from_dir(str(source), METHODS, keywords=keywords):
            catalogue.add(tuple(message) if isinstance(message, tuple) else message)
    from_click: list[str | tuple[str, str]] = [*CLICK, *CLICK_UNSEEN, *CLICK_PLURALS]
    for message in (
        *from_click,
        *iter_help_texts(),
        *(template.text for template in iter_templates()),
        *iter_act_sentences(),
    ):
        catalogue.add(message)
    for context, name in iter_labelled_names():
        catalogue.add(name, context=context)
    return catalogue


def iter_labelled_names() -> Iterator[tuple[str, str]]:
    """Yield the context and the name of everything that has a label."""
    yield from ((closed_list.__name__, str(member.value)) for closed_list in LISTS for member in closed_list)
    lists = {"record": RECORDS, "check": CHECKS, **NAMES, JOURNAL: list_journal_names(), ACT: find_named_operations()}
    yield from ((context, name) for context, words in lists.items() for name in words)
    for operation, inputs in list_act_fields(read_catalogue()).items():
        yield ACT, operation
        yield from ((FIELD, name) for name in inputs)
    checked_in = read_catalogue()
    for derived in derived_operations():
        yield from (
            (FIELD, _find_label_name(derived.name, ask_field.path, checked_in))
            for ask_field in list_command_fields(derived)
        )
        yield from ((VIEW, name) for name in iter_shown_fields(derived))


def derived_operations() -> Iterator[Operation]:
    """Yield the operations with commands that are derived from their use cases."""
    groups = (command for _path, command in iter_commands() if isinstance(command, NounGroup))
    return chain.from_iterable(group.derived.values() for group in groups)


def list_command_fields(operation: Operation) -> Iterable[AskedField]:
    """Return the fields that the command of an operation asks for."""
    return list_form_fields(operation, "en", with_subject=find_subject(operation) is None)


def iter_shown_fields(operation: Operation) -> Iterator[str]:
    """Yield the names of the fields that the command of an operation prints."""
    result = operation.answer
    is_listed = get_origin(result) in (Page, list)
    view = get_args(result)[0] if is_listed else result
    if is_view(view):
        names = listed_fields(view) if is_listed else field_names(view)
        yield from (name.rpartition(".")[2] for name in names)


def iter_help_texts() -> Iterator[str]:
    """Yield the help texts of all commands, and the lines of the overview."""
    yield from (line for _module, line in anninh.homes.values() if line)
    for _path, command in iter_commands():
        options = (option for option in command.params if isinstance(option, click.Option))
        texts = [command.help, *(option.help for option in options if not getattr(option, "is_labelled", False))]
        yield from (cleandoc(text) for text in texts if text)


def iter_act_sentences() -> Iterator[str]:
    """Yield the buttons and help texts of the acts' forms, apart from titles and labels."""
    for act in load_act_table().values():
        yield from (act[key] for key in ("button", "help") if key in act)
        for declared in act.get("fields", {}).values():
            yield from ([declared["help"]] if "help" in declared else [])


def find_named_operations() -> set[str]:
    """Return the operations that sentences name, such as `{act:tips.triage}`, which pages show by their titles."""
    fields = (Formatter().parse(template.text) for template in iter_templates())
    return {spec for parts in fields for _, name, spec, _ in parts if name == NAMED_ACT and spec}


def list_act_fields(checked_in: Catalog) -> dict[str, list[str]]:
    """Return the acts for which the board has a form, with the names of their fields.

    Args:
        checked_in: catalogue as checked in; a field that it has by act and field has a label of its own.
    """
    gateway = OperationGateway(memory_app())
    with_form = {name: act for name, act in load_act_table().items() if has_form(gateway, name)}
    return {name: list(_iter_form_fields(gateway.operations[name], act, checked_in)) for name, act in with_form.items()}


def _iter_form_fields(operation: Operation, act: Mapping[str, Any], checked_in: Catalog) -> Iterator[str]:
    for form_input in describe_inputs(operation):
        declared = act.get("fields", {}).get(form_input.path, {})
        is_in_address = form_input.path == operation.subject and not declared.get("ask", False)
        if is_in_address or form_input.path == "seen_version" or declared.get("widget") in ("hidden", "none"):
            continue
        yield _find_label_name(operation.name, form_input.path, checked_in)


def _find_label_name(operation: str, path: str, checked_in: Catalog) -> str:
    """Return the name under which the catalogue has the label of an input."""
    names = (f"{operation}.{path}", path)
    return next((name for name in names if checked_in.get(name, FIELD)), path.rpartition(".")[2])


def list_journal_names() -> set[str]:
    """Return the names of actions in journal entries: recorded and stored actions, and those of the system itself."""
    stored_actions = json.loads(STORED_NAMES.read_text(encoding="utf-8"))["names"]["actions"]
    return {*list_recorded_actions(), *stored_actions, *JOURNAL_ONLY}


def read_catalogue(language: Language = "vi") -> Catalog:
    """Return the checked-in catalogue of a language."""
    with find_po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def find_po_file(language: Language) -> Path:
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def compile_catalogue(catalogue: Catalog) -> bytes:
    """Return a catalogue in the compiled form that the program reads."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def update_catalogues() -> None:
    """Update the `.po` and `.mo` files of both languages from the program's code."""
    messages = build_catalogue()
    vietnamese = read_catalogue()
    vietnamese.update(messages, no_fuzzy_matching=True)
    vietnamese.obsolete.clear()
    _write_catalogue("vi", vietnamese)
    _write_catalogue("en", _drop_unused_labels(read_catalogue("en"), messages))


def _drop_unused_labels(english: Catalog, messages: Catalog) -> Catalog:
    """Return the English labels of names that still exist; a name without a label is shown as its words."""
    remaining = Catalog(domain=DOMAIN, locale="en")
    for message in english:
        if message.id and messages.get(message.id, message.context):
            remaining.add(message.id, message.string, context=message.context)
    return remaining


def _write_catalogue(language: Language, catalogue: Catalog) -> None:
    _set_constant_header(catalogue)
    file = find_po_file(language)
    with file.open("wb") as out:
        write_po(out, catalogue, width=120, no_location=True, sort_output=True)
    file.with_suffix(".mo").write_bytes(compile_catalogue(catalogue))


def _set_constant_header(catalogue: Catalog) -> None:
    """Set a constant header in a catalogue, without the time of writing, so that the file changes only with its
    messages.
    """
    catalogue.project = "anninh"
    catalogue.version = "1"
    catalogue.header_comment = f"# {_HEAD}"
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 12, 2, tzinfo=UTC)
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "anninh"


if __name__ == "__main__":
    update_catalogues()
