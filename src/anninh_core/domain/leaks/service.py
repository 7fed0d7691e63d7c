"""Use cases that record, read and decide findings of the leak check, and count them by officer."""

from collections import Counter
from datetime import UTC
from itertools import takewhile

from anninh_core.domain.leaks.check import LeakCheck, Outgoing
from anninh_core.domain.leaks.detection import Exposure
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.leaks.model import LeakFinding
from anninh_core.domain.leaks.states import LeakState
from anninh_core.domain.leaks.views import OfficerHits
from anninh_core.kernel.ids import spell_code
from anninh_core.kernel.text import nfc
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.arguments import Aware, Cursor, FindingId, Limit
from anninh_core.usecase.kinds import format_hour
from anninh_core.usecase.marks import Service, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "leaks.findings"
_CODE_BYTES = 5


class Leaks(Service):
    """Use cases of findings of the leak check.

    Args:
        check: finds identifying content in texts.
    """

    action_prefix = "leaks"

    def __init__(self, runner: UseCaseRunner, check: LeakCheck) -> None:
        super().__init__(runner)
        self.check = check

    @step(Permission.INTAKE)
    def hold(self, uow: UnitOfWork, outgoing: Outgoing, unasked: Exposure) -> LeakFinding:
        """Record that a text is held for a person's decision about pieces that no decision covers yet."""
        finding = self._build_finding(uow, outgoing, unasked, LeakState.HELD)
        uow.permit(finding.unit)
        uow.facts |= {"finding": finding.id, "places": len(finding.spans)}
        uow.add_event("leak.held")
        return uow.save(LEAK_FINDING, finding)

    @step(Permission.CONTENT_EDIT)
    def note_review(self, uow: UnitOfWork, outgoing: Outgoing) -> LeakFinding:
        """Record findings made before a review, whose reviewer answers them."""
        finding = self._build_finding(uow, outgoing, outgoing.exposure, LeakState.REVIEW)
        uow.permit(finding.unit)
        uow.facts |= {"finding": finding.id, "places": len(finding.spans)}
        uow.add_event("leak.found")
        return uow.save(LEAK_FINDING, finding)

    @step(Permission.DELIVERY_DECIDE)
    def decide(self, uow: UnitOfWork, finding_id: str, state: LeakState, reason: str) -> LeakFinding:
        """Release or stop a held text; raise as `LeakFinding.decided` does."""
        finding = uow.get_permitted(LEAK_FINDING, finding_id, _SEE)
        decided = finding.decided(state, uow.actor.id, nfc(reason), uow.at)
        uow.decide(f"leak_finding:{finding.id}", rule="leak_check", reason=f"leak.{state}", text=nfc(reason))
        uow.facts["finding"] = finding.id
        uow.add_event(f"leak.{state}")
        return uow.save(LEAK_FINDING, decided)

    @query(Permission.DELIVERY_READ, traced=True, public=True)
    def findings(
        self,
        session: ReadSession,
        *,
        state: LeakState | str | None = LeakState.HELD,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[LeakFinding]:
        """Return findings of the actor's units, newest first.

        Args:
            state: `held` waits for a person, `review` was found before a review, `released` and `stopped` were decided;
                None for all.
        """
        conditions = {"state": state} if state else None
        return session.list_permitted(LEAK_FINDING, "newest", where=conditions, after=after, limit=limit)

    @query(Permission.DELIVERY_READ, traced=True, public=True)
    def finding(self, session: ReadSession, finding_id: FindingId) -> LeakFinding:
        """Return a finding with the held text, and the positions in it.

        Raises:
            NotVisible: the finding doesn't exist, or isn't of the actor's units.
        """
        return session.get_permitted(LEAK_FINDING, finding_id, _SEE)

    @query(Permission.TRAIL_READ, public=True)
    def hits_by_officer(self, session: ReadSession, since: Aware) -> tuple[OfficerHits, ...]:
        """Return the number of checks with findings by officer, since the hour of a given time, the largest first.

        An officer who tries out names to learn which people are known has a high number.
        """
        session.permit(self.context.district.root)
        hour = format_hour(since.astimezone(UTC))
        records = iter_records(self.context.storage.records, Find(kind=LEAK_FINDING.name, order="newest"))
        recent = takewhile(lambda record: str(record.columns["found"]) >= hour, records)
        counts = Counter(str(record.columns["officer"]) for record in recent)
        return tuple(OfficerHits(officer=officer, hits=hits) for officer, hits in counts.most_common())

    def _build_finding(self, uow: UnitOfWork, outgoing: Outgoing, exposure: Exposure, state: LeakState) -> LeakFinding:
        id = self.context.ids.new()
        return LeakFinding(
            id=id,
            unit=outgoing.unit,
            about=outgoing.about,
            code=spell_code(bytes.fromhex(id.replace("-", "")[-2 * _CODE_BYTES :])),
            officer=outgoing.officer,
            found_at=uow.at,
            text=exposure.text if state is LeakState.HELD else "",
            spans=exposure.spans,
            pieces=tuple(dict.fromkeys(exposure.pieces)),
            is_urgent=outgoing.is_urgent,
            state=state,
        )
