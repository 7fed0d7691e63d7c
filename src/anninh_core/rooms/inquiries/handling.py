"""What officers do with inquiries: answer them, in their own words or out of the knowledge base, and close them."""

from attrs import evolve

from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.rooms.inquiries.kind import INQUIRY
from anninh_core.rooms.inquiries.loading import get_article, get_permitted_inquiry
from anninh_core.rooms.inquiries.model import Inquiry, InquiryState
from anninh_core.rooms.inquiries.replies import notify_resident
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, step
from anninh_core.work.unit_of_work import UnitOfWork


class InquiryHandling(Service):
    """The officer's side."""

    room = "inquiries"

    @command(Permission.INQUIRY_ANSWER)
    def answer(
        self, draft: UnitOfWork, inquiry_id: str, *, article: str = "", text: str = "", source: str = ""
    ) -> Inquiry:
        """Send the resident an answer; the inquiry is `answered` once it is known to have arrived.

        Args:
            article: article to answer from, in the edition of today.
            text: the officer's own words; with an article they replace its text.
            source: on whose word; the article's source, or else the unit's name, where it is left out.

        Raises:
            BadInput: neither article nor words, or a resident without a chat.
            WrongStep: the article isn't in use today.
        """
        inquiry = get_permitted_inquiry(draft, inquiry_id)
        if not inquiry.conversation:
            raise BadInput(f"inquiry {inquiry.id}: no chat; tell the resident and note it by `answered_by_hand`")
        replied = self._reply(draft, inquiry, article, nfc(text), nfc(source))
        notify_resident(draft, replied, "inquiry.answer", text=replied.answer, source=replied.source)
        draft.facts["article"] = article
        draft.event("inquiry.answer_sent")
        return draft.save(INQUIRY, replied)

    @command(Permission.INQUIRY_ANSWER)
    def answered_by_hand(self, draft: UnitOfWork, inquiry_id: str, proof: str) -> Inquiry:
        """Note that a person told the resident, and how."""
        if not proof.strip():
            raise BadInput("say how the resident was told: by phone, at the counter …")
        draft.event("inquiry.answered")
        return draft.save(INQUIRY, get_permitted_inquiry(draft, inquiry_id).answered(nfc(proof), draft.today))

    @command(Permission.INQUIRY_ANSWER)
    def close(self, draft: UnitOfWork, inquiry_id: str) -> Inquiry:
        """Close an answered inquiry."""
        draft.event("inquiry.closed")
        return draft.save(INQUIRY, get_permitted_inquiry(draft, inquiry_id).moved(InquiryState.CLOSED))

    @step(Permission.INQUIRY_ANSWER)
    def convert_to_tip(self, draft: UnitOfWork, inquiry_id: str, tip_id: str) -> Inquiry:
        """Note that an inquiry turned out to be a tip, which was taken in under `tip_id` in the same act."""
        draft.facts["tip"] = tip_id
        draft.event("inquiry.became_tip")
        return draft.save(INQUIRY, get_permitted_inquiry(draft, inquiry_id).became(tip_id))

    def _reply(self, draft: UnitOfWork, inquiry: Inquiry, article_id: str, text: str, source: str) -> Inquiry:
        if not article_id:
            return inquiry.replied(text, source or self.context.district.unit(inquiry.unit).name)
        article = get_article(draft, article_id)
        edition = article.edition_on(draft.today)
        if edition is None:
            raise WrongStep(f"article {article.title!r} isn't in use on {draft.today}; answer in your own words")
        replied = inquiry.replied(text or edition.text, source or edition.source, article=article.id)
        return evolve(replied, edition=edition.number)
