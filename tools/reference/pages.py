"""Writes the pages of the Python reference from the code."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import dirname, relpath
from typing import Any

from attrs import frozen
from tools.reference.annotations import write_linked_type
from tools.reference.events import describe_events
from tools.reference.examples import Example, find_examples
from tools.reference.markdown import get_first_sentence, write_docstring, write_table
from tools.reference.signatures import describe_function, describe_method, describe_object, write_signature
from tools.reference.subjects import MARK_WORDS, Verb, find_nested_nouns, find_verbs, read_app_members
from tools.reference.values import (
    ARGUMENTS,
    describe_arguments,
    describe_class,
    find_kin,
    find_reachable_classes,
    get_page,
)

import anninh_core
from anninh_core import testing
from anninh_core.app import App
from anninh_core.messaging import Intake
from anninh_core.testing import memory_app
from anninh_core.usecase import arguments
from anninh_core.usecase.composition.command_composition import Composition
from anninh_core.usecase.read_session import Listing
from anninh_core.usecase.signatures import format_type, get_type_name
from anninh_core.usecase.views import Download, Page
from anninh_core.worker.event_handlers.registry import event_handlers
from anninh_core.worker.worker import Worker

APP = "reference/app.md"
EVENTS = "reference/events.md"
TESTING = "reference/testing.md"
_BESIDE = ("open_app", "load_profile", "list_shipped_profiles", "load_settings", "person", "system")
_ARGUMENT_NAMES = [
    name for name in vars(arguments) if get_type_name(getattr(arguments, name)) == name and name[0].isupper()
]


def write_pages() -> Mapping[str, str]:
    """Return path below `docs/` -> Markdown of each page of the Python reference."""
    with memory_app() as app:
        return _PageWriter(app).write_all()


@frozen(slots=False)
class _PageWriter:
    app: App

    def write_all(self) -> Mapping[str, str]:
        verbs = find_verbs(self.app)
        classes = find_reachable_classes(
            [
                *_list_extra_classes(),
                *(type for noun_verbs in verbs.values() for verb in noun_verbs for type in verb.types()),
            ]
        )
        homes = {cls.__name__: get_page(cls) for cls in classes} | dict.fromkeys(_ARGUMENT_NAMES, ARGUMENTS)
        examples = find_examples()
        written = {
            APP: self._write_app_page(verbs),
            EVENTS: self._write_events_page(verbs),
            ARGUMENTS: _write_arguments_page(),
        }
        written |= {**_write_value_pages(classes, homes), TESTING: _write_testing_page()}
        written |= {
            _get_noun_page(noun): self._write_noun_page(noun, noun_verbs, homes, examples)
            for noun, noun_verbs in verbs.items()
        }
        return written

    def _write_noun_page(
        self, noun: str, verbs: Sequence[Verb], homes: Mapping[str, str], examples: Mapping[str, Example]
    ) -> str:
        subject = read_app_members()[noun]
        page = _get_noun_page(noun)
        links = _build_links(homes, page)
        parts = [f"# `app.{noun}`\n\n{subject}. [What every verb has in common](../app.md#every-verb)."]
        parts.append(_write_verb_table(verb for verb in verbs if "." not in verb.name))
        for name, part in find_nested_nouns(self.app, noun).items():
            parts.append(f"`app.{noun}.{name}`: {get_first_sentence(type(part).__doc__)}")
            parts.append(_write_verb_table(verb for verb in verbs if verb.name.startswith(f"{name}.")))
        parts += [_describe_verb(verb, links, page, examples.get(verb.full_name)) for verb in verbs]
        return "\n\n".join(parts)

    def _write_app_page(self, verbs: Mapping[str, Sequence[Verb]]) -> str:
        members = read_app_members()
        nouns = ((f"[`app.{noun}`](app/{noun}.md)", members[noun]) for noun in verbs)
        others = ((f"`app.{name}`", does) for name, does in members.items() if name not in verbs)
        functions = "\n\n".join(describe_function(getattr(anninh_core, name), name) for name in _BESIDE)
        return _APP_TEXT.format(
            app=write_docstring(App.__doc__),
            nouns=write_table(("Noun", "Subject"), nouns),
            others=write_table(("Name", "Is"), others),
            functions=functions,
            compose=describe_method(App, "compose", "app"),
            composition=describe_object(Composition, "act"),
            intake=describe_object(Intake, "app.intake"),
            worker=describe_object(Worker, "app.worker"),
        )

    def _write_events_page(self, verbs: Mapping[str, Sequence[Verb]]) -> str:
        bodies = {
            (verb.mark.body.__module__, verb.mark.body.__name__): _write_verb_link(verb)
            for noun_verbs in verbs.values()
            for verb in noun_verbs
            if verb.mark
        }
        return _EVENTS_TEXT + describe_events(bodies, event_handlers(self.app.internals.services, self.app.duty.claim))


def _list_extra_classes() -> Sequence[Any]:
    return (anninh_core.Actor, Listing, Page, Download)


def _get_noun_page(noun: str) -> str:
    return f"reference/app/{noun}.md"


def _write_verb_table(verbs: Iterable[Verb]) -> str:
    rows = ((f"[`{verb.name}`](#{verb.full_name})", get_first_sentence(verb.call.__doc__)) for verb in verbs)
    return write_table(("Verb", "Does"), ((name, does.replace("|", "\\|")) for name, does in rows))


def _write_verb_link(verb: Verb) -> str:
    return f"[`{verb.full_name}`](app/{verb.noun}.md#{verb.full_name})"


def _build_links(homes: Mapping[str, str], page: str) -> Mapping[str, str]:
    """Return name -> link to the description of the name, relative to a page."""
    return {name: f"{relpath(home, dirname(page)) if home != page else ''}#{name}" for name, home in homes.items()}


def _describe_verb(verb: Verb, links: Mapping[str, str], page: str, example: Example | None) -> str:
    signature_text = write_signature(f"app.{verb.full_name}", verb.signature)
    parts = [
        f"## `{verb.full_name}` {{ #{verb.full_name} }}",
        signature_text,
        _write_caller_docs(verb),
        _describe_use(verb, links),
    ]
    if example:
        at = relpath(example.page, dirname(page))
        parts.append(f"As in [{example.title}]({at}):\n\n```python\n{example.code}\n```")
    return "\n\n".join(part for part in parts if part)


def _write_caller_docs(verb: Verb) -> str:
    """Return the docstring of a verb without the arguments `session` and `uow`, which callers don't pass."""
    return re.sub(r"^- `(?:session|uow)`: .*\n", "", write_docstring(verb.call.__doc__), flags=re.MULTILINE)


def _describe_use(verb: Verb, links: Mapping[str, str]) -> str:
    """Return sentences on the permission, journal entry, second factor, result and types of a verb."""
    lines = []
    if verb.mark is None:
        lines.append("It makes somebody known, and so takes no actor: for whoever builds a door of their own.")
    else:
        needs = ", ".join(f"`{permission.value}`" for permission in (verb.mark.permission, *verb.mark.needs))
        lines.append(f"{MARK_WORDS[verb.mark.kind]} Permission: {needs}.")
        if verb.mark.audited:
            lines.append("It leaves an entry in the journal before it answers.")
        if verb.mark.step_up:
            lines.append("It takes somebody who has just shown a second factor, else `StepUpNeeded`.")
    linked = ", ".join(dict.fromkeys(_iter_linked_types(verb, links)))
    view_note = f", and over HTTP and by `anninh call` as {write_linked_type(verb.view, links)}" if verb.view else ""
    lines.append(f"Answers {write_linked_type(verb.signature.return_annotation, links)}{view_note}.")
    return " ".join(lines) + (f"\n\nTypes: {linked}." if linked else "")


def _iter_linked_types(verb: Verb, links: Mapping[str, str]) -> Iterator[str]:
    for parameter in verb.signature.parameters.values():
        if parameter.name != "actor" and any(name in format_type(parameter.annotation) for name in links):
            yield f"`{parameter.name}` {write_linked_type(parameter.annotation, links)}"


def _write_arguments_page() -> str:
    return (
        "# Arguments\n\nTypes that name what an argument is. To Python they are texts and numbers; whatever comes in "
        "from outside (HTTP, `anninh call`) is held to their limits.\n\n" + describe_arguments()
    )


def _write_testing_page() -> str:
    parts = [_TESTING_TEXT]
    for name in dir(testing):
        member = getattr(testing, name)
        parts.append(
            describe_object(member, name, heading=True) if inspect.isclass(member) else describe_function(member, name)
        )
    return "\n\n".join(parts)


def _write_value_pages(classes: Sequence[type], homes: Mapping[str, str]) -> Mapping[str, str]:
    parts = dict[str, list[str]]()
    kin = find_kin(classes)
    for cls in classes:
        page = get_page(cls)
        parts.setdefault(page, [f"# Values: {page.rpartition('/')[2].removesuffix('.md').replace('_', ' ')}"])
        parts[page].append(describe_class(cls, _build_links(homes, page), kin.get(cls, ())))
    return {page: "\n\n".join(sections) for page, sections in parts.items()}


_APP_TEXT = """# The app

What a Python program works with, made from the code. `help(app.tips.assign)` says the same at the prompt.
[Settings](settings.md), [errors](errors.md), [hooks](hooks.md) and [ports](ports.md) have pages of their own.

{functions}

## `App` {{ #App }}

`from anninh_core import App`

{app}

{nouns}

Beside its nouns it has:

{others}

## Every verb

- The actor comes first: [`person`](#person) names an officer who was signed in by your program, [`system`](#system) a
  part of the program. Everything after `*` is given by name.
- Who lacks the permission where the record belongs gets `Refused`; what isn't theirs to know of is `NotFound`.
  Input that doesn't fit is `BadInput`, a step that the state of the record doesn't allow is `WrongStep`, and a record
  that was changed since it was seen is `Stale`. Nothing was done then. [Errors](errors.md) draws the tree.
- `actor.with_request(key)` makes of a repeat `AlreadyDone`; `actor.seeing("tip", tip.id, tip.version)` makes of a
  change by somebody else `Stale`; `actor.counting()` asks lists for their totals. [`Actor`](values/shared.md#Actor).
- A list answers [`Listing`](values/shared.md#Listing): `items`, and `cursor`, which goes into `after` for the next
  page.
- Moments have a time zone, days are those of Vietnam, texts are NFC.

## `app.compose` {{ #compose }}

{compose}

The function is handed a `Composition` (`from anninh_core import Composition`). {composition}

[Do several things in one commit](../howto/compose_commands.md) shows it at work.

## `app.intake` {{ #app.intake }}

{intake}

## `app.worker` {{ #app.worker }}

{worker}
"""

_TESTING_TEXT = """# For tests

`from anninh_core.testing import …`: an app in memory, the pretend chat service, clocks that are turned by hand. The
[kits](kits.md) have a page of their own; [Test your tool](../howto/test_your_tool.md) shows how they go together."""

_EVENTS_TEXT = """# Events of the journal

Each command leaves one entry in the journal, which names what happened by its events. `app.audit.trail` shows them, the
hook `anninh_committed` hears of them, and who must not miss anything reads the journal of the storage
(`app.internals.context.storage.journal`) by its cursor. `…` stands for a part that the act fills in. What the worker
acts on begins by itself: notices, alarms, commands of officers.

"""
