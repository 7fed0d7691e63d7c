"""What a use case is and needs, who may do what where, and what is told of a refusal."""

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
"""Attribute of a marked method."""


def unit_mark(unit: str) -> str:
    """Return how a conflict of interest names everybody at home in a unit or below it; no id of an officer is alike."""
    return f"{_UNIT_MARK}{unit}"


def unit_of_mark(mark: str) -> str:
    """Return the unit that a conflict of interest names, "" where it names an officer."""
    return mark.removeprefix(_UNIT_MARK) if mark.startswith(_UNIT_MARK) else ""


class UseCaseKind(StrEnum):
    """What a marked method is."""

    COMMAND = "command"
    QUERY = "query"
    STEP = "step"
    WORKFLOW = "workflow"


@frozen
class UseCase:
    """What a marked method is, and what it does once it is permitted.

    Attributes:
        permission: what the act itself checks.
        audited: for a query: it opens sealed content, so that it leaves a journal entry before it answers.
        folds: whether repeats of the same look are counted instead of being written down one by one.
        needs: further permissions that parts of it check.
        public: whether it may be called from outside the process: over HTTP, and by `anninh call`.
        step_up: whether it takes somebody who has just shown a second factor.
        readers: how its arguments are read.
        daily, sends, irreversible: see `command`.
    """

    kind: UseCaseKind
    permission: Permission
    body: Callable[..., Any]
    audited: bool = False
    needs: tuple[Permission, ...] = ()
    folds: bool = False
    public: bool = False
    step_up: bool = False
    readers: ArgumentReaders = field(factory=ArgumentReaders)
    daily: bool = False
    sends: bool = False
    irreversible: bool = False


@frozen
class PermissionVerdict:
    """Whether somebody may, and in a sentence why or why not.

    Attributes:
        roles: ids of the roles that would give it, where somebody may not.
    """

    allowed: bool
    why: Sentence
    permission: str = ""
    unit: str = ""
    roles: tuple[str, ...] = ()

    def refusal(self) -> Refused:
        """Return the error that says it."""
        return Refused(self.why, permission=self.permission, unit=self.unit, roles=self.roles)


class Permits(Protocol):
    """Answers who may do what where. The units answer it, from the officers' grants."""

    def for_act(self) -> "Permits":
        """Return what answers all questions of one act: each officer's record is read once for it."""
        ...

    def may(self, actor: Actor, permission: Permission, unit: str, on: date) -> PermissionVerdict:
        """Tell whether an actor may do something on a unit on a day."""
        ...

    def is_officer(self, id: str) -> bool:
        """Tell whether an officer of this id is on record."""
        ...

    def name_officer(self, id: str) -> str:
        """Return an officer's name, or the id where none is on record, or can be read any more."""
        ...

    def list_marks(self, id: str) -> tuple[str, ...]:
        """Return by what a conflict of interest may name an officer: the id, and the marks of the own unit and above.

        See `unit_mark`.
        """
        ...

    def units(self, actor: Actor, permission: Permission, on: date) -> Sequence[str] | None:
        """Return the units where the permission holds, None for everywhere."""
        ...


@define(eq=False)
class RequiredPermission:
    """A permission that a mark asks for, and whether the body inside the `with` really checked it.

    Attributes:
        under_way: those of the bodies under way, the innermost last.
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
    """What the journal says of the refusals of one act, which is more than the actor is told.

    Attributes:
        asked_for: `kind:id` of the record that was named last, "" for none.
    """

    asked_for: str = ""
    _withheld: list[tuple[NotVisible, str, str]] = field(factory=list, init=False)

    def withhold(self, refusal: NotVisible, truth: str, about: str) -> NotVisible:
        """Return the error that doesn't say whether a record is there, and remember what does."""
        self._withheld.append((refusal, truth, about))
        return refusal

    def explain(self, refusal: AnninhError) -> Mapping[str, Scalar]:
        """Return the facts of a refusal's entry: why, and about what. An argument that doesn't fit isn't repeated."""
        for known, truth, about in self._withheld:
            if known is refusal:
                return {"why": truth, "about": clip(about, _MAX_NAME)}
        named = {"about": clip(self.asked_for, _MAX_NAME)} if self.asked_for else {}
        repeats_argument = isinstance(refusal, BadInput) and not isinstance(refusal, WrongStep)
        why = "an argument doesn't fit" if repeats_argument else str(refusal)
        return {"why": why, **named}
