"""The actor of a use case, the record versions that the actor saw before, and the current workflow."""

from enum import Enum

from attrs import define, evolve, field, frozen

from anninh_core.kernel.errors import AlreadyDone
from anninh_core.kernel.refs import Ref
from anninh_core.ports.authenticator import VOUCHED, SignIn
from anninh_core.vocabulary.permissions import Permission


class ActorKind(Enum):
    """What kind of actor acts: a person with grants, or a part of this program with a small, fixed set of
    permissions.
    """

    PERSON = "person"
    """An officer, with the grants that are stored for the officer."""
    SYSTEM = "system"
    """A part of the program, with fixed permissions."""


@frozen
class ActorName:
    """Identity of an actor, as stored in records.

    Attributes:
        id: officer id, or the name of a part of the program.
        request: idempotency key of one act ("" for none): carried out at most once. Stored records never have one; the
            field stays for compatibility with the first release.
    """

    kind: ActorKind
    id: str
    request: str = ""

    @property
    def label(self) -> str:
        """The actor's name in the journal."""
        return str(Ref(self.kind.value, self.id))


@frozen
class Seen:
    """A record, with the version of it that the actor saw.

    Attributes:
        version: number of writes up to then.
    """

    kind: str
    id: str
    version: int


@define(eq=False)
class Act:
    """A running workflow: several commits under one request key, each with a step of its own.

    Attributes:
        owner: label of the caller. The request key is the caller's, even if a part of the program continues the
            workflow.
        operation: name of the operation in the journal.
        committed: keys stored since the call.
        commits: number of commits since the call.
        repeated: steps that an earlier call committed.
    """

    owner: str
    operation: str
    committed: set[str] = field(factory=set, init=False)
    commits: int = field(default=0, init=False)
    repeated: list[AlreadyDone] = field(factory=list, init=False)

    @property
    def has_begun(self) -> bool:
        """Whether any step of the workflow was committed, in this call or an earlier one: seen versions are checked
        only before that.
        """
        return bool(self.commits or self.repeated)

    @property
    def is_repeat(self) -> bool:
        """Whether an earlier call did all steps of the workflow, so that nothing was left to do."""
        return bool(self.repeated) and not self.commits

    def note_commit(self, key: str) -> None:
        """Note that a commit was made, and the request key stored with it, or "" for none."""
        self.commits += 1
        if key:
            self.committed.add(key)

    def sum_up(self) -> AlreadyDone:
        """Return the facts of a workflow that an earlier call completed, all its steps together."""
        touched = {(kind, id): version for step in self.repeated for kind, id, version in step.touched}
        facts = {name: fact for step in self.repeated for name, fact in step.facts.items()}
        return AlreadyDone(
            self.repeated[-1].request, tuple((kind, id, version) for (kind, id), version in touched.items()), facts
        )


@frozen
class Actor(ActorName):
    """An actor with its request key and the record versions it saw before.

    Attributes:
        sign_in: how the person was authenticated. Only authenticators set it.
        seen: record versions that the actor saw, see `seeing`.
        act: the current workflow, or None. The runner sets it.
        step: its current step, "" for the last one.
        counts: whether lists include the number of their records.
        request: see `with_request`; "" for none.
    """

    sign_in: SignIn = VOUCHED
    seen: tuple[Seen, ...] = ()
    act: Act | None = field(default=None, eq=False, repr=False)
    step: str = ""
    counts: bool = False

    @property
    def name(self) -> ActorName:
        """The actor's identity, without the data of the current act."""
        return ActorName(self.kind, self.id)

    def with_request(self, request: str) -> "Actor":
        """Return the same actor with a request key: an act called twice under it is done once.

        The second call raises `AlreadyDone`. An interrupted workflow continues from its last commit when it is called
        again. A person's key counts for that person and the operation only; make a new key for each thing that you want
        done. It is forgotten after the profile's `retention_days` of `request`.
        """
        return evolve(self, request=request)

    def seeing(self, kind: str, id: str, version: int) -> "Actor":
        """Return the same actor, whose act applies to a given version of a record.

        If the record has changed since, the act raises `Stale` and does nothing. The version is checked when the act
        reads the record, and again inside its commit; of several commits, inside the first. An interrupted act that
        continues under its request key isn't checked again, for it has changed the record itself.

        Args:
            kind: name of the record's kind, such as `tip`; the act must read that record.
            id: the record's id.
            version: `version` of the view that the actor saw, which is the stored record's number of writes. A reindex
                counts too, although it changes nothing visible.
        """
        return evolve(self, seen=(*self.seen, Seen(kind, id, version)))

    def counting(self) -> "Actor":
        """Return the same actor, whose lists include the total number of records with each page.

        The count covers the records that the list would show, up to `MOST_COUNTED` and one more. Request it on the
        first page only: for lists that are filtered after decryption, counting decrypts records that no one sees.
        """
        return evolve(self, counts=True)

    def begin(self, operation: str) -> "Actor":
        """Return the same actor with a new workflow."""
        return evolve(self, act=Act(self.label, operation))

    def for_step(self, name: str) -> "Actor":
        """Return the same actor for a step of the current workflow, which is committed under a key of its own.

        Every committed step needs a distinct name, except the last one, which takes the act's own key.
        """
        return evolve(self, step=f"{self.step}/{name}" if self.step else name)

    def without_request(self) -> "Actor":
        """Return the same actor without a request key, for a step whose effect is visible in its records."""
        return evolve(self, request="")

    def hand_to(self, part: "Actor") -> "Actor":
        """Return a part of the program as the actor that continues this act; its progress is visible in its records."""
        return evolve(part, act=self.act)


def person(officer: str, sign_in: SignIn = VOUCHED) -> Actor:
    """Return an officer as an actor. The caller must have authenticated the officer, and states how in `sign_in`.

    By default the caller vouches for the officer: such actors may do all that the officer may.
    """
    return Actor(ActorKind.PERSON, officer, sign_in=sign_in)


def system(part: str) -> Actor:
    """Return a part of the program as an actor, given the part's name."""
    return Actor(ActorKind.SYSTEM, part)


SYSTEM_PERMISSIONS = {
    # "setup" appoints the first officers of an empty store, on behalf of the holder of its keys.
    "setup": frozenset({Permission.GRANT}),
    # "door" handles sign-ins, whose callers aren't authenticated yet.
    "door": frozenset({Permission.SIGN_IN}),
    # "recovery" acts for the person who holds the machine with its keys and the recovery copy, if no officer is left
    # who may grant.
    "recovery": frozenset({Permission.BREAK_GLASS}),
    # "router" turns events from outside into records, and decides nothing about them.
    "router": frozenset({Permission.INTAKE}),
    # "delivery" opens the recipient's address of a message, and records the results of sending.
    "delivery": frozenset({Permission.INTAKE, Permission.ADDRESS_OPEN}),
    # "clock" acts on dates in the plan.
    "clock": frozenset({Permission.PLAN_URGE, Permission.GROUP_RUN}),
    # "checks" notes the results of checks on a draft, on which its authors have no influence.
    "checks": frozenset({Permission.CONTENT_EDIT}),
    # "collector" stores pieces of external sources for editors; it writes or publishes nothing from them.
    "collector": frozenset({Permission.CONTENT_EDIT}),
    # "keeper" purges records at the end of their retention, and rewraps living keys under the new epoch.
    "keeper": frozenset({Permission.OPERATE}),
}
"""The permissions of each part of the program. None of these permissions decides anything about a person."""
