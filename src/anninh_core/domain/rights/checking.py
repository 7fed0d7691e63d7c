"""Use cases with which an officer who doesn't handle a request checks the applicant's identity and links records."""

from anninh_core.domain.rights.clocks import find_due_time
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.loading import RightsLookups
from anninh_core.domain.rights.model import RequestSummary, RightsRequest
from anninh_core.domain.rights.states import TO_CHECK_STATES
from anninh_core.domain.rights.values import IdentityCheck, LinkedRecord
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Cursor, Limit, Receipt, RequestId, RightsWay, Words
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.vocabulary.permissions import Permission


class RightsChecking(Service):
    """Use cases of identity checks. The checking officer learns request and applicant, but no accounts or cases.

    Four-eyes rule: that officer neither received the request nor handles it afterwards.
    """

    action_prefix = "rights"

    def __init__(self, runner: UseCaseRunner, lookups: RightsLookups) -> None:
        super().__init__(runner)
        self._lookups = lookups

    @query(Permission.RIGHTS_CHECK, traced=True, public=True)
    def requests_to_check(
        self, session: ReadSession, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[RequestSummary]:
        """Return the requests whose applicant's identity isn't verified yet, oldest first."""
        page = session.list_permitted(
            RIGHTS_REQUEST,
            "oldest",
            where={"state": TO_CHECK_STATES},
            shows=lambda request: self._lookups.may_handle(session, request),
            after=after,
            limit=limit,
        )
        return page.map(self._summarize)

    @command(Permission.RIGHTS_CHECK, public=True, daily=True)
    def record_check(
        self, uow: UnitOfWork, request_id: RequestId, *, way: RightsWay, passed: bool, note: Words
    ) -> RequestSummary:
        """Record how you checked the applicant's identity by a second way, and whether it is the person.

        You can't handle the request afterwards. The same check entered twice, such as by a double click, counts once.

        Args:
            way: code of the profile's `[rights.ways]`.
            passed: whether the applicant is the person whose data it is about, and the account is theirs.
            note: your findings, in words, without numbers of identity papers; stored encrypted.

        Raises:
            Refused: the actor received it, or handles it.
            WrongStep: it is answered.
            BadInput: the way doesn't exist, or the note is empty.
        """
        request = self._lookups.load(uow, request_id)
        ways = self.context.district.rights.ways
        if way not in ways:
            raise BadInput(
                "{way!r} isn't a way to check who asks: choose one of {allowed} from [rights.ways] of the profile.",
                way=way,
                allowed=tuple(ways),
                argument="way",
            )
        if not note.strip():
            raise BadInput("A check of who asks needs a note: write what you saw.")
        check = IdentityCheck(by=uow.actor.id, at=uow.at, way=way, passed=passed, note=nfc(note))
        if request.is_open and request.checks and _is_same_check(request.checks[-1], check):
            return self._summarize(request)
        checked = request.checked(check)
        uow.facts |= {"request": request.id, "way": way, "passed": passed}
        uow.add_event("rights.checked")
        return self._summarize(uow.save(RIGHTS_REQUEST, checked))

    @command(Permission.RIGHTS_CHECK, public=True)
    def link_account(self, uow: UnitOfWork, request_id: RequestId, address: Address) -> RequestSummary:
        """Link an account of the person, by an address that they have proven to be theirs.

        The result doesn't reveal whether the account is known: only the officer who handles the request learns that.

        Args:
            address: messenger and the platform's id, such as a phone number if the platform uses numbers.

        Raises:
            Refused, WrongStep: as `record_check`.
            BadInput: it is a group's address.
        """
        request = self._lookups.load(uow, request_id)
        if address.place is not Place.PERSON:
            raise BadInput(
                "A group on {messenger} isn't a person's account: give a person's address.", messenger=address.messenger
            )
        id = self._lookups.find_account(uow, address)
        return self._link_record(uow, request, f"conversation:{id}" if id else "")

    @command(Permission.RIGHTS_CHECK, public=True)
    def link_receipt(self, uow: UnitOfWork, request_id: RequestId, receipt: Receipt) -> RequestSummary:
        """Link a case that the person reported at the desk or by phone, by the receipt that they presented.

        The result doesn't reveal whether it exists. A case reported by chat belongs to its account, and can't be linked
        by a receipt alone.

        Raises:
            Refused, WrongStep: as `record_check`.
        """
        request = self._lookups.load(uow, request_id)
        return self._link_record(uow, request, self._lookups.find_case(uow, receipt))

    def _link_record(self, uow: UnitOfWork, request: RightsRequest, ref: str) -> RequestSummary:
        """Link a matching record, and record the search in the audit log whatever its result."""
        link = LinkedRecord(ref=ref, by=uow.actor.id, at=uow.at)
        linked = request.linked(link)
        uow.facts["request"] = request.id
        uow.add_event("rights.looked_up")
        return self._summarize(uow.save(RIGHTS_REQUEST, linked) if ref else request)

    def _summarize(self, request: RightsRequest) -> RequestSummary:
        return request.summary(find_due_time(self.context.district, request))


def _is_same_check(previous: IdentityCheck, check: IdentityCheck) -> bool:
    return (previous.by, previous.way, previous.passed, previous.note) == (
        check.by,
        check.way,
        check.passed,
        check.note,
    )
