"""One public use case as the door has it."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from inspect import Parameter, cleandoc, signature
from typing import Any

import msgspec
from attrs import define, field

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.operations.requests import Request, RequestBuilder, arguments_of
from anninh_core.operations.results import Answer, answer_of
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import Alias, find_alias
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind
from anninh_core.vocabulary.permissions import Permission

_CASE = "CaseRef"
_SENTENCE = re.compile(r".*?[.?!](?=\s|$)", re.DOTALL)
_SECTIONS = re.compile(r"^(Args|Raises|Returns):$", re.MULTILINE)


@define(frozen=True, slots=False, eq=False)
class Operation:
    """One public use case.

    Attributes:
        name: `noun.verb` of the app, such as `tips.assign`.
        permission: what it checks itself.
        needs: what its parts check besides.
        traced: whether it opens sealed content and leaves a journal entry before it answers.
        step_up: whether it takes somebody who has just shown a second factor.
        daily, sends, irreversible: as `command` marks them.
        summary: first sentence of its description.
        description: the rest of it.
        subject: name of the first argument if that is an id which can't be left out, else "".
        subject_type: type of that argument, None without one.
    """

    name: str
    kind: UseCaseKind
    permission: Permission
    needs: tuple[Permission, ...]
    traced: bool
    step_up: bool
    daily: bool
    sends: bool
    irreversible: bool
    summary: str
    description: str
    subject: str
    subject_type: Alias | None
    verb: Callable[..., object] = field(repr=False)
    _requests: RequestBuilder = field(repr=False)

    @property
    def request(self) -> type[msgspec.Struct]:
        """The class of its arguments: what is left out is unset; fields that it doesn't know are refused."""
        return self.arguments.type

    @property
    def arguments(self) -> Request:
        """How its arguments arrive."""
        return self._requests.build(self.name, self.verb)

    @property
    def takes_file(self) -> bool:
        """Whether the id of an upload is, or is in, one of its arguments."""
        return any(shape.holds_upload for shape in self.arguments.shapes.values())

    def record_of(self, arguments: Mapping[str, object]) -> tuple[str, str] | None:
        """Return kind and id of the record that a call is about, None where it is about none.

        Raises:
            BadInput: a case isn't named as `kind:id`.
        """
        named = arguments.get(self.subject)
        if self.subject_type is None or not isinstance(named, str):
            return None
        if self.subject_type.name == _CASE:
            ref = Ref.parse(named)
            return ref.kind, ref.id
        return (self.subject_type.record, named) if self.subject_type.record else None

    @property
    def changes_something(self) -> bool:
        """Whether it is no query."""
        return self.kind is not UseCaseKind.QUERY

    @property
    def takes_version(self) -> bool:
        """Whether it changes a record that is named first, so that a caller can say in which version it was seen."""
        subject = self.subject_type
        names_record = subject is not None and (bool(subject.record) or subject.name == _CASE)
        return self.kind is not UseCaseKind.QUERY and names_record

    @property
    def takes_key(self) -> bool:
        """Whether it changes something that may be done under a request key, and so once.

        A disclosure never is, and nothing that takes or gives a secret: of its words no digest may be kept.
        """
        discloses = self.step_up and self.name.startswith("identity.")
        return self.kind is not UseCaseKind.QUERY and not discloses and not self.name.startswith("accounts.")

    def seen_by(self, actor: Actor, version: int, arguments: Mapping[str, object]) -> Actor:
        """Return the actor, who has seen the record that a call is about in a version; see `Actor.seeing`.

        Raises:
            BadInput: it changes no record that is named first; or a case isn't named as `kind:id`.
        """
        record = self.record_of(arguments) if self.takes_version else None
        if record is None:
            raise BadInput(
                "Operation {operation} doesn't change a record named by its first argument: leave out the "
                "version that you have seen.",
                operation=self.name,
            )
        return actor.seeing(*record, version)

    @property
    def answer(self) -> Any:
        """Annotation of what leaves: a view, a page or a list of views, `Download`, a plain value or None."""
        return self.shown.type

    @cached_property
    def shown(self) -> Answer:
        """How its answer leaves."""
        opens_one = self.kind is UseCaseKind.QUERY
        return answer_of(signature(self.verb).return_annotation, opens_one=opens_one, file_name=self.name)


def make_operation(name: str, verb: Callable[..., object], mark: UseCase, requests: RequestBuilder) -> Operation:
    """Return the operation of a use case.

    Raises:
        TypeError: nothing says what it does.
    """
    summary, description = _describe(verb.__doc__ or "")
    if not summary:
        raise TypeError(f"{name} is public and has no docstring: callers read there what it does")
    subject, subject_type = _find_subject(verb)
    return Operation(
        name=name,
        kind=mark.kind,
        permission=mark.permission,
        needs=mark.needs,
        traced=mark.audited,
        step_up=mark.step_up,
        daily=mark.daily,
        sends=mark.sends,
        irreversible=mark.irreversible,
        summary=summary,
        description=description,
        subject=subject,
        subject_type=subject_type,
        verb=verb,
        requests=requests,
    )


def _describe(docstring: str) -> tuple[str, str]:
    """Return the first sentence and the rest, without what is said of arguments and errors."""
    prose = _SECTIONS.split(cleandoc(docstring))[0].strip()
    found = _SENTENCE.match(prose)
    first = found[0] if found else prose
    return " ".join(first.split()), prose[len(first) :].strip()


def _find_subject(verb: Callable[..., object]) -> tuple[str, Alias | None]:
    """Return name and type of the first argument if it is an id which can't be left out."""
    first = next(iter(arguments_of(verb)), None)
    alias = find_alias(first.annotation) if first is not None and first.default is Parameter.empty else None
    return (first.name, alias) if first is not None and alias is not None and alias.is_id else ("", None)
