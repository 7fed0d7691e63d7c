"""An act that is under way: what of it was committed, now and when it was called before, and what its actor saw."""

from attrs import define, field, frozen

from anninh_core.kernel.errors import AlreadyDone


@frozen
class Seen:
    """A record, and the version in which somebody saw it.

    Attributes:
        version: how often it had been written then.
    """

    kind: str
    id: str
    version: int


@define(eq=False)
class Act:
    """A workflow that somebody called: several commits under one request key, of which each has a step of its own.

    Attributes:
        owner: label of who called it. The request key is theirs, also where a part of the program goes on with the act.
        operation: how the journal names it.
        committed: the keys that were stored since it was called.
        commits: how many commits were made since then.
        repeated: the steps that were committed when it was called before.
    """

    owner: str
    operation: str
    committed: set[str] = field(factory=set, init=False)
    commits: int = field(default=0, init=False)
    repeated: list[AlreadyDone] = field(factory=list, init=False)

    @property
    def has_begun(self) -> bool:
        """Whether anything of it was committed, now or before: what its actor saw is checked before that only."""
        return bool(self.commits or self.repeated)

    @property
    def is_repeat(self) -> bool:
        """Whether all of it was done before, so that nothing was left to do."""
        return bool(self.repeated) and not self.commits

    def note_commit(self, key: str) -> None:
        """Note a commit, and the key that was stored with it, "" for none."""
        self.commits += 1
        if key:
            self.committed.add(key)

    def sum_up(self) -> AlreadyDone:
        """Return what is known of the act that was done before, all steps together."""
        touched = {(kind, id): version for step in self.repeated for kind, id, version in step.touched}
        facts = {name: fact for step in self.repeated for name, fact in step.facts.items()}
        return AlreadyDone(
            self.repeated[-1].request, tuple((kind, id, version) for (kind, id), version in touched.items()), facts
        )
