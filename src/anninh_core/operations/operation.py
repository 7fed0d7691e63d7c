"""A public use case as an operation, which interfaces can describe and call."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from inspect import Parameter, cleandoc, signature
from typing import Any

import msgspec
from attrs import define, field

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.operations.requests import Request, RequestBuilder, list_arguments
from anninh_core.operations.results import Answer, find_conversion
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import Alias, find_alias
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind
from anninh_core.vocabulary.permissions import Permission

_CASE = "CaseRef"
_SENTENCE = re.compile(r".*?[.?!](?=\s|$)", re.DOTALL)
_SECTIONS = re.compile(r"^(Args|Raises|Returns):$", re.MULTILINE)


@define(frozen=True, slots=False, eq=False)
class Operation:
    """A public use case with its name, arguments and result, as interfaces call it.

    Attributes:
        name: `noun.verb` of the app, such as `tips.assign`.
        permission: permission that the use case itself checks.
        needs: further permissions that its parts check.
        traced: whether it decrypts content and writes an audit log entry before it returns.
        step_up: whether it requires a fresh second factor.
        daily, sends, irreversible: as marked by `command`.
        summary: first sentence of its description.
        description: the further sentences.
        subject: name of the first argument if that is a required id, else "".
        subject_type: type of that argument, or None.
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
        """Msgspec class of the operation's arguments: omitted arguments are unset; unknown fields are refused."""
        return self.arguments.type

    @property
    def arguments(self) -> Request:
        """How the operation's arguments are decoded."""
        return self._requests.build(self.name, self.verb)

    @property
    def takes_file(self) -> bool:
        """Whether an argument of the operation is or contains the id of an upload."""
        return any(shape.holds_upload for shape in self.arguments.shapes.values())

    def find_record(self, arguments: Mapping[str, object]) -> tuple[str, str] | None:
        """Return kind and id of the record that a call of the operation is about, or None.

        Raises:
            BadInput: a case isn't named as `kind:id`.
        """
        subject_id = arguments.get(self.subject)
        if self.subject_type is None or not isinstance(subject_id, str):
            return None
        if self.subject_type.name == _CASE:
            ref = Ref.parse(subject_id)
            return ref.kind, ref.id
        return (self.subject_type.record, subject_id) if self.subject_type.record else None

    @property
    def changes_something(self) -> bool:
        """Whether the operation isn't a query."""
        return self.kind is not UseCaseKind.QUERY

    @property
    def takes_version(self) -> bool:
        """Whether the operation changes a record named by its first argument, so that a caller can state the version
        seen.
        """
        subject = self.subject_type
        names_record = subject is not None and (bool(subject.record) or subject.name == _CASE)
        return self.kind is not UseCaseKind.QUERY and names_record

    @property
    def takes_key(self) -> bool:
        """Whether the operation is a change that can be made idempotent with a request key.

        Disclosures can't, nor operations that take or return a secret, because no digest of a secret may be kept.
        """
        discloses = self.step_up and self.name.startswith("identity.")
        return self.kind is not UseCaseKind.QUERY and not discloses and not self.name.startswith("accounts.")

    def add_seen_version(self, actor: Actor, version: int, arguments: Mapping[str, object]) -> Actor:
        """Return the actor with the version that the actor saw of the record in the call; see `Actor.seeing`.

        Raises:
            BadInput: the operation changes no record named by its first argument; or a case isn't named as `kind:id`.
        """
        record = self.find_record(arguments) if self.takes_version else None
        if record is None:
            raise BadInput(
                "Operation {operation} doesn't change a record named by its first argument: leave out the "
                "version that you have seen.",
                operation=self.name,
            )
        return actor.seeing(*record, version)

    @property
    def answer(self) -> Any:
        """Type annotation of the converted result: a view, a page or a list of views, `Download`, a plain value or
        None.
        """
        return self.shown.type

    @cached_property
    def shown(self) -> Answer:
        """How the operation's result is converted."""
        opens_one = self.kind is UseCaseKind.QUERY
        return find_conversion(signature(self.verb).return_annotation, opens_one=opens_one, file_name=self.name)


def make_operation(name: str, verb: Callable[..., object], mark: UseCase, requests: RequestBuilder) -> Operation:
    """Return the operation of a use case.

    Raises:
        TypeError: the use case has no docstring.
    """
    summary, description = _split_docstring(verb.__doc__ or "")
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


def _split_docstring(docstring: str) -> tuple[str, str]:
    """Return the first sentence and the further text of a docstring, without its sections."""
    prose = _SECTIONS.split(cleandoc(docstring))[0].strip()
    match = _SENTENCE.match(prose)
    first = match[0] if match else prose
    return " ".join(first.split()), prose[len(first) :].strip()


def _find_subject(verb: Callable[..., object]) -> tuple[str, Alias | None]:
    """Return the name and the type of a use case's first argument if it is a required id, else "" and None."""
    first = next(iter(list_arguments(verb)), None)
    alias = find_alias(first.annotation) if first is not None and first.default is Parameter.empty else None
    return (first.name, alias) if first is not None and alias is not None and alias.is_id else ("", None)
