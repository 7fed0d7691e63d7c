"""Handling a request about personal data: finding, copying, correcting, answering, and requesting erasure.

All of it takes place outside the chat, and only after another officer has checked the requester's identity through a
second channel.
"""

from collections.abc import Callable, Collection, Iterator
from hashlib import sha256
from typing import TypeVar

from attrs import evolve

from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.registry import make_retention_policies
from anninh_core.domain.retention.coverage import iter_cases_of_resident
from anninh_core.domain.retention.kind import ERASURE
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.handling import RightsHandling
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import AnswerOutcome, RequestChannel
from anninh_core.domain.rights.values import Handover, RightsAnswer
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import BadInput, NotFound, Purged, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.plugins import Plugins
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.arguments import CopyFormat, MessageId, OneLine, Reason, RequestId, RightsDelivery, Words
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.outbox_message import build_outbox_scope
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import Download
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.rights import RightsKind
from anninh_core.workflows.base import Workflow
from anninh_core.workflows.rights.collecting import Found, FoundRecord, collect_personal_data
from anninh_core.workflows.rights.copies import READABLE, build_archive, build_document, build_json
from anninh_core.workflows.rights.results import DataCopy, FoundData

T = TypeVar("T")

_JSON = "json"
_ARCHIVE = "zip"
_CARRIED_OUT = (AnswerOutcome.GRANTED, AnswerOutcome.PARTLY)


class RightsWorkflow(Workflow):
    """Handles people's requests about their stored personal data."""

    action_prefix = "rights"

    def __init__(self, runner: UseCaseRunner, services: Services, plugins: Plugins) -> None:
        super().__init__(runner, services)
        self._plugins = plugins
        self._policies = make_retention_policies(runner.context.district)

    @workflow(Permission.RIGHTS_HANDLE, public=True, daily=True, step_up=True)
    def find(self, actor: Actor, request_id: RequestId, *, purpose: Reason) -> FoundData:
        """Return the requester's stored data, and record the purpose of the access.

        Raises:
            NotVisible: there is no such request, or it isn't the actor's, by unit or by a conflict of interest.
            WrongStep: the requester's identity isn't checked yet, the check failed, or it is answered.
            Refused: the actor checked the requester's identity.
            BadInput: there is no purpose.
        """

        def act(uow: UnitOfWork) -> FoundData:
            request = self._get_request(uow, request_id)
            collected = collect_personal_data(uow, request)
            self._record_opened_count(uow, collected)
            self._rights.note_look(uow, request_id, purpose)
            accounts = tuple(_remove_address(account) for account in collected["accounts"])
            return FoundData(
                number=request.number,
                records={**collected, "accounts": accounts},
                open_cases=tuple(self._iter_open_cases(uow, request)),
            )

        return self._run_permitted(actor, "rights.find", act)

    @workflow(Permission.RIGHTS_HANDLE, public=True, daily=True, step_up=True)
    def export(self, actor: Actor, request_id: RequestId, *, format: CopyFormat, way: RightsDelivery) -> DataCopy:
        """Return a copy of the requester's stored data, without omitted categories; its handover is recorded.

        Args:
            actor: who hands it over.
            request_id: a request for access.
            format: `docx`, `pdf`, `html` or `markdown` to read, `json` for programs, `zip` for HTML, JSON and files.
            way: delivery method, a code of the profile's `[rights.deliveries]`.

        Raises:
            NotVisible, WrongStep, Refused: as `find`; `WrongStep` also for a request of another kind.
            BadInput: no such format or way.
            MissingExtra: the format's library isn't installed.
        """
        if format not in (*READABLE, _JSON, _ARCHIVE):
            raise BadInput(
                "A copy can't be made as {format!r}: choose one of {allowed}.",
                format=format,
                allowed=(*READABLE, _JSON, _ARCHIVE),
            )

        def act(uow: UnitOfWork) -> DataCopy:
            request = self._get_request(uow, request_id, (RightsKind.ACCESS,))
            left_out = {omission.category for omission in request.omissions}
            collected = {
                name: records for name, records in collect_personal_data(uow, request).items() if name not in left_out
            }
            self._record_opened_count(uow, collected)
            file = self._render_copy(uow, request, collected, format)
            digest = sha256(file.data).hexdigest()
            counts = tuple(f"{category}={len(records)}" for category, records in collected.items())
            handover = Handover(by=actor.id, at=uow.at, format=format, way=way, sha256=digest, counts=counts)
            self._rights.note_handover(uow, request_id, handover)
            return DataCopy(name=file.name, media_type=file.media_type, content=file.data, sha256=digest)

        return self._run_permitted(actor, "rights.export", act)

    @workflow(Permission.RIGHTS_HANDLE, public=True, daily=True)
    def correct_name(self, actor: Actor, request_id: RequestId, name: OneLine, *, reason: Reason) -> RightsRequest:
        """Correct the name in the vault, for every account of the requester.

        Raises:
            NotVisible, WrongStep, Refused: as `export`.
            BadInput: there is no name, no reason, or no account.
        """

        def act(uow: UnitOfWork) -> RightsRequest:
            request = self._get_request(uow, request_id, (RightsKind.CORRECTION,))
            if not request.accounts:
                raise BadInput(
                    "Request {request} has no account whose messages or name could be corrected: link one "
                    "with {act:rights.link_account}.",
                    request=request.number,
                )
            for account in request.accounts:
                self.services.personal_records.correct_name(uow, account, name)
                request = self._rights.note_correction(uow, request_id, f"name:{account}", reason)
            return request

        return self._run_permitted(actor, "rights.correct_name", act)

    @workflow(Permission.RIGHTS_HANDLE, public=True, daily=True)
    def correct_words(
        self, actor: Actor, request_id: RequestId, message: MessageId, words: Words, *, reason: Reason
    ) -> RightsRequest:
        """Add a correction to one of the requester's messages; the original words stay encrypted and unchanged.

        Raises:
            NotVisible, Refused: as `export`; `NotVisible` also if the message is none of theirs.
            WrongStep: as `export`; or its words are gone.
            BadInput: no corrected words, or no reason.
        """

        def act(uow: UnitOfWork) -> RightsRequest:
            request = self._get_request(uow, request_id, (RightsKind.CORRECTION,))
            self.services.personal_records.add_correction(uow, message, words, senders=request.accounts)
            return self._rights.note_correction(uow, request_id, f"message:{message}", reason)

        return self._run_permitted(actor, "rights.correct_words", act)

    @workflow(Permission.RIGHTS_HANDLE, public=True, daily=True, sends=True, irreversible=True)
    def answer(
        self,
        actor: Actor,
        request_id: RequestId,
        outcome: AnswerOutcome | str,
        *,
        text: Words,
        rule: str = "",
        reason: Reason = "",
        way: RightsDelivery = "",
        notify: bool = False,
    ) -> RightsRequest:
        """Answer a request. A granted deletion becomes a request for erasure, which an operator executes.

        The chat, if used at all, only says that there is an answer, and how to get it.

        Args:
            actor: who decides.
            request_id: which request.
            outcome: granted, partly, refused or taken back.
            text: the answer, in words; how to complain is added to it.
            rule: the rule cited; needed unless all is granted.
            reason: why; needed as `rule` is.
            way: delivery method of the answer, a code of the profile's `[rights.deliveries]`.
            notify: whether the requesting account is notified that there is an answer.

        Raises:
            NotVisible: as `find`.
            Refused: the actor checked the requester's identity.
            WrongStep: it was answered before; it would be granted to a requester with an unproven identity; all of it
                would be erased while a case is open; or an operator has to decide first about the platform's request
                for erasure.
            BadInput: no ground for a refusal, no words, no such way, or no chat to notify.
        """
        ground = {"rule": nfc(rule), "reason": nfc(reason), "way": way, "text": self._append_complaint_advice(text)}

        def act(uow: UnitOfWork) -> RightsRequest:
            rights_answer = RightsAnswer(outcome=AnswerOutcome(outcome), by=actor.id, at=uow.at, **ground)
            return self._record_answer(uow, request_id, rights_answer, notify=notify)

        return self._run_permitted(actor, "rights.answer", act)

    def _append_complaint_advice(self, text: str) -> str:
        """Return an answer's text with the way to complain added; "" for an empty text."""
        return f"{nfc(text.strip())}\n{self.context.district.say('rights.complaint')}" if text.strip() else ""

    def _record_answer(
        self, uow: UnitOfWork, request_id: str, rights_answer: RightsAnswer, *, notify: bool
    ) -> RightsRequest:
        request: RightsRequest = uow.include(self._rights.request, request_id)
        if request.answer is not None and evolve(request.answer, at=uow.at) == rights_answer:
            return request  # The same answer was stored by an earlier call, as after a second click.
        self._require_erasure_decision(uow, request)
        erasures = self._request_erasures(uow, request, rights_answer.outcome)
        answered = self._rights.note_answer(uow, request_id, rights_answer, erasures=erasures)
        if notify:
            self._notify_requester(uow, answered)
        return answered

    @property
    def _rights(self) -> RightsHandling:
        return self.services.rights.handling

    def _run_permitted(self, actor: Actor, action: str, act: Callable[[UnitOfWork], T]) -> T:
        def act_if_permitted(uow: UnitOfWork) -> T:
            uow.permit(self.context.district.root)
            return act(uow)

        return self.runner.run_command(actor, action, Permission.RIGHTS_HANDLE, act_if_permitted)

    def _get_request(self, uow: UnitOfWork, request_id: str, kinds: Collection[RightsKind] = ()) -> RightsRequest:
        """Return a request about personal data that the actor may handle, if the request is of one of these kinds."""
        request: RightsRequest = uow.include(self._rights.request, request_id)
        return request.handled(uow.actor.id, kinds)

    @staticmethod
    def _record_opened_count(uow: UnitOfWork, collected: Found) -> None:
        """Record in the journal how many records were opened, as a traced query records it."""
        uow.facts |= {f"found_{category}": len(records) for category, records in collected.items()}
        uow.facts |= {"opened": len(uow.opened.ids), "digest": uow.opened.compute_digest(uow.context.names)}

    def _iter_open_cases(self, uow: UnitOfWork, request: RightsRequest) -> Iterator[str]:
        own_cases = {
            case for account in request.accounts for case in iter_cases_of_resident(uow, self._policies, account)
        }
        desk_cases = {ref for ref in request.refs if Ref.parse(ref).kind in self._policies}
        for case in sorted(own_cases | desk_cases):
            ref = Ref.parse(case)
            if self._policies[ref.kind].is_open(uow, ref.id):
                yield case

    def _render_copy(self, uow: UnitOfWork, request: RightsRequest, collected: Found, format: str) -> Download:
        district = self.context.district
        number = request.number
        if format == _JSON:
            return Download(f"{number}.json", "application/json", build_json(district, request, collected, uow.at))
        if format == _ARCHIVE:
            parts = {
                file.name: file.data
                for file in (self._render_copy(uow, request, collected, part_format) for part_format in ("html", _JSON))
            }
            archive = build_archive({**parts, **dict(self._iter_files(uow, request, collected))}, uow.at)
            return Download(f"{number}.zip", "application/zip", archive)
        formatter = self._plugins.formatter(format)()
        document = formatter.render(build_document(district, request, collected, uow.at))
        return Download(f"{number}{formatter.suffix}", formatter.media_type, document)

    def _iter_files(self, uow: UnitOfWork, request: RightsRequest, collected: Found) -> Iterator[tuple[str, bytes]]:
        """Yield the files that the person sent, unchanged, under numbered names; files no longer stored are left
        out.
        """
        ids = dict.fromkeys(record.id for record in collected.get("files", ()))
        for number, id in enumerate(ids, 1):
            for part, attachment in enumerate(uow.load(MESSAGE, id).attachments):
                if attachment.blob:
                    hand_out = self.services.personal_records.hand_out_file
                    try:
                        content = hand_out(uow, id, part, senders=request.accounts, purpose=request.number)
                    except (NotFound, Purged):
                        continue
                    yield f"files/{number:03}-{part + 1}", content

    def _require_erasure_decision(self, uow: UnitOfWork, request: RightsRequest) -> None:
        """Check that an operator has decided about the request for erasure that a platform reported."""
        if request.channel is not RequestChannel.PLATFORM:
            return
        for id in request.erasures:
            erasure = uow.get_unpurged(ERASURE, id)
            if erasure is not None and erasure.state is ErasureState.OPEN:
                raise WrongStep(
                    "Request {request} came with erasure {erasure}, which isn't decided yet: grant it with "
                    "{act:retention.erase}, or refuse it with {act:retention.refuse_erasure}.",
                    request=request.number,
                    erasure=id,
                )

    def _request_erasures(self, uow: UnitOfWork, request: RightsRequest, outcome: AnswerOutcome) -> tuple[str, ...]:
        """Request erasure of every account from the operators, if a deletion was granted."""
        if request.kind is not RightsKind.DELETION or outcome not in _CARRIED_OUT:
            return ()
        if outcome is AnswerOutcome.GRANTED and (open_cases := [*self._iter_open_cases(uow, request)]):
            raise WrongStep(
                "Request {request} can't be granted in full, because {case} isn't over and its reporter's "
                "words must still be kept: grant it in part, and cite the rule.",
                request=request.number,
                case=open_cases[0],
            )
        erasure_ids = []
        for account in request.accounts:
            record = self.context.storage.records.get(CONVERSATION.name, account)
            # A request for erasure follows from the decision, and only the router may record it.
            with uow.acting_as(system("router")):
                erasure = self.services.retention.erasures.ask_erasure(
                    uow,
                    account,
                    unit=record.unit if record else request.unit,
                    asked_at=request.received_at,
                    received_at=request.received_at,
                )
            erasure_ids.append(erasure.id)
        return tuple(erasure_ids)

    def _notify_requester(self, uow: UnitOfWork, request: RightsRequest) -> None:
        """Notify the requesting account that there is an answer, without the answer's content."""
        district = self.context.district
        if request.channel is not RequestChannel.CHAT or request.answer is None or not request.answer.way:
            raise BadInput(
                "A notice about the answer to request {request} can't be sent by chat: it came by {channel}, "
                "or no way of delivery is given. Give a way of delivery, and leave the notice out if the "
                "request didn't come by chat.",
                request=request.number,
                channel=request.channel,
            )
        if uow.get_readable(CONVERSATION, request.conversation) is None:
            raise WrongStep(
                "The person who made request {request} can't be written to any more: deliver the answer another way.",
                request=request.number,
            )
        place = district.rights.deliveries[request.answer.way]
        uow.send(
            request.conversation,
            district.say("rights.answered", number=request.number, place=place),
            purpose="rights.answered",
            cause=f"rights_request:{request.id}",
            scope=build_outbox_scope(uow.at),
        )


def _remove_address(account: FoundRecord) -> FoundRecord:
    """Return an account's record without its address, which isn't needed to handle the request."""
    return evolve(account, fields={name: text for name, text in account.fields.items() if name != "address"})
