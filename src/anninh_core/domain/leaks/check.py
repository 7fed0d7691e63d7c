"""The leak check: what a text gives away, and whether somebody has decided that it may leave."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from attrs import frozen

from anninh_core.domain.leaks.detection import Exposure, find_exposure, find_public_pieces
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.leaks.model import LeakFinding
from anninh_core.domain.leaks.states import LeakState
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.context import UseCaseContext

OpensStaff = Callable[[UseCaseContext], Callable[[Ref], bool]]
"""Returns what tells whether a record is an officer's own: their names stand under what they sign."""


@frozen(kw_only=True)
class Outgoing:
    """What is about to leave.

    Attributes:
        about: `kind:id` of what it belongs to.
        unit: where that is.
        officer: who brought it, "" where nobody knows.
        exposure: what it gives away.
        is_urgent: whether it can't wait: then somebody on duty is paged.
        is_reviewed: whether a person answered, beside a gate, what was found there.
    """

    about: str
    unit: str
    officer: str
    exposure: Exposure
    is_urgent: bool = False
    is_reviewed: bool = False


class LeakCheck:
    """Looks at texts. It reads, and answers no officer: whoever asks writes down that something was found.

    Args:
        context: where the index is.
        kinds: names of the kinds of record whose people are looked for.
        opens_staff: returns what tells who doesn't count.
    """

    def __init__(self, context: UseCaseContext, kinds: Collection[str], opens_staff: OpensStaff) -> None:
        self._context = context
        self._kinds = kinds
        self._opens_staff = opens_staff

    def look(self, text: str, *, reader: str = "") -> Exposure:
        """Return what a text gives away, but for what the profile itself publishes.

        Args:
            text: what is about to leave.
            reader: id of the conversation to which it leaves: its owner's name gives nothing away to them.
        """
        is_staff = self._opens_staff(self._context)
        exposure = find_exposure(self._context, text, self._kinds, lambda ref: ref.id != reader and not is_staff(ref))
        return exposure.without(self._public_pieces) if exposure else exposure

    def judge(self, outgoing: Outgoing) -> tuple[LeakState, Exposure]:
        """Return whether something may leave, was stopped, or waits, and what nobody has been asked about yet."""
        findings = [*self._iter_about(outgoing.about)]
        clearing = {LeakState.RELEASED, *((LeakState.REVIEW,) if outgoing.is_reviewed else ())}
        rest = outgoing.exposure.without(_pieces(findings, clearing))
        if not rest:
            return LeakState.RELEASED, rest
        if _pieces(findings, {LeakState.STOPPED}).intersection(rest.pieces):
            return LeakState.STOPPED, rest
        return LeakState.HELD, rest.without(_pieces(findings, {LeakState.HELD}))

    def is_clear(self, about: str, *, but: str) -> bool:
        """Tell whether nothing of it waits and nothing was stopped, leaving one finding out of account."""
        states = (LeakState.HELD, LeakState.STOPPED)
        return not any(finding.state in states for finding in self._iter_about(about) if finding.id != but)

    @cached_property
    def _public_pieces(self) -> frozenset[str]:
        return frozenset(find_public_pieces(self._context))

    def _iter_about(self, about: str) -> Iterator[LeakFinding]:
        query = Find(kind=LEAK_FINDING.name, order="newest", where={"about": about})
        yield from self._context.iter_readable(LEAK_FINDING, iter_records(self._context.storage.records, query))


def _pieces(findings: Iterable[LeakFinding], states: Collection[LeakState]) -> set[str]:
    return {piece for finding in findings if finding.state in states for piece in finding.pieces}
