"""What will leave, as it will leave: in the profile's words, cut as its messenger cuts it. Nothing is sent."""

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
from anninh_core.usecase.outbox_message import OutboxMessage, messenger_of
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import EnclosureView, list_enclosures, view
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow
from anninh_core.workflows.publication.audience import AudienceView, find_targets, show_audience

_NOBODY = "preview"  # no address: nothing is sent to it
_PUBLIC = frozenset({"link"})  # an address on the web leads to nobody


@view
class PersonalDataView:
    """Something in written words that looks like personal data: its kind, such as `phone` or `receipt`, and itself."""

    kind: str
    text: str


@view
class OutgoingPreviewView:
    """What one messenger would send.

    Attributes:
        messenger: the instance; "" where its reader has no chat, and a person tells them.
        texts: the messages, one after the other.
        attachments: what goes with them.
        groups: to how many groups it would go; 0 for a person.
        problem: why it can't be sent like this, "" for nothing.
    """

    messenger: str
    texts: tuple[str, ...]
    attachments: tuple[EnclosureView, ...]
    groups: int
    problem: str


@view
class PreviewView:
    """What would leave.

    Attributes:
        purpose: what it is for, such as `tip.answer`.
        messages: what each messenger would send.
        found: what in the officer's own words looks like personal data.
        audience: the groups that get an item, by name; None where it goes to a person.
    """

    purpose: str
    messages: tuple[OutgoingPreviewView, ...]
    found: tuple[PersonalDataView, ...]
    audience: AudienceView | None = None


class OutgoingPreviews(Workflow):
    """Shows what an act would send."""

    action_prefix = "previews"

    def __init__(self, runner: UseCaseRunner, services: Services, messengers: Mapping[str, Messenger]) -> None:
        super().__init__(runner, services)
        self._messengers = messengers

    @query(Permission.TIP_READ, public=True)
    def preview_answer(
        self, session: ReadSession, tip_id: TipId, words: Words, *, purpose: Literal["answer", "ask_back"] = "answer"
    ) -> PreviewView:
        """Return what a tip's reporter would read, sending nothing.

        It leaves no entry: what it shows of the tip is its receipt. Whether words name somebody who is known here isn't
        looked up, since nobody would write down who asks.

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
        found = (one for one in _iter_found(written) if one.text.upper() != tip.receipt)
        return PreviewView(purpose=name, messages=(self._to_person(tip.conversation, text, name),), found=tuple(found))

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
        whose = nfc(source)
        if article:
            answering = get_article(session, article)
            edition = answering.edition_on(session.today)
            if edition is None:
                raise WrongStep(
                    "Article {title!r} isn't in use on {day}: write the answer in your own words.",
                    title=answering.title,
                    day=session.today,
                )
            words, whose = words or edition.text, whose or edition.source
        whose = whose or self.context.district.unit(inquiry.unit).name
        said = self.context.district.say(name, text=_require_words(words), source=whose)
        message = self._to_person(inquiry.conversation, said, name)
        return PreviewView(purpose=name, messages=(message,), found=tuple(_iter_found(words)))

    @query(Permission.CONTENT_READ, Permission.GROUP_READ, traced=True, folds=True, public=True)
    def preview_item(self, session: ReadSession, item_id: ItemId) -> PreviewView:
        """Return what groups would read of an item, once for each messenger, and which groups get it when published.

        What the leak check says of it stands among the item's findings once it is handed in.

        Raises:
            NotVisible: as `content.get`.
        """
        item = load_item(session, item_id)
        piece = item.piece
        original = session.load(ITEM, piece.replaces).piece.title if piece.replaces else ""
        name = "content.correction" if piece.is_correction else "content.post"
        text = render_item(self.context.district, piece, original)
        audience = show_audience(session, self.services.groups, item)
        receiving = Counter(group.messenger for unit in audience.units for group in unit.groups)
        targets = find_targets(session, self.services.groups, item)
        reached = {messenger_of(conversation) for _, conversation in targets if conversation}
        messages = tuple(
            self._render(instance, Place.GROUP, text, name, piece.attachments, groups=receiving[instance])
            for instance in sorted(reached | {*receiving})
        )
        found = tuple(_iter_found(f"{piece.title}\n{piece.body}"))
        return PreviewView(purpose=name, messages=messages, found=found, audience=audience)

    def find_problem(self, conversation: str, text: str) -> str:
        """Return why an answer can't be sent to a conversation, "" where it can."""
        return self._to_person(conversation, text, "tip.answer").problem

    def _to_person(self, conversation: str, text: str, purpose: str) -> OutgoingPreviewView:
        return self._render(messenger_of(conversation), Place.PERSON, text, purpose)

    def _render(
        self,
        instance: str,
        place: Place,
        text: str,
        purpose: str,
        attachments: Sequence[Attachment] = (),
        *,
        groups: int = 0,
    ) -> OutgoingPreviewView:
        """Return what a messenger makes of a text; whole, where it doesn't tell, or isn't there any more."""
        leaving = OutboxMessage(to=_NOBODY, text=drop_hidden(text), attachments=tuple(attachments))
        message = OutgoingMessage(
            key=_NOBODY,
            to=Address(instance, place, _NOBODY),
            text=leaving.text,
            purpose=purpose,
            attachments=leaving.attachments,
        )
        texts = (leaving.text,)
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
            attachments=list_enclosures(leaving.attachments),
            groups=groups,
            problem=problem,
        )


def _require_words(words: str) -> str:
    if not words.strip():
        raise BadInput("The text is empty, so there is nothing to preview: write it first.")
    return nfc(words)


def _iter_found(words: str) -> Iterator[PersonalDataView]:
    """Yield what looks like personal data in words, by patterns alone."""
    for hit in find_personal_data(nfc(words)):
        if hit.kind not in _PUBLIC:
            yield PersonalDataView(kind=hit.kind, text=hit.text)
    for match in RECEIPT.finditer(nfc(words)):
        yield PersonalDataView(kind="receipt", text=match.group())
