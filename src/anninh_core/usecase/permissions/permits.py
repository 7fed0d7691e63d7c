"""Metadata of use cases, permissions of actors on units, and facts about refusals for the journal."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from attrs import define, field, frozen

from anninh_core.kernel.errors import AnninhError, BadInput, NotVisible, Refused, WrongStep
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import clip
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.argument_readers import ArgumentReaders
from anninh_core.vocabulary.permissions import Permission

_MAX_NAME = 200
_UNIT_MARK = "unit:"
USE_CASE = "__anninh_mark__"
"""Name of the attribute that holds the metadata of a method marked as a use case."""


def build_unit_mark(unit: str) -> str:
    """Return the mark that excludes all officers of a unit and its subunits; no officer id has this form."""
    return f"{_UNIT_MARK}{unit}"


def get_marked_unit(mark: str) -> str:
    """Return the unit of a mark from `build_unit_mark`, or "" if the mark is an officer id."""
    return mark.removeprefix(_UNIT_MARK) if mark.startswith(_UNIT_MARK) else ""


class UseCaseKind(StrEnum):
    """The kinds of use cases, which the decorators in `marks` set."""

    COMMAND = "command"
    QUERY = "query"
    STEP = "step"
    WORKFLOW = "workflow"


@frozen
class UseCase:
    """The metadata of a use case, and the function that carries it out.

    Attributes:
        permission: permission that the use case checks itself.
        audited: a query that decrypts content leaves a journal entry before it answers.
        aggregate_repeats: whether repeated reads are counted instead of being journaled one by one.
        needs: further permissions that its parts check.
        public: whether it may be called from outside the process: over HTTP, and by `anninh call`.
        step_up: whether the caller must have just passed a second factor.
        readers: how its arguments are parsed.
        daily, sends, irreversible: see `command`.
    """

    kind: UseCaseKind
    permission: Permission
    body: Callable[..., Any]
    audited: bool = False
    needs: tuple[Permission, ...] = ()
    aggregate_repeats: bool = False
    public: bool = False
    step_up: bool = False
    readers: ArgumentReaders = field(factory=ArgumentReaders)
    daily: bool = False
    sends: bool = False
    irreversible: bool = False


@frozen
class PermissionVerdict:
    """Whether an action is permitted, with a reason as a sentence.

    Attributes:
        roles: ids of the roles that would grant it, if it is denied.
    """

    allowed: bool
    why: Sentence
    permission: str = ""
    unit: str = ""
    roles: tuple[str, ...] = ()

    def refusal(self) -> Refused:
        """Return the error for a denied permission."""
        return Refused(self.why, permission=self.permission, unit=self.unit, roles=self.roles)


class Permits(Protocol):
    """Returns which permissions actors have. The module for units implements it, from the officers' grants."""

    def for_act(self) -> "Permits":
        """Return permits for one act: each officer's record is read once."""
        ...

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        """Return whether an actor has a permission on a unit on a day, with the reason if not."""
        ...

    def is_officer(self, id: str) -> bool:
        """Return whether an officer of this id exists."""
        ...

    def name_officer(self, id: str) -> str:
        """Return an officer's name, or the id if the officer doesn't exist or can't be decrypted any more."""
        ...

    def list_marks(self, id: str) -> tuple[str, ...]:
        """Return the marks that exclude an officer in conflicts of interest: the id, and the marks of the own unit and
        its ancestors.

        See `build_unit_mark`.
        """
        ...

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units on which an actor has a permission on a day, or None for all units."""
        ...


@define(eq=False)
class RequiredPermission:
    """A permission that a use case requires, and whether the body that runs inside the `with` block checked it.

    Attributes:
        under_way: permissions of the running bodies, the innermost last.
    """

    under_way: "list[RequiredPermission]"
    permission: Permission
    action: str
    checked: bool = False

    def __enter__(self) -> None:
        self.under_way.append(self)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.under_way.pop()
        if kind is None and not self.checked:
            raise AssertionError(f"{self.action} never checked its permission {self.permission.value}")


@define
class Refusals:
    """The refusals of one act, for the journal, which records more about them than the actor is shown.

    Attributes:
        asked_for: `kind:id` of the record that was named last, "" for none.
    """

    asked_for: str = ""
    _withheld: list[tuple[NotVisible, str, str]] = field(factory=list, init=False)

    def withhold_reason(self, refusal: NotVisible, truth: str, about: str) -> NotVisible:
        """Return a given error that doesn't reveal whether the record exists, and record the real reason for the
        journal.
        """
        self._withheld.append((refusal, truth, about))
        return refusal

    def list_facts(self, refusal: AnninhError) -> Mapping[str, Scalar]:
        """Return the facts of a refusal for its journal entry: reason and subject. An invalid argument isn't
        repeated.
        """
        for withheld, truth, about in self._withheld:
            if withheld is refusal:
                return {"why": truth, "about": clip(about, _MAX_NAME)}
        named = {"about": clip(self.asked_for, _MAX_NAME)} if self.asked_for else {}
        repeats_argument = isinstance(refusal, BadInput) and not isinstance(refusal, WrongStep)
        why = "an argument doesn't fit" if repeats_argument else str(refusal)
        return {"why": why, **named}
