"""Use cases with which officers answer inquiries in their own words or from the knowledge base, and close them."""

from attrs import evolve

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.knowledge.loading import get_article
from anninh_core.domain.inquiries.loading import get_inquiry_for_step
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.replies import notify_resident
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import ArticleId, InquiryId, OneLine, Words
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class InquiryHandling(Service):
    """Use cases of officers who answer inquiries."""

    action_prefix = "inquiries"

    @command(Permission.INQUIRY_ANSWER, public=True, daily=True, sends=True)
    def answer(
        self, uow: UnitOfWork, inquiry_id: InquiryId, *, article: ArticleId = "", text: Words = "", source: OneLine = ""
    ) -> Inquiry:
        """Send the resident an answer; the inquiry is `answered` once the answer is known to have arrived.

        Args:
            article: article to answer from, in today's edition.
            text: the officer's own words; with an article they replace its text.
            source: source of the answer; by default the article's source, or else the unit's name.

        Raises:
            BadInput: neither article nor text, or a resident without a chat.
            WrongStep: the article isn't in use today.
        """
        inquiry = get_inquiry_for_step(uow, "answer", inquiry_id)
        replied = self._build_reply(uow, inquiry, article, nfc(text), nfc(source)).after_waiting(
            self._measure_wait(uow, inquiry)
        )
        notify_resident(uow, replied, "inquiry.answer", text=replied.answer, source=replied.source)
        uow.facts["article"] = article
        uow.add_event("inquiry.answer_sent")
        return uow.save(INQUIRY, replied)

    @command(Permission.INQUIRY_ANSWER, public=True, daily=True)
    def answered_by_hand(self, uow: UnitOfWork, inquiry_id: InquiryId, proof: OneLine) -> Inquiry:
        """Record that a person informed the resident, and how.

        Raises:
            WrongStep: it is answered or closed, or became a tip.
            BadInput: no proof.
        """
        if not proof.strip():
            raise BadInput(
                "The proof is missing: write how the resident was informed, such as by phone or at the counter."
            )
        uow.add_event("inquiry.answered")
        inquiry = get_inquiry_for_step(uow, "record_manual_answer", inquiry_id).answered(nfc(proof), uow.today)
        return uow.save(INQUIRY, inquiry.after_waiting(self._measure_wait(uow, inquiry)))

    @command(Permission.INQUIRY_ANSWER, public=True, daily=True)
    def close(self, uow: UnitOfWork, inquiry_id: InquiryId) -> Inquiry:
        """Close an answered inquiry.

        Raises:
            WrongStep: it isn't answered.
        """
        uow.add_event("inquiry.closed")
        return uow.save(INQUIRY, get_inquiry_for_step(uow, "close", inquiry_id).moved(InquiryState.CLOSED))

    @step(Permission.INQUIRY_ANSWER)
    def convert_to_tip(self, uow: UnitOfWork, inquiry_id: str, tip_id: str) -> Inquiry:
        """Record that an inquiry turned out to be a tip, which the same unit of work registered as `tip_id`."""
        uow.facts["tip"] = tip_id
        uow.add_event("inquiry.became_tip")
        return uow.save(INQUIRY, get_inquiry_for_step(uow, "convert_to_tip", inquiry_id).became(tip_id))

    def _measure_wait(self, uow: UnitOfWork, inquiry: Inquiry) -> int:
        """Return the working seconds from the arrival of a question until now."""
        return self.context.district.calendar.count_working_seconds(min(inquiry.received_at, uow.at), uow.at)

    def _build_reply(self, uow: UnitOfWork, inquiry: Inquiry, article_id: str, text: str, source: str) -> Inquiry:
        if not article_id:
            return inquiry.replied(text, source or self.context.district.unit(inquiry.unit).name)
        article = get_article(uow, article_id)
        edition = article.edition_on(uow.today)
        if edition is None:
            raise WrongStep(
                "Article {title!r} isn't in use on {day}: answer in your own words.",
                title=article.title,
                day=uow.today,
            )
        replied = inquiry.replied(text or edition.text, source or edition.source, article=article.id)
        return evolve(replied, edition=edition.number)
