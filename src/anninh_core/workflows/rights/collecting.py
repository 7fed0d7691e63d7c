"""A person's stored data by category: their own words and the records about them, without other people's words."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from attrs import field, frozen

from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Conversation, Message
from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.retention.kind import ERASURE
from anninh_core.domain.rights.handling import CATEGORIES
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.district import District
from anninh_core.workflows.rights.views import FoundRecordView


@frozen(kw_only=True)
class FoundRecord:
    """A record of a person's stored data.

    Attributes:
        id: of the record; a correction names a message by it.
        fields: text by field name, codes in the profile's words and `at` as RFC 3339 in Vietnam's time zone; the
            profile's `rights.field.<field>` has the field's name.
    """

    id: str
    fields: Mapping[str, str] = field(repr=False)

    def to_view(self) -> FoundRecordView:
        """Return the view of the record."""
        return make_view(FoundRecordView, self)


Found = Mapping[str, tuple[FoundRecord, ...]]
"""A person's stored records by category."""


def collect_personal_data(session: ReadSession, request: RightsRequest) -> Found:
    """Return the requester's stored data, by their accounts and by their cases recorded at the desk.

    Purged data no longer exists. Officers' notes, decisions and purposes, and other people's words, are left out.
    """
    collector = _PersonalDataCollector(session, request)
    return {category: tuple(getattr(collector, category)()) for category in CATEGORIES}


@frozen
class _PersonalDataCollector:
    """Reads the stored data of one requester; each public method yields one category."""

    session: ReadSession
    request: RightsRequest

    @property
    def district(self) -> District:
        return self.session.context.district

    def accounts(self) -> Iterator[FoundRecord]:
        names = self.session.context.names.pseudonym
        cause = f"rights_request:{self.request.id}"
        for account in self._iter_accounts():
            name = account.name or (self._get_wording("sealed") if account.details is not None else "")
            facts = {
                "messenger": account.address.messenger,
                "address": account.address.id,
                "name": name,
                "unit": self.district.unit(account.unit).name,
            }
            yield FoundRecord(id=names(account.id, cause), fields=facts)

    def messages(self) -> Iterator[FoundRecord]:
        return map(
            _build_message_record,
            (message for message in self._iter_messages() if message.conversation == message.sender),
        )

    def group_messages(self) -> Iterator[FoundRecord]:
        for message in self._iter_messages():
            if message.conversation != message.sender:
                record = _build_message_record(message)
                group = self.session.get_readable(CONVERSATION, message.conversation)
                yield FoundRecord(id=record.id, fields={"group": group.name if group else "", **record.fields})

    def files(self) -> Iterator[FoundRecord]:
        for message in self._iter_messages():
            for attachment in message.attachments:
                # An adapter may have kinds that the profile has no word for.
                kind = self.district.wording.get(f"rights.file.{attachment.kind}", attachment.kind)
                facts = {"at": _format_moment(message.received_at), "kind": kind, "file": attachment.name}
                yield FoundRecord(id=message.id, fields=facts)

    def tips(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for tip in self.session.iter_all(TIP, "newest", where={"conversation": account}):
                yield self._build_tip_record(tip)
        for ref in self.request.refs:
            if ref.startswith("tip:"):
                desk_tip = self.session.get_readable(TIP, Ref.parse(ref).id)
                yield from () if desk_tip is None else (self._build_tip_record(desk_tip),)

    def inquiries(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for inquiry in self.session.iter_all(INQUIRY, "newest", where={"conversation": account}):
                facts = {
                    "at": _format_moment(inquiry.received_at),
                    "question": inquiry.question,
                    "answer": inquiry.answer,
                }
                yield FoundRecord(id=inquiry.id, fields=facts)

    def posts(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for post in self.session.iter_all(POST, "newest", where={"author": account}):
                rule = self._get_rule_text(post)
                state = self._get_wording(f"post.{post.state}")
                facts = {"at": _format_moment(post.raised_at), "text": post.excerpt, "rule": rule, "state": state}
                yield FoundRecord(id=post.id, fields=facts)

    def disclosures(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for disclosure in self.session.iter_all(DISCLOSURE, "newest", where={"conversation": account}):
                field_label = self._get_wording(f"identity.{disclosure.field}")
                state = self._get_wording(f"disclosure.{disclosure.state}")
                facts = {"at": _format_moment(disclosure.requested_at), "field": field_label, "state": state}
                yield FoundRecord(id=disclosure.id, fields=facts)

    def requests(self) -> Iterator[FoundRecord]:
        requests_by_id = {self.request.id: self.request}
        for account in self.request.accounts:
            for request in self.session.iter_all(RIGHTS_REQUEST, "oldest", where={"conversation": account}):
                requests_by_id[request.id] = request
        for request in requests_by_id.values():
            kind = self._get_wording(f"kind.{request.kind}")
            state = self._get_wording(f"state.{request.state}")
            facts = {"at": _format_moment(request.received_at), "number": request.number, "kind": kind, "state": state}
            yield FoundRecord(id=request.id, fields=facts)

    def erasures(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for erasure in self.session.iter_all(ERASURE, "oldest", where={"conversation": account}):
                facts = {
                    "at": _format_moment(erasure.received_at),
                    "state": self._get_wording(f"erasure.{erasure.state}"),
                }
                yield FoundRecord(id=erasure.id, fields=facts)

    def _build_tip_record(self, tip: Tip) -> FoundRecord:
        category = self.district.incoming.get(tip.category)
        facts = {
            "receipt": tip.receipt,
            "at": _format_moment(tip.received_at),
            "category": category.name if category else "",
            "state": self.district.say(f"state.{tip.state}"),
            "text": tip.text,
            "answer": tip.answer if tip.answered_day else "",
        }
        return FoundRecord(id=tip.id, fields=facts)

    def _get_rule_text(self, post: Post) -> str:
        """Return the text of the charter rule in a ruling, or its code if the charter no longer contains it."""
        code = post.ruling.rule if post.ruling is not None else ""
        return next((rule.text for rule in self.district.charter.rules if rule.code == code), code)

    def _get_wording(self, key: str) -> str:
        return self.district.say(f"rights.{key}")

    def _iter_accounts(self) -> Iterator[Conversation]:
        conversations = (self.session.get_readable(CONVERSATION, account) for account in self.request.accounts)
        return (account for account in conversations if account is not None)

    def _iter_messages(self) -> Iterator[Message]:
        """Yield the person's messages, one-to-one and in groups, that still have words."""
        for account in self.request.accounts:
            for message in self.session.iter_all(MESSAGE, "oldest", where={"sender": account}):
                if not message.erased:
                    yield message


def _build_message_record(message: Message) -> FoundRecord:
    facts = {
        "at": _format_moment(message.received_at),
        "text": message.text,
        "correction": "; ".join(message.corrections),
    }
    return FoundRecord(id=message.id, fields=facts)


def _format_moment(at: datetime) -> str:
    """Return a moment in Vietnam's time zone, as ISO 8601."""
    return vietnam_time(at).isoformat(timespec="minutes")
