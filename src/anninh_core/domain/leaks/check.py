"""The leak check: identifying content in an outgoing text, and whether a person has cleared it."""

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
"""Type of a function that returns a check for officers' own records: officers' names are no leak, since they sign
texts.
"""


@frozen(kw_only=True)
class Outgoing:
    """An outgoing text with its identifying content.

    Attributes:
        about: `kind:id` of the record that the text belongs to.
        unit: unit of that record.
        officer: officer who entered the text, "" if unknown.
        exposure: identifying content of the text.
        is_urgent: whether it can't wait: then an officer on duty gets an urgent notice.
        is_reviewed: whether a person answered the findings at a gate.
    """

    about: str
    unit: str
    officer: str
    exposure: Exposure
    is_urgent: bool = False
    is_reviewed: bool = False


class LeakCheck:
    """Finds identifying content in outgoing texts. It only reads: the caller has to record the findings.

    Args:
        context: context with the index.
        kinds: names of the kinds of record whose people are looked for.
        opens_staff: returns a function that recognises officers' own records, which don't count.
    """

    def __init__(self, context: UseCaseContext, kinds: Collection[str], opens_staff: OpensStaff) -> None:
        self._context = context
        self._kinds = kinds
        self._opens_staff = opens_staff

    def find_exposure(self, text: str, *, reader: str = "") -> Exposure:
        """Return the identifying content of a text, without pieces of text that the profile itself publishes.

        Args:
            text: the outgoing text.
            reader: conversation id of the recipient, whose own name is no leak to them.
        """
        is_staff = self._opens_staff(self._context)
        exposure = find_exposure(self._context, text, self._kinds, lambda ref: ref.id != reader and not is_staff(ref))
        return exposure.without(self._public_pieces) if exposure else exposure

    def judge_text(self, outgoing: Outgoing) -> tuple[LeakState, Exposure]:
        """Return whether a text may leave, was stopped or waits, and the identifying pieces that still need a
        decision.
        """
        findings = [*self._iter_findings_about(outgoing.about)]
        clearing = {LeakState.RELEASED, *((LeakState.REVIEW,) if outgoing.is_reviewed else ())}
        uncleared = outgoing.exposure.without(_collect_pieces(findings, clearing))
        if not uncleared:
            return LeakState.RELEASED, uncleared
        if _collect_pieces(findings, {LeakState.STOPPED}).intersection(uncleared.pieces):
            return LeakState.STOPPED, uncleared
        return LeakState.HELD, uncleared.without(_collect_pieces(findings, {LeakState.HELD}))

    def is_clear(self, about: str, *, but: str) -> bool:
        """Return whether no finding about a record, except the finding `but`, is held or stopped."""
        states = (LeakState.HELD, LeakState.STOPPED)
        return not any(finding.state in states for finding in self._iter_findings_about(about) if finding.id != but)

    @cached_property
    def _public_pieces(self) -> frozenset[str]:
        return frozenset(find_public_pieces(self._context))

    def _iter_findings_about(self, about: str) -> Iterator[LeakFinding]:
        query = Find(kind=LEAK_FINDING.name, order="newest", where={"about": about})
        yield from self._context.iter_readable(LEAK_FINDING, iter_records(self._context.storage.records, query))


def _collect_pieces(findings: Iterable[LeakFinding], states: Collection[LeakState]) -> set[str]:
    return {piece for finding in findings if finding.state in states for piece in finding.pieces}
