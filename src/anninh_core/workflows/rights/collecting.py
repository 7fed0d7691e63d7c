"""What is kept of a person, category by category: their own words and what is recorded of them, nobody else's words."""

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
    """Something that is kept of a person.

    Attributes:
        id: of the record: of a message the one that a correction names.
        fields: field -> its text, codes in the profile's words and `at` as RFC 3339 on Vietnam's clock; the profile's
            `rights.field.<field>` has its name.
    """

    id: str
    fields: Mapping[str, str] = field(repr=False)

    def to_view(self) -> FoundRecordView:
        """Return what may leave."""
        return make_view(FoundRecordView, self)


Found = Mapping[str, tuple[FoundRecord, ...]]
"""Category -> what is kept of a person in it."""


def collect(session: ReadSession, request: RightsRequest) -> Found:
    """Return what is kept of whoever asks, by their accounts and by cases of theirs that were told at the desk.

    What was purged isn't there any more. Officers' notes, decisions and purposes, and what others said, are left out.
    """
    collector = _Collector(session, request)
    return {category: tuple(getattr(collector, category)()) for category in CATEGORIES}


@frozen
class _Collector:
    """Reads the records of one request; each method is a category."""

    session: ReadSession
    request: RightsRequest

    @property
    def district(self) -> District:
        return self.session.context.district

    def accounts(self) -> Iterator[FoundRecord]:
        names = self.session.context.names.pseudonym
        where = f"rights_request:{self.request.id}"
        for account in self._accounts():
            name = account.name or (self._say("sealed") if account.details is not None else "")
            facts = {
                "messenger": account.address.messenger,
                "address": account.address.id,
                "name": name,
                "unit": self.district.unit(account.unit).name,
            }
            yield FoundRecord(id=names(account.id, where), fields=facts)

    def messages(self) -> Iterator[FoundRecord]:
        return map(_message, (one for one in self._iter_said() if one.conversation == one.sender))

    def group_messages(self) -> Iterator[FoundRecord]:
        for message in self._iter_said():
            if message.conversation != message.sender:
                found = _message(message)
                group = self.session.get_readable(CONVERSATION, message.conversation)
                yield FoundRecord(id=found.id, fields={"group": group.name if group else "", **found.fields})

    def files(self) -> Iterator[FoundRecord]:
        for message in self._iter_said():
            for one in message.attachments:
                # An adapter may know kinds that the profile has no word for.
                kind = self.district.wording.get(f"rights.file.{one.kind}", one.kind)
                facts = {"at": _moment(message.received_at), "kind": kind, "file": one.name}
                yield FoundRecord(id=message.id, fields=facts)

    def tips(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for tip in self.session.iter_all(TIP, "newest", where={"conversation": account}):
                yield self._tip(tip)
        for ref in self.request.refs:
            if ref.startswith("tip:"):
                told = self.session.get_readable(TIP, Ref.parse(ref).id)
                yield from () if told is None else (self._tip(told),)

    def inquiries(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for one in self.session.iter_all(INQUIRY, "newest", where={"conversation": account}):
                facts = {"at": _moment(one.received_at), "question": one.question, "answer": one.answer}
                yield FoundRecord(id=one.id, fields=facts)

    def posts(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for post in self.session.iter_all(POST, "newest", where={"author": account}):
                rule = self._rule(post)
                state = self._say(f"post.{post.state}")
                facts = {"at": _moment(post.raised_at), "text": post.excerpt, "rule": rule, "state": state}
                yield FoundRecord(id=post.id, fields=facts)

    def disclosures(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for one in self.session.iter_all(DISCLOSURE, "newest", where={"conversation": account}):
                what = self._say(f"identity.{one.field}")
                state = self._say(f"disclosure.{one.state}")
                facts = {"at": _moment(one.requested_at), "field": what, "state": state}
                yield FoundRecord(id=one.id, fields=facts)

    def requests(self) -> Iterator[FoundRecord]:
        found = {self.request.id: self.request}
        for account in self.request.accounts:
            for one in self.session.iter_all(RIGHTS_REQUEST, "oldest", where={"conversation": account}):
                found[one.id] = one
        for one in found.values():
            kind = self._say(f"kind.{one.kind}")
            state = self._say(f"state.{one.state}")
            facts = {"at": _moment(one.received_at), "number": one.number, "kind": kind, "state": state}
            yield FoundRecord(id=one.id, fields=facts)

    def erasures(self) -> Iterator[FoundRecord]:
        for account in self.request.accounts:
            for one in self.session.iter_all(ERASURE, "oldest", where={"conversation": account}):
                facts = {"at": _moment(one.received_at), "state": self._say(f"erasure.{one.state}")}
                yield FoundRecord(id=one.id, fields=facts)

    def _tip(self, tip: Tip) -> FoundRecord:
        category = self.district.incoming.get(tip.category)
        facts = {
            "receipt": tip.receipt,
            "at": _moment(tip.received_at),
            "category": category.name if category else "",
            "state": self.district.say(f"state.{tip.state}"),
            "text": tip.text,
            "answer": tip.answer if tip.answered_day else "",
        }
        return FoundRecord(id=tip.id, fields=facts)

    def _rule(self, post: Post) -> str:
        """Return the words of the charter's rule that a ruling names; its code where the charter has it no more."""
        code = post.ruling.rule if post.ruling is not None else ""
        return next((rule.text for rule in self.district.charter.rules if rule.code == code), code)

    def _say(self, key: str) -> str:
        return self.district.say(f"rights.{key}")

    def _accounts(self) -> Iterator[Conversation]:
        read = (self.session.get_readable(CONVERSATION, account) for account in self.request.accounts)
        return (account for account in read if account is not None)

    def _iter_said(self) -> Iterator[Message]:
        """Yield what the person said, one-to-one and in groups, as far as its words are there."""
        for account in self.request.accounts:
            for message in self.session.iter_all(MESSAGE, "oldest", where={"sender": account}):
                if not message.erased:
                    yield message


def _message(message: Message) -> FoundRecord:
    facts = {"at": _moment(message.received_at), "text": message.text, "correction": "; ".join(message.corrections)}
    return FoundRecord(id=message.id, fields=facts)


def _moment(at: datetime) -> str:
    """Return a moment on Vietnam's clock."""
    return vietnam_time(at).isoformat(timespec="minutes")
