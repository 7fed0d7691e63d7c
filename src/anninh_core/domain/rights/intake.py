"""Use cases that take in requests by chat, at the desk or from a platform, without reading, disclosing or changing
personal data.
"""

from datetime import datetime

from attrs import evolve

from anninh_core.domain.rights.clocks import find_due_time
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.loading import RightsLookups
from anninh_core.domain.rights.model import RequestSummary, RightsRequest
from anninh_core.domain.rights.states import OPEN_STATES, OfficeChannel, RequestChannel
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import pick_letters
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import UnitId, Words
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rights import RightsKind

_LETTERS = 6
_BY_HAND = (RequestChannel.OFFICE, RequestChannel.PHONE, RequestChannel.LETTER)


class RightsIntake(Service):
    """Use cases of receiving requests. They belong to the authority as a whole, wherever the person lives."""

    action_prefix = "rights"

    def __init__(self, runner: UseCaseRunner, lookups: RightsLookups) -> None:
        super().__init__(runner)
        self._lookups = lookups

    @step(Permission.INTAKE)
    def receive(
        self,
        uow: UnitOfWork,
        kind: RightsKind,
        *,
        channel: RequestChannel,
        conversation: str = "",
        received_at: datetime,
        erasure: str = "",
    ) -> RightsRequest:
        """Store a request that came by chat or from a platform; repeated before the answer, it stays one request.

        Args:
            kind: kind of the request.
            channel: `CHAT` or `PLATFORM`.
            conversation: conversation id of the requesting account, "" if unknown.
            received_at: when it reached us.
            erasure: id of the erasure request that it came with, "" for none.
        """
        root = self.context.district.root
        uow.permit(root)
        if conversation and (existing := _find_open_request(uow, kind, conversation)) is not None:
            uow.facts["request"] = existing.id
            is_new = bool(erasure) and erasure not in existing.erasures
            return (
                uow.save(RIGHTS_REQUEST, evolve(existing, erasures=(*existing.erasures, erasure)))
                if is_new
                else existing
            )
        request = RightsRequest(
            id=(id := self._make_unused_id(uow)),
            number=make_request_number(id),
            unit=root,
            kind=kind,
            channel=channel,
            conversation=conversation,
            received_at=received_at,
            erasures=(erasure,) if erasure else (),
        )
        return self._save_new(uow, request)

    @command(Permission.INTAKE, public=True, daily=True)
    def record_request(
        self,
        uow: UnitOfWork,
        kind: RightsKind | str,
        *,
        unit: UnitId,
        channel: OfficeChannel = RequestChannel.OFFICE,
        applicant: str,
        words: Words = "",
    ) -> RequestSummary:
        """Record a request of a person who came, called or wrote. Another officer checks the person's identity.

        The same request entered twice by the same officer, such as by a double click, is one request.

        Args:
            unit: unit that the person addressed; the request is the authority's.
            channel: `office`, `phone` or `letter`.
            applicant: the name that the person gave; stored encrypted.
            words: the request in the person's words; stored encrypted.

        Raises:
            BadInput: no name, or another channel.
        """
        kind = RightsKind(kind)
        channel = RequestChannel(channel)
        uow.permit(unit)
        _check_entry(channel, applicant)
        request = RightsRequest(
            id=(id := self._make_unused_id(uow)),
            number=make_request_number(id),
            unit=self.context.district.root,
            kind=kind,
            channel=channel,
            received_at=uow.at,
            taken_by=uow.actor.id,
            taken_at=unit,
            applicant=nfc(applicant),
            words=nfc(words),
        )
        return self._summarize(uow, _find_same_request(uow, request) or self._save_new(uow, request))

    def _summarize(self, uow: UnitOfWork, request: RightsRequest) -> RequestSummary:
        """Return the summary of a request; the audit entry has its number and deadline, so that a repeated call without
        read permission can return them.
        """
        due = find_due_time(self.context.district, request)
        uow.facts |= {"number": request.number, "due": due.isoformat() if due else ""}
        return request.summary(due)

    def _save_new(self, uow: UnitOfWork, request: RightsRequest) -> RightsRequest:
        uow.facts |= {"request": request.id, "asks": request.kind.value, "channel": request.channel.value}
        uow.add_event("rights.requested")
        return uow.save(RIGHTS_REQUEST, request)

    def _make_unused_id(self, uow: UnitOfWork) -> str:
        """Return an id with a request number that isn't used yet."""
        while True:
            id = self.context.ids.new()
            if not uow.find(RIGHTS_REQUEST, "oldest", where={"number": make_request_number(id)}, limit=1).items:
                return id


def make_request_number(id: str) -> str:
    """Return the number derived from a request's id, such as `DL-7KM2QX`. It is shorter than a tip's receipt."""
    return f"DL-{pick_letters(id, _LETTERS)}"


def _check_entry(channel: RequestChannel, applicant: str) -> None:
    if channel not in _BY_HAND:
        raise BadInput(
            "An officer can't enter a request that came by {channel}: choose one of {allowed}.",
            channel=channel,
            allowed=tuple(_BY_HAND),
            argument="channel",
        )
    if not applicant.strip():
        raise BadInput("A request needs the name of the person who asks: write it.")


def _find_open_request(session: ReadSession, kind: RightsKind, conversation: str) -> RightsRequest | None:
    """Return an account's open request of the same kind, or None."""
    conditions = {"conversation": conversation, "asks": kind.value, "state": OPEN_STATES}
    return next(iter(session.find(RIGHTS_REQUEST, "oldest", where=conditions, limit=1).items), None)


def _find_same_request(session: ReadSession, new_request: RightsRequest) -> RightsRequest | None:
    """Return the open request that the same officer entered identically on the same day, or None."""
    conditions = {"conversation": "", "asks": new_request.kind.value, "state": OPEN_STATES}
    open_requests = session.iter_all(RIGHTS_REQUEST, "oldest", where=conditions)
    return next(
        (request for request in open_requests if _get_entered_values(request) == _get_entered_values(new_request)), None
    )


def _get_entered_values(request: RightsRequest) -> tuple[object, ...]:
    day = request.received_at.date()
    return request.channel, request.taken_by, request.taken_at, request.applicant, request.words, day
