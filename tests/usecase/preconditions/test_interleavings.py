"""Two officers act with request keys and seen versions in any order: no act is done twice, and no change is lost."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.app.broken_off import CommitFailed, FailingCommit
from tests.usecase.conftest import build_runner
from tests.usecase.preconditions.conftest import BOARD, Boards

from anninh_core.kernel.errors import AlreadyDone, Stale
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.profile import load_profile
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase.actor import person

PROFILE = load_profile("hoa_lu_2021")
START = datetime(2021, 9, 1, 1, tzinfo=UTC)


@frozen
class CommitFailure:
    """A failure of the storage at a commit of an act.

    Attributes:
        number: number of the commit, counted from 0.
        stored: whether the commit succeeds and only its result is lost.
    """

    number: int
    stored: bool


OFFICERS = st.sampled_from(("lan", "hung"))
KEYS = st.sampled_from(("k1", "k2"))
DEATHS = st.none() | st.builds(CommitFailure, st.integers(0, 2), st.booleans())


class Interleavings(RuleBasedStateMachine):
    """Officers read a board and add lines to it with the version that they saw, while a rival may be faster and the
    storage may fail.
    """

    def __init__(self) -> None:
        super().__init__()
        runner = build_runner(PROFILE, FixedClock(START))
        runner.context.storage.prepare([BOARD.spec])
        self.boards = Boards(runner)
        self.storage: Any = runner.context.storage
        self.boards.put_up(person("lan"), "b")
        self.seen = {"lan": 1, "hung": 1}
        self.lines: list[str] = []
        self.rivals = 0

    @rule(officer=OFFICERS)
    def look(self, officer: str) -> None:
        self.seen[officer] = self.boards.read(person(officer), "b").version

    @rule(officer=OFFICERS, key=KEYS, death=DEATHS)
    def add(self, officer: str, key: str, death: CommitFailure | None) -> None:
        """Add a line in one commit."""
        line = f"{officer} {key}"
        actor = person(officer).with_request(key).seeing("board", "b", self.seen[officer])
        self.expect([line], officer, self.run(lambda: self.boards.add(actor, "b", line), death))

    @rule(officer=OFFICERS, key=KEYS, death=DEATHS)
    def add_all(self, officer: str, key: str, death: CommitFailure | None) -> None:
        """Add two lines in several commits; the seen version is checked at the first line."""
        lines = [f"{officer} {key} first", f"{officer} {key} last"]
        actor = person(officer).with_request(key).seeing("board", "b", self.seen[officer])
        self.expect(lines, officer, self.run(lambda: self.boards.add_all(actor, "b", *lines), death))

    @rule(officer=OFFICERS)
    def add_too_late(self, officer: str) -> None:
        """Add a line while a rival commits first: the rival's line stays, and the officer's line is refused."""
        commit = self.storage.commit

        def commit_after_rival(changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
            self.storage.commit = commit
            self.rivals += 1
            self.boards.add(person("an"), "b", line := f"an {self.rivals}")
            self.lines.append(line)
            return commit(changes)  # type: ignore[no-any-return]

        actor = person(officer).seeing("board", "b", self.seen[officer])
        before = self.rivals
        assert self.run(lambda: self.boards.add(actor, "b", "unseen"), None, commit_after_rival) is Stale
        assert self.rivals - before == (self.seen[officer] == self.version - (self.rivals - before))

    def expect(self, lines: list[str], officer: str, ending: type[Exception] | None) -> None:
        """Check the outcome of an act that adds lines, and record the added lines."""
        missing = [line for line in lines if line not in self.lines]
        is_begun = len(missing) < len(lines)
        is_allowed = is_begun or self.seen[officer] == len(self.lines) + 1
        added = self.stored[len(self.lines) :]
        if not missing:
            assert (ending, added) == (AlreadyDone, [])
        elif not is_allowed:
            assert (ending, added) == (Stale, [])
        else:
            assert ending in (None, CommitFailed)
            assert added == (missing if ending is None else missing[: len(added)])
        self.lines += added

    def run(
        self,
        act: Callable[[], object],
        death: CommitFailure | None,
        commit: Callable[..., Sequence[Outcome]] | None = None,
    ) -> type[Exception] | None:
        """Run an act on a failing storage, or with another `commit`, and return the type of its error, or None."""
        original = self.storage.commit
        self.storage.commit = commit or (FailingCommit(original, death.number, death.stored) if death else original)
        try:
            act()
        except (AlreadyDone, Stale, CommitFailed) as error:
            return type(error)
        finally:
            del self.storage.commit
        return None

    @property
    def stored(self) -> list[str]:
        return [*self.boards.read(person("lan"), "b").lines]

    @property
    def version(self) -> int:
        return self.boards.read(person("lan"), "b").version

    @invariant()
    def each_line_exists_once(self) -> None:
        """The board has exactly the confirmed lines, in order and each once."""
        assert self.stored == self.lines
        assert len({*self.lines}) == len(self.lines) == self.version - 1


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
