"""Papers about tips, as formatters take them: the register, the monthly list, a transfer's slip; all of them drafts."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from attrs import evolve, frozen

from anninh_core.domain.tips.handling.register import RegisterWriter, balance_of, is_of_month
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip, is_withheld
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.domain.tips.values import Transfer
from anninh_core.kernel.dates import local_date, short_date, short_moment
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.redact import MaskedText
from anninh_core.kernel.text import proper_name
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.report_document import Block, Letterhead, Paragraph, ReportDocument, Section, Table

MaskResidents = Callable[[ReadSession, str, str], tuple[str, tuple[str, ...]]]
"""Conversation id ("" for none) and text -> the text without personal data, and what was masked."""

MaskReporter = Callable[[ReadSession, str, str], MaskedText]
"""The same, for a body that goes on with the matter: what identifies the reporter is masked, evidence stays."""

Sheet = tuple[ReportDocument, tuple[Tip, ...]]
"""A paper, and the tips in it."""

_PAGE = 500
_IDENTITY = ("name", "number", "address", "residence")


def mask_nothing(_session: ReadSession, _conversation: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Stand in for a program that knows nobody's identity."""
    return text, ()


def leave_words(_session: ReadSession, _conversation: str, text: str) -> MaskedText:
    """Stand in for a program that knows nobody's identity, on a slip."""
    return MaskedText(text)


@frozen
class Slip:
    """The slip of a transfer to an outside body.

    Attributes:
        masked: what was taken out of the words, such as `phone` or `name`, each once.
        left: what looks like personal data and stays as evidence, such as `bank_account`, each once.
    """

    document: ReportDocument
    masked: tuple[str, ...]
    left: tuple[str, ...]


class TipPapers(Service):
    """Papers. Each leaves an entry in the journal that says `export`, and names the tips in it."""

    action_prefix = "tips"

    def __init__(
        self,
        runner: UseCaseRunner,
        mask: MaskResidents = mask_nothing,
        mask_reporter: MaskReporter = leave_words,
        restricts: OpensRestrictions = restrict_nothing,
    ) -> None:
        super().__init__(runner)
        self._mask = mask
        self._mask_reporter = mask_reporter
        self._restricts = restricts

    @query(Permission.TIP_READ, traced=True)
    def register(self, session: ReadSession, unit: str, start: date, end: date) -> Sheet:
        """Return the register of a unit and below of the tips received in a period of days, the last included.

        The tips that a unit handles for others stand in it too. Whoever is excluded from a tip doesn't see its row.

        Raises:
            BadInput: the period ends before it begins.
        """
        if end < start:
            raise BadInput(
                "A period can't end on {last_day}, before it begins on {first_day}: swap the two days.",
                last_day=end,
                first_day=start,
            )
        tips = [tip for tip in self._iter_tips(session, unit, start) if start <= tip.received_day <= end]
        session.facts |= {"export": "register", "rows": len(tips)}
        return self._sheet(session, "register", unit, (start, end), tips)

    @query(Permission.TIP_READ, traced=True)
    def monthly_list(self, session: ReadSession, unit: str, year: int, month: int) -> Sheet:
        """Return the tips of a month: received or settled in it, or open at its end, with the balance above them.

        Monthly lists: Thông tư 28/2020/TT-BCA, article 20.

        Raises:
            BadInput: there is no such month.
        """
        if not 1 <= month <= 12 or not 1900 <= year <= 2999:
            raise BadInput(
                "There is no list for month {month} of {year}: give a month from 1 to 12 and a year from 1900 to 2999.",
                month=month,
                year=year,
            )
        start, end = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        tips = [tip for tip in self._iter_tips(session, unit) if is_of_month(tip, start, end)]
        session.facts |= {"export": "monthly_list", "rows": len(tips)}
        inside = {*self.context.district.subtree(unit)}
        counted = balance_of((tip for tip in tips if tip.unit in inside), start, end)
        facts = {name: str(getattr(counted, name)) for name in ("opening", "received", "resolved", "transferred")}
        balance = Paragraph(self._district.say("register.balance", **facts, closing=str(counted.closing)))
        return self._sheet(session, "register.monthly", unit, (start, end), tips, balance)

    @query(Permission.TIP_HANDLE, traced=True)
    def slip(self, session: ReadSession, tip_id: str) -> Slip:
        """Return the slip (phiếu chuyển) with which a tip went to an outside body, the last one.

        It carries no identity: neither name, number, address nor conversation of the reporter; what words say of them
        is masked as far as it is known or has a shape. Names, numbers and accounts of others are evidence, and stay. A
        person reads it before it is signed.

        Raises:
            WrongStep: it went to no outside body.
        """
        tip = get_permitted_tip(session, tip_id)
        TIP_STEPS.require("papers.slip", tip, session)
        transfer = next(one for one in reversed(tip.transfers) if not one.inside)
        words = self._mask_reporter(session, tip.conversation, transfer.summary or tip.text)
        place = self._mask_reporter(session, tip.conversation, tip.place)
        masked = tuple(dict.fromkeys((*words.masked, *place.masked)))
        left = tuple(dict.fromkeys((*words.left, *place.left)))
        session.facts |= {"export": "slip", "masked": ", ".join(masked)}
        return Slip(self._slip_document(tip, transfer, words.text, place.text, masked), masked, left)

    @property
    def _district(self) -> District:
        return self.context.district

    def _iter_tips(self, session: ReadSession, unit: str, since: date = date.min) -> Iterator[Tip]:
        """Yield the tips of a unit and below, and those it handles, as far as the actor may see them, newest first.

        Raises:
            Damaged: one of them can't be read.
        """
        session.permit(unit)
        inside = {*self._district.subtree(unit)}
        excluding: dict[str, str | tuple[str, ...]] = {"excluded": session.marks}
        after = ""
        while True:
            page = session.find(TIP, "newest", excluding=excluding, after=after, limit=_PAGE)
            session.require_readable(TIP, inside)
            for tip in page.items:
                if self._is_registered(tip) and not inside.isdisjoint(TIP.all_units(tip)):
                    yield tip
            after = page.cursor
            if not after or (page.items and page.items[-1].received_day < since):
                return

    def _sheet(
        self,
        session: ReadSession,
        key: str,
        unit: str,
        period: tuple[date, date],
        tips: Sequence[Tip],
        *above: Block,
    ) -> Sheet:
        is_restricted = self._restricts(session)

        def summarize(tip: Tip) -> str:
            if is_withheld(is_restricted, tip):
                return self._district.say("rights.withheld")
            return self._mask(session, tip.conversation, tip.text)[0]

        writer = RegisterWriter(self._district, session.permits.name_officer, summarize)
        table = Table("", writer.heading(), writer.rows(tips))
        facts = {"unit": self._district.unit(unit).name, "start": short_date(period[0]), "end": short_date(period[1])}
        title, subject = (self._district.say(f"{key}.{part}", **facts) for part in ("title", "subject"))
        blocks = (*above, table) if tips else (*above, Paragraph(self._district.say("register.nothing")))
        head = self._letterhead(unit, title, subject)
        return self._document(f"{key}.{unit}", unit, period, head, blocks, wide=True), tuple(tips)

    def _is_registered(self, tip: Tip) -> bool:
        """Return whether a tip is listed in registers: no part of another one, and of a kind that may be crime."""
        category = self._district.incoming.get(tip.category)
        return tip.state is not TipState.JOINED and (category is None or category.in_register)

    def _slip_document(
        self, tip: Tip, transfer: Transfer, words: str, place: str, masked: tuple[str, ...]
    ) -> ReportDocument:
        district = self._district
        day = local_date(transfer.at)
        category = district.incoming.get(tip.category)
        rows = (
            ("receipt", tip.receipt),
            ("received", short_moment(tip.received_at)),
            ("channel", district.say(f"register.origin.{tip.origin}")),
            ("reporter", district.say("register.sealed" if tip.conversation else "register.not_given")),
            (
                "kind",
                ", ".join((district.say(f"legal_kind.{tip.legal_kind}"), *((category.name,) if category else ()))),
            ),
            ("urgency", district.say(f"urgency.{tip.urgency}")),
            ("place", place),
            ("summary", words),
        )
        table = Table(
            "",
            (district.say("slip.field"), district.say("slip.content")),
            tuple((district.say(f"slip.{key}"), value) for key, value in rows),
        )
        hidden = (f"slip.hidden.{kind}" if kind in _IDENTITY else f"personal.{kind}" for kind in masked)
        note = district.say("slip.masked", kinds=", ".join(map(district.say, hidden)))
        paragraphs = (
            district.say("slip.intro", to=transfer.to),
            table,
            note if masked else "",
            district.say("slip.ask"),
        )
        blocks = tuple(Paragraph(one) if isinstance(one, str) else one for one in paragraphs if one)
        return self._document(f"slip.{tip.id}", transfer.came_from, (day, day), self._slip_head(transfer), blocks)

    def _slip_head(self, transfer: Transfer) -> Letterhead:
        district = self._district
        return evolve(
            self._letterhead(transfer.came_from, district.say("slip.title"), district.say("slip.subject")),
            number=transfer.number,
            addressee=transfer.to,
            recipients=tuple(district.say("slip.recipients").splitlines()),
            signer_titles=(district.say("slip.signer"),),
        )

    def _letterhead(self, unit: str, title: str, subject: str) -> Letterhead:
        above = self._district.unit(unit).parent
        template = next(iter(self._district.templates.values()), None)
        return Letterhead(
            national_title=template.letterhead[0] if template else "",
            motto=template.letterhead[1] if template else "",
            superior=self._district.unit(above).name.upper() if above else "",
            agency=self._district.unit(unit).name.upper(),
            number="",
            place=template.place
            if template and template.place and "{" not in template.place
            else proper_name(self._district.unit(unit).name),
            date=None,
            title=title,
            subject=subject,
            draft=True,
        )

    def _document(
        self,
        id: str,
        unit: str,
        period: tuple[date, date],
        letterhead: Letterhead,
        blocks: tuple[Block, ...],
        *,
        wide: bool = False,
    ) -> ReportDocument:
        return ReportDocument(
            id=id,
            kind=id.partition(".")[0],
            letterhead=letterhead,
            sections=(Section("", 1, blocks),),
            figures=(),
            period_start=period[0],
            period_end=period[1],
            unit=unit,
            unit_name=self._district.unit(unit).name,
            wording=self._district.wording,
            landscape=wide,
        )
