"""The pages of the Python reference, made from the code."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from inspect import Parameter
from posixpath import dirname, relpath
from typing import Any

from attrs import frozen, has
from tools.reference.annotations import name_of, write_code, write_linked
from tools.reference.events import describe_events
from tools.reference.examples import Example, find_examples
from tools.reference.markdown import first_sentence, said, table
from tools.reference.subjects import MARK_WORDS, Verb, find_verbs, getter_type, members_of_app, public_methods
from tools.reference.values import ARGUMENTS, describe_arguments, describe_class, page_of, reachable

import anninh_core
from anninh_core.app import App
from anninh_core.messaging import Intake
from anninh_core.testing import memory_app
from anninh_core.usecase import Listing, arguments
from anninh_core.usecase.views import Download, Page
from anninh_core.worker.event_handlers.registry import event_handlers
from anninh_core.worker.worker import Worker

APP = "reference/app.md"
EVENTS = "reference/events.md"
_BESIDE = ("open_app", "load_profile", "shipped_profiles", "load_settings", "person", "system")
_ARGUMENT_NAMES = [name for name in vars(arguments) if name_of(getattr(arguments, name)) == name and name[0].isupper()]


def write_pages() -> Mapping[str, str]:
    """Return path below `docs/` -> Markdown."""
    with memory_app() as app:
        return _Reference(app).pages()


@frozen(slots=False)
class _Reference:
    """What the pages are made of."""

    app: App

    def pages(self) -> Mapping[str, str]:
        verbs = find_verbs(self.app)
        classes = reachable([*_extra(), *(type for found in verbs.values() for verb in found for type in verb.types())])
        homes = {cls.__name__: page_of(cls) for cls in classes} | dict.fromkeys(_ARGUMENT_NAMES, ARGUMENTS)
        examples = find_examples()
        made = {APP: self._app_page(verbs), EVENTS: self._events_page(verbs), ARGUMENTS: _arguments_page()}
        made |= _value_pages(classes, homes)
        made |= {_page_of_noun(noun): self._noun_page(noun, found, homes, examples) for noun, found in verbs.items()}
        return made

    def _noun_page(
        self, noun: str, verbs: Sequence[Verb], homes: Mapping[str, str], examples: Mapping[str, Example]
    ) -> str:
        about = members_of_app()[noun]
        page = _page_of_noun(noun)
        links = _links(homes, page)
        parts = [f"# `app.{noun}`\n\n{about}. [What every verb has in common](../app.md#every-verb)."]
        rows = ((f"[`{one.name}`](#{one.full_name})", first_sentence(one.call.__doc__)) for one in verbs)
        parts.append(table(("Verb", "Does"), ((name, does.replace("|", "\\|")) for name, does in rows)))
        parts += [_describe_verb(verb, links, page, examples.get(verb.full_name)) for verb in verbs]
        return "\n\n".join(parts)

    def _app_page(self, verbs: Mapping[str, Sequence[Verb]]) -> str:
        members = members_of_app()
        nouns = ((f"[`app.{noun}`](app/{noun}.md)", members[noun]) for noun in verbs)
        others = ((f"`app.{name}`", does) for name, does in members.items() if name not in verbs)
        functions = "\n\n".join(_describe_function(getattr(anninh_core, name), name) for name in _BESIDE)
        return _APP_TEXT.format(
            app=said(App.__doc__),
            nouns=table(("Noun", "Subject"), nouns),
            others=table(("Name", "Is"), others),
            functions=functions,
            intake=_describe_object(Intake, "app.intake"),
            worker=_describe_object(Worker, "app.worker"),
        )

    def _events_page(self, verbs: Mapping[str, Sequence[Verb]]) -> str:
        bodies = {
            (verb.mark.body.__module__, verb.mark.body.__name__): _verb_link(verb)
            for found in verbs.values()
            for verb in found
            if verb.mark
        }
        return _EVENTS_TEXT + describe_events(bodies, event_handlers(self.app.services))


def _extra() -> Sequence[Any]:
    return (anninh_core.Actor, Listing, Page, Download)


def _page_of_noun(noun: str) -> str:
    return f"reference/app/{noun}.md"


def _verb_link(verb: Verb) -> str:
    return f"[`{verb.full_name}`](app/{verb.noun}.md#{verb.full_name})"


def _links(homes: Mapping[str, str], page: str) -> Mapping[str, str]:
    """Return name -> address of its description, as a page writes it."""
    return {name: f"{relpath(home, dirname(page)) if home != page else ''}#{name}" for name, home in homes.items()}


def _describe_verb(verb: Verb, links: Mapping[str, str], page: str, example: Example | None) -> str:
    written = _signature(f"app.{verb.full_name}", verb.signature)
    parts = [f"## `{verb.full_name}` {{ #{verb.full_name} }}", written, _said_to_callers(verb), _facts(verb, links)]
    if example:
        at = relpath(example.page, dirname(page))
        parts.append(f"As in [{example.title}]({at}):\n\n```python\n{example.code}\n```")
    return "\n\n".join(part for part in parts if part)


def _said_to_callers(verb: Verb) -> str:
    """Return what a verb says of itself, without what it takes from its runner where callers give an actor."""
    return re.sub(r"^- `(?:session|uow)`: .*\n", "", said(verb.call.__doc__), flags=re.MULTILINE)


def _facts(verb: Verb, links: Mapping[str, str]) -> str:
    """Say what a caller has to know beside the signature."""
    lines = []
    if verb.mark is None:
        lines.append("It makes somebody known, and so takes no actor: for whoever builds a door of their own.")
    else:
        needs = ", ".join(f"`{one.value}`" for one in (verb.mark.permission, *verb.mark.needs))
        lines.append(f"{MARK_WORDS[verb.mark.kind]} Permission: {needs}.")
        if verb.mark.audited:
            lines.append("It leaves an entry in the journal before it answers.")
        if verb.mark.step_up:
            lines.append("It takes somebody who has just shown a second factor, else `StepUpNeeded`.")
    linked = ", ".join(dict.fromkeys(_linked_parts(verb, links)))
    shown = f", and over HTTP and by `anninh call` as {write_linked(verb.view, links)}" if verb.view else ""
    lines.append(f"Answers {write_linked(verb.signature.return_annotation, links)}{shown}.")
    return " ".join(lines) + (f"\n\nTypes: {linked}." if linked else "")


def _linked_parts(verb: Verb, links: Mapping[str, str]) -> Iterator[str]:
    for one in verb.signature.parameters.values():
        if one.name != "actor" and any(name in write_code(one.annotation) for name in links):
            yield f"`{one.name}` {write_linked(one.annotation, links)}"


def _signature(called: str, signature: inspect.Signature) -> str:
    """Write a signature on one line, or an argument a line."""
    arguments = [*_arguments(signature)]
    answer = write_code(signature.return_annotation)
    short = f"{called}({', '.join(arguments)}) -> {answer}"
    long = f"{called}(\n" + "".join(f"    {one},\n" for one in arguments) + f") -> {answer}"
    return f"```python\n{short if len(short) <= 80 else long}\n```"


def _arguments(signature: inspect.Signature) -> Iterator[str]:
    by_keyword = False
    stars: dict[object, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and not by_keyword:
            by_keyword = True
            yield "*"
        note = "" if one.annotation is one.empty else f": {write_code(one.annotation)}"
        yield f"{stars.get(one.kind, '')}{one.name}{note}" + (
            "" if one.default is one.empty else f" = {_default(one.default)}"
        )


def _default(value: object) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    return "…" if has(type(value)) else repr(value).removeprefix("datetime.")


def _describe_function(function: Any, name: str) -> str:
    written = _signature(name, inspect.signature(function))
    return f"### `{name}` {{ #{name} }}\n\n{written}\n\n{said(function.__doc__)}"


def _describe_object(cls: type, called: str) -> str:
    parts = [said(cls.__doc__)]
    for name, member in public_methods(cls):
        if inspect.isfunction(member):
            signature = inspect.signature(member)
            bound = signature.replace(parameters=[*signature.parameters.values()][1:])
            parts.append(_signature(f"{called}.{name}", bound))
        else:
            parts.append(f"```python\n{called}.{name}: {write_code(getter_type(member))}\n```")
        parts.append(said(member.__doc__))
    return "\n\n".join(parts)


def _arguments_page() -> str:
    return (
        "# Arguments\n\nTypes that name what an argument is. To Python they are texts and numbers; whatever comes in "
        "from outside (HTTP, `anninh call`) is held to their limits.\n\n" + describe_arguments()
    )


def _value_pages(classes: Sequence[type], homes: Mapping[str, str]) -> Mapping[str, str]:
    parts: dict[str, list[str]] = {}
    for cls in classes:
        page = page_of(cls)
        parts.setdefault(page, [f"# Values: {page.rpartition('/')[2].removesuffix('.md').replace('_', ' ')}"])
        parts[page].append(describe_class(cls, _links(homes, page)))
    return {page: "\n\n".join(found) for page, found in parts.items()}


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

## `app.intake` {{ #app.intake }}

{intake}

## `app.worker` {{ #app.worker }}

{worker}
"""

_EVENTS_TEXT = """# Events of the journal

Each command leaves one entry in the journal, which names what happened by its events. `app.audit.trail` shows them, the
hook `after_commit` hears of them, and who must not miss anything reads `app.context.storage.journal` by its cursor.
`…` stands for a part that the act fills in. What the worker acts on begins by itself: notices, alarms, commands of
officers.

"""
