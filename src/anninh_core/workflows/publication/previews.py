"""Previews of outgoing messages, in the profile's words and split as the messenger splits them; nothing is sent."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.loading import load_item
from anninh_core.domain.content.rules import render_item
from anninh_core.domain.inquiries.knowledge.loading import get_article
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.services import Services
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.kernel.errors import BadInput, DeliveryError, Unsupported, WrongStep
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.kernel.ids import RECEIPT
from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import nfc
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import PreviewsTexts
from anninh_core.usecase.arguments import ArticleId, InquiryId, ItemId, OneLine, TipId, Words
from anninh_core.usecase.marks import query
from anninh_core.usecase.outbox_message import OutboxMessage, get_messenger_name
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import EnclosureView, list_enclosures, view
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow
from anninh_core.workflows.publication.audience import AudienceView, build_audience_view, find_targets

_NOBODY = "preview"  # This placeholder replaces the address, as nothing is sent.
_PUBLIC = frozenset({"link"})  # A web address identifies no person.


@view
class PersonalDataView:
    """A piece of text that looks like personal data, with its kind, such as `phone` or `receipt`."""

    kind: str
    text: str


@view
class OutgoingPreviewView:
    """The messages that one messenger would send.

    Attributes:
        messenger: the instance; "" if the reader has no chat, so that a person informs them.
        texts: the messages, in the order of sending.
        attachments: their attachments.
        groups: number of groups that would get the messages; 0 for a message to a person.
        problem: why the messages can't be sent like this; "" if there is no problem.
    """

    messenger: str
    texts: tuple[str, ...]
    attachments: tuple[EnclosureView, ...]
    groups: int
    problem: str


@view
class PreviewView:
    """A preview of outgoing messages.

    Attributes:
        purpose: such as `tip.answer`.
        messages: the messages by messenger.
        found: pieces of the officer's own words that look like personal data.
        audience: the groups that get an item, by name; None for a message to a person.
    """

    purpose: str
    messages: tuple[OutgoingPreviewView, ...]
    found: tuple[PersonalDataView, ...]
    audience: AudienceView | None = None


class OutgoingPreviews(Workflow):
    """Shows the messages that an answer or a publication would send, without sending them."""

    action_prefix = "previews"

    def __init__(self, runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger]) -> None:
        super().__init__(runner, services)
        self._messengers = messengers

    @query(Permission.TIP_READ, public=True)
    def preview_answer(
        self, session: ReadSession, tip_id: TipId, words: Words, *, purpose: Literal["answer", "ask_back"] = "answer"
    ) -> PreviewView:
        """Return the text that a tip's reporter would read, without sending it.

        It leaves no entry: of the tip it only shows the receipt. Names of known people aren't looked up, as such a
        lookup would have to be recorded.

        Args:
            tip_id: its id.
            words: the answer, or the question of `tips.ask_back`.
            purpose: whether `words` are an answer or a question.

        Raises:
            BadInput: no words.
            NotVisible: as `tips.get`.
        """
        tip = get_permitted_tip(session, tip_id)
        written = _require_words(words)
        name = f"tip.{purpose}"
        field = "question" if purpose == "ask_back" else "text"
        text = self.context.district.say(name, receipt=tip.receipt, **{field: written})
        personal_data = (piece for piece in _find_personal_data(written) if piece.text.upper() != tip.receipt)
        return PreviewView(
            purpose=name, messages=(self._preview_for_person(tip.conversation, text, name),), found=tuple(personal_data)
        )

    @query(Permission.INQUIRY_READ, public=True)
    def preview_inquiry_answer(
        self,
        session: ReadSession,
        inquiry_id: InquiryId,
        *,
        article: ArticleId = "",
        text: Words = "",
        source: OneLine = "",
    ) -> PreviewView:
        """Return what a resident would read in answer to a question. See `tips.preview_answer`.

        Args:
            inquiry_id: its id.
            article, text, source: as for the answer itself.

        Raises:
            BadInput: neither article nor words.
            WrongStep: the article isn't in use today.
            NotVisible: as `inquiries.get`.
        """
        inquiry = get_permitted_inquiry(session, inquiry_id)
        name = "inquiry.answer"
        words = nfc(text)
        source_name = nfc(source)
        if article:
            answering = get_article(session, article)
            edition = answering.edition_on(session.today)
            if edition is None:
                raise WrongStep(
                    "Article {title!r} isn't in use on {day}: write the answer in your own words.",
                    title=answering.title,
                    day=session.today,
                )
            words, source_name = words or edition.text, source_name or edition.source
        source_name = source_name or self.context.district.unit(inquiry.unit).name
        message_text = self.context.district.say(name, text=_require_words(words), source=source_name)
        message = self._preview_for_person(inquiry.conversation, message_text, name)
        return PreviewView(purpose=name, messages=(message,), found=tuple(_find_personal_data(words)))

    @query(Permission.CONTENT_READ, Permission.GROUP_READ, traced=True, aggregate_repeats=True, public=True)
    def preview_item(self, session: ReadSession, item_id: ItemId) -> PreviewView:
        """Return the text of an item for groups, once for each messenger, and the groups that get it when it is
        published.

        The leak check's result is listed among the item's findings once it is submitted.

        Raises:
            NotVisible: as `content.get`.
        """
        item = load_item(session, item_id)
        piece = item.piece
        original = session.load(ITEM, piece.replaces).piece.title if piece.replaces else ""
        name = "content.correction" if piece.is_correction else "content.post"
        text = render_item(self.context.district, piece, original)
        audience = build_audience_view(session, self.services.groups, item)
        receiving = Counter(group.messenger for unit in audience.units for group in unit.groups)
        targets = find_targets(session, self.services.groups, item)
        reached = {get_messenger_name(conversation) for _, conversation in targets if conversation}
        messages = tuple(
            self._build_preview(instance, Place.GROUP, text, name, piece.attachments, groups=receiving[instance])
            for instance in sorted(reached | {*receiving})
        )
        personal_data = tuple(_find_personal_data(f"{piece.title}\n{piece.body}"))
        return PreviewView(purpose=name, messages=messages, found=personal_data, audience=audience)

    def find_problem(self, conversation: str, text: str) -> str:
        """Return the reason why an answer can't be sent to a conversation, or "" if it can."""
        return self._preview_for_person(conversation, text, "tip.answer").problem

    def _preview_for_person(self, conversation: str, text: str, purpose: str) -> OutgoingPreviewView:
        return self._build_preview(get_messenger_name(conversation), Place.PERSON, text, purpose)

    def _build_preview(
        self,
        instance: str,
        place: Place,
        text: str,
        purpose: str,
        attachments: Sequence[Attachment] = (),
        *,
        groups: int = 0,
    ) -> OutgoingPreviewView:
        """Return the preview of a text as the messenger would send it; unsplit if the messenger has no preview or isn't
        configured any more.
        """
        outbox_message = OutboxMessage(to=_NOBODY, text=drop_hidden(text), attachments=tuple(attachments))
        message = OutgoingMessage(
            key=_NOBODY,
            to=Address(instance, place, _NOBODY),
            text=outbox_message.text,
            purpose=purpose,
            attachments=outbox_message.attachments,
        )
        texts = (outbox_message.text,)
        problem = ""
        messenger = self._messengers.get(instance)
        if isinstance(messenger, PreviewsTexts):
            try:
                texts = tuple(messenger.preview(message))
            except (DeliveryError, Unsupported) as error:
                problem = error.sentence
        return OutgoingPreviewView(
            messenger=instance,
            texts=texts,
            attachments=list_enclosures(outbox_message.attachments),
            groups=groups,
            problem=problem,
        )


def _require_words(words: str) -> str:
    if not words.strip():
        raise BadInput("The text is empty, so there is nothing to preview: write it first.")
    return nfc(words)


def _find_personal_data(words: str) -> Iterator[PersonalDataView]:
    """Yield the pieces of a text that look like personal data, by patterns alone."""
    for hit in find_personal_data(nfc(words)):
        if hit.kind not in _PUBLIC:
            yield PersonalDataView(kind=hit.kind, text=hit.text)
    for match in RECEIPT.finditer(nfc(words)):
        yield PersonalDataView(kind="receipt", text=match.group())
