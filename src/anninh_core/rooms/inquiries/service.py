"""Inquiries: from a resident's question to an answer that arrived, out of a knowledge base that grows by it."""

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import clip, nfc
from anninh_core.rooms.inquiries.kind import INQUIRY
from anninh_core.rooms.inquiries.knowledge import Knowledge
from anninh_core.rooms.inquiries.model import UNANSWERED, Inquiry, InquiryState
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.look import Listing, Look
from anninh_core.work.marks import command, query, step

_FIRST_WORDS = 4000


class Inquiries(Knowledge):
    """Everything done with inquiries."""

    @step(Permission.INTAKE)
    def receive(
        self,
        draft: Draft,
        text: str,
        *,
        unit: str,
        conversation: str = "",
        from_tip: str = "",
        request_receipt: bool = True,
        received_at: datetime | None = None,
    ) -> Inquiry:
        """Take a question in and tell the resident so.

        Args:
            text: the resident's words.
            unit: where it belongs as far as known; the root otherwise.
            conversation: the resident's conversation id; "" for somebody who called or came.
            from_tip: the tip it was before.
            request_receipt: whether the resident is told.
            received_at: when the question reached us, if it waited since then.
        """
        draft.permit(unit)
        received_at = received_at or draft.at
        inquiry = Inquiry(
            id=self.desk.ids.new(),
            unit=unit,
            question=clip(nfc(text), _FIRST_WORDS),
            conversation=conversation,
            received_at=received_at,
            received_day=local_date(received_at),
            from_tip=from_tip,
        )
        if request_receipt:
            self._tell(draft, inquiry, "inquiry.received")
        draft.event("inquiry.received")
        return draft.save(INQUIRY, inquiry)

    @step(Permission.INTAKE)
    def add(self, draft: Draft, inquiry_id: str) -> Inquiry:
        """Note that the resident wrote more: the inquiry waits for an answer again."""
        inquiry = self._held(draft, inquiry_id)
        draft.event("inquiry.continued")
        return draft.save(INQUIRY, inquiry.asked_again())

    @command(Permission.INQUIRY_ANSWER)
    def answer(self, draft: Draft, inquiry_id: str, *, article: str = "", text: str = "", source: str = "") -> Inquiry:
        """Send the resident an answer; the inquiry is `answered` once it is known to have arrived.

        Args:
            article: article to answer from, in the edition of today.
            text: the officer's own words; with an article they replace its text.
            source: on whose word; the article's source, or else the unit's name, where it is left out.

        Raises:
            BadInput: neither article nor words, or a resident without a chat.
            WrongStep: the article isn't in use today.
        """
        inquiry = self._held(draft, inquiry_id)
        if not inquiry.conversation:
            raise BadInput(f"inquiry {inquiry.id}: no chat; tell the resident and note it by `answered_by_hand`")
        replied = self._replied(draft, inquiry, article, nfc(text), nfc(source))
        self._tell(draft, replied, "inquiry.answer", text=replied.answer, source=replied.source)
        draft.facts["article"] = article
        draft.event("inquiry.answer_sent")
        return draft.save(INQUIRY, replied)

    @step(Permission.INTAKE)
    def answer_arrived(self, draft: Draft, inquiry_id: str, proof: str) -> Inquiry:
        """Note that an answer reached the resident."""
        inquiry = self._held(draft, inquiry_id)
        if inquiry.state is not InquiryState.REPLIED:
            draft.event("inquiry.answer_late")  # asked again or made a tip meanwhile: nothing to change
            return inquiry
        draft.event("inquiry.answered")
        return draft.save(INQUIRY, inquiry.answered(proof, draft.today))

    @command(Permission.INQUIRY_ANSWER)
    def answered_by_hand(self, draft: Draft, inquiry_id: str, proof: str) -> Inquiry:
        """Note that a person told the resident, and how."""
        if not proof.strip():
            raise BadInput("say how the resident was told: by phone, at the counter …")
        draft.event("inquiry.answered")
        return draft.save(INQUIRY, self._held(draft, inquiry_id).answered(nfc(proof), draft.today))

    @command(Permission.INQUIRY_ANSWER)
    def close(self, draft: Draft, inquiry_id: str) -> Inquiry:
        """Close an answered inquiry."""
        draft.event("inquiry.closed")
        return draft.save(INQUIRY, self._held(draft, inquiry_id).moved(InquiryState.CLOSED))

    @step(Permission.INQUIRY_ANSWER)
    def become_tip(self, draft: Draft, inquiry_id: str, tip_id: str) -> Inquiry:
        """Note that an inquiry turned out to be a tip, which was taken in under `tip_id` in the same act."""
        draft.facts["tip"] = tip_id
        draft.event("inquiry.became_tip")
        return draft.save(INQUIRY, self._held(draft, inquiry_id).became(tip_id))

    @query(Permission.INQUIRY_READ, traced=True)
    def get(self, look: Look, inquiry_id: str) -> Inquiry:
        """Return an inquiry. The resident is only an id in it."""
        return self._held(look, inquiry_id)

    @query(Permission.INQUIRY_READ, traced=True)
    def list(
        self, look: Look, *, unit: str = "", state: str = "", after: str = "", limit: int = 50
    ) -> Listing[Inquiry]:
        """Return a page of inquiries, newest first."""
        where = {"state": state} if state else {}
        return look.listed(INQUIRY, "newest", unit, where=where, after=after, limit=limit)

    @query(Permission.INQUIRY_READ, traced=True)
    def unanswered(self, look: Look, *, unit: str = "", days: int = 0) -> Sequence[tuple[Inquiry, int]]:
        """Return inquiries without an answer that arrived, oldest first, each with its age in days.

        Args:
            unit: this one and all below it.
            days: leave out those younger than this.
        """
        page = look.listed(INQUIRY, "oldest", unit, where={"state": UNANSWERED}, limit=500)
        aged = [(inquiry, (look.today - inquiry.received_day).days) for inquiry in page.items]
        return [(inquiry, age) for inquiry, age in aged if age >= days]

    def _replied(self, draft: Draft, inquiry: Inquiry, article_id: str, text: str, source: str) -> Inquiry:
        if not article_id:
            return inquiry.replied(text, source or self.desk.district.unit(inquiry.unit).name)
        article = self._article(draft, article_id)
        edition = article.edition_on(draft.today)
        if edition is None:
            raise WrongStep(f"article {article.title!r} isn't in use on {draft.today}; answer in your own words")
        replied = inquiry.replied(text or edition.text, source or edition.source, article=article.id)
        return evolve(replied, edition=edition.number)

    def _tell(self, draft: Draft, inquiry: Inquiry, wording: str, **facts: str) -> None:
        if inquiry.conversation:
            about = f"inquiry:{inquiry.id}"
            words = self.desk.district.say(wording, **facts)
            draft.send(inquiry.conversation, words, purpose=wording, cause=about, scope=about)
