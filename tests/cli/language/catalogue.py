"""The catalogue of the command line: `python -m tests.cli.language.catalogue` brings it up to date.

Messages are what the code marks, the help of all commands, the words of closed lists, and those of click that people
get to see. New ones are written into the `.po` without a translation, old ones are taken out; then
the `.mo` is compiled, which lies beside it and is what the program reads.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from inspect import cleandoc
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from tests.cli.language.closed_lists import LISTS
from tests.cli.walk import iter_commands
from tools.supply_chain.lock import read_lock

from anninh_core.cli.language.speaking import DOMAIN, LOCALES
from anninh_core.cli.root import anninh

PO = LOCALES / "vi" / "LC_MESSAGES" / f"{DOMAIN}.po"
MO = PO.with_suffix(".mo")
SOURCES = (LOCALES.parents[1], LOCALES.parents[3] / "anninh_zalo" / "cli")
LOCK = Path(__file__).parents[3] / "requirements" / "ci.lock"
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
_KEYWORDS = {"_": None, "gettext": None, "marked": None, "ngettext": (1, 2)}
_HEAD = "Words of the command line of anninh."


def wanted() -> Catalog:
    """Return the catalogue of all messages, without translations."""
    made = Catalog(domain=DOMAIN, locale="vi")
    for source in SOURCES:
        for file, _line, found, _comments, _context in extract_from_dir(str(source), keywords=_KEYWORDS):
            message = tuple(found) if isinstance(found, tuple) else found
            made.add(message, locations=[(f"{source.parent.name}/cli/{file}", 0)])
    from_click: list[str | tuple[str, str]] = [*CLICK, *CLICK_UNSEEN, *CLICK_PLURALS]
    for message in from_click:
        made.add(message, locations=[("click", 0)])
    for text, command in helps():
        made.add(text, locations=[(command, 0)])
    for one in LISTS:
        for member in one:
            made.add(str(member.value), context=one.__name__, locations=[(one.__name__, 0)])
    return made


def helps() -> Iterator[tuple[str, str]]:
    """Yield the help of all commands, with the command, and the lines of the overview."""
    yield from ((line, "anninh") for _module, line in anninh.homes.values() if line)
    for path, command in iter_commands():
        yield from _texts(command, "/".join(path))


def _texts(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    texts = [command.help, *(one.help for one in command.params if isinstance(one, click.Option))]
    yield from ((cleandoc(text), path) for text in texts if text)


def stored() -> Catalog:
    """Return the catalogue as it is checked in."""
    with PO.open("rb") as file:
        return read_po(file, locale="vi", domain=DOMAIN)


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as the program reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def write() -> None:
    """Bring the files up to date."""
    catalogue = stored() if PO.exists() else Catalog(domain=DOMAIN, locale="vi")
    catalogue.update(wanted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    _head(catalogue)
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=False)
    Path(MO).write_bytes(compiled(catalogue))


def _head(catalogue: Catalog) -> None:
    """Leave in the head what says something, and no moment, so that the file changes only with its messages."""
    catalogue.project = "anninh"
    catalogue.version = "1"
    catalogue.header_comment = f"# {_HEAD}"
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 11, 27, tzinfo=UTC)
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "anninh"


if __name__ == "__main__":
    write()
