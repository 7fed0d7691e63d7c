"""Use cases that return papers about tips as documents for formatters: the register, the monthly list, and a transfer's
slip. All of them are drafts.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from attrs import evolve, frozen

from anninh_core.domain.tips.handling.register import RegisterWriter, compute_balance, is_of_month
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip, is_text_withheld
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.steps import TIP_STEPS
from anninh_core.domain.tips.values import Transfer
from anninh_core.kernel.dates import local_date, short_date, short_moment
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.redact import MaskedText
from anninh_core.kernel.text import extract_proper_name
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission
from anninh_core.vocabulary.report_document import Block, Letterhead, Paragraph, ReportDocument, Section, Table

MaskResidents = Callable[[ReadSession, str, str], tuple[str, tuple[str, ...]]]
"""Type of a function that takes a conversation id ("" for none) and a text, and returns the text without personal data
and the kinds of masked data.
"""

MaskReporter = Callable[[ReadSession, str, str], MaskedText]
"""Type of a function that masks a text for an outside body that continues the case: data that identify the reporter are
masked, evidence stays.
"""

Sheet = tuple[ReportDocument, tuple[Tip, ...]]
"""Type of a paper together with the tips in it."""

_PAGE = 500
_IDENTITY = ("name", "number", "address", "residence")


def mask_nothing(_session: ReadSession, _conversation: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text unmasked and no kinds of data, for a program without identities."""
    return text, ()


def mask_no_reporter(_session: ReadSession, _conversation: str, text: str) -> MaskedText:
    """Return the text of a slip unmasked, for a program without identities."""
    return MaskedText(text)


@frozen
class Slip:
    """The slip of a transfer to an outside body.

    Attributes:
        masked: kinds of data that were masked in the text, such as `phone` or `name`, each once.
        left: kinds of data that look personal and stay as evidence, such as `bank_account`, each once.
    """

    document: ReportDocument
    masked: tuple[str, ...]
    left: tuple[str, ...]


class TipPapers(Service):
    """Use cases that return papers about tips. Each call leaves an `export` entry in the audit log, with the tips in
    it.
    """

    action_prefix = "tips"

    def __init__(
        self,
        runner: UseCaseRunner,
        mask: MaskResidents = mask_nothing,
        mask_reporter: MaskReporter = mask_no_reporter,
        restricts: OpensRestrictions = restrict_nothing,
    ) -> None:
        super().__init__(runner)
        self._mask = mask
        self._mask_reporter = mask_reporter
        self._restricts = restricts

    @query(Permission.TIP_READ, traced=True)
    def register(self, session: ReadSession, unit: str, start: date, end: date) -> Sheet:
        """Return the register of a unit and the units below it, with the tips received from `start` to `end`, both
        included.

        Tips that a unit handles for others are included, too. Officers excluded from a tip don't see its row.

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
        return self._build_sheet(session, "register", unit, (start, end), tips)

    @query(Permission.TIP_READ, traced=True)
    def monthly_list(self, session: ReadSession, unit: str, year: int, month: int) -> Sheet:
        """Return the tips received or settled in a month, or open at its end, with the balance of the month above them.

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
        units = {*self.context.district.subtree(unit)}
        month_balance = compute_balance((tip for tip in tips if tip.unit in units), start, end)
        facts = {name: str(getattr(month_balance, name)) for name in ("opening", "received", "resolved", "transferred")}
        balance = Paragraph(self._district.say("register.balance", **facts, closing=str(month_balance.closing)))
        return self._build_sheet(session, "register.monthly", unit, (start, end), tips, balance)

    @query(Permission.TIP_HANDLE, traced=True)
    def slip(self, session: ReadSession, tip_id: str) -> Slip:
        """Return the slip (phiếu chuyển) of the last transfer of a tip to an outside body.

        It has no identity of the reporter: no name, number, address or conversation; identifying data in the text are
        masked if they are known or match a pattern. Names, numbers and accounts of others are evidence, and stay. A
        person must read the slip before it is signed.

        Raises:
            WrongStep: it wasn't transferred to an outside body.
        """
        tip = get_permitted_tip(session, tip_id)
        TIP_STEPS.require("papers.slip", tip, session)
        transfer = next(transfer for transfer in reversed(tip.transfers) if not transfer.inside)
        words = self._mask_reporter(session, tip.conversation, transfer.summary or tip.text)
        place = self._mask_reporter(session, tip.conversation, tip.place)
        masked = tuple(dict.fromkeys((*words.masked, *place.masked)))
        unmasked = tuple(dict.fromkeys((*words.left, *place.left)))
        session.facts |= {"export": "slip", "masked": ", ".join(masked)}
        return Slip(self._build_slip_document(tip, transfer, words.text, place.text, masked), masked, unmasked)

    @property
    def _district(self) -> District:
        return self.context.district

    def _iter_tips(self, session: ReadSession, unit: str, since: date = date.min) -> Iterator[Tip]:
        """Yield the tips of a unit and below, and tips they handle, newest first, if the actor may see them.

        Raises:
            Damaged: one of them can't be read.
        """
        session.permit(unit)
        units = {*self._district.subtree(unit)}
        excluding: dict[str, str | tuple[str, ...]] = {"excluded": session.marks}
        after = ""
        while True:
            page = session.find(TIP, "newest", excluding=excluding, after=after, limit=_PAGE)
            session.require_readable(TIP, units)
            for tip in page.items:
                if self._is_registered(tip) and not units.isdisjoint(TIP.all_units(tip)):
                    yield tip
            after = page.cursor
            if not after or (page.items and page.items[-1].received_day < since):
                return

    def _build_sheet(
        self,
        session: ReadSession,
        key: str,
        unit: str,
        period: tuple[date, date],
        tips: Sequence[Tip],
        *above: Block,
    ) -> Sheet:
        is_restricted = self._restricts(session)

        def mask_tip_text(tip: Tip) -> str:
            if is_text_withheld(is_restricted, tip):
                return self._district.say("rights.withheld")
            return self._mask(session, tip.conversation, tip.text)[0]

        writer = RegisterWriter(self._district, session.permits.name_officer, mask_tip_text)
        table = Table("", writer.heading(), writer.rows(tips))
        facts = {"unit": self._district.unit(unit).name, "start": short_date(period[0]), "end": short_date(period[1])}
        title, subject = (self._district.say(f"{key}.{part}", **facts) for part in ("title", "subject"))
        blocks = (*above, table) if tips else (*above, Paragraph(self._district.say("register.nothing")))
        head = self._build_letterhead(unit, title, subject)
        return self._build_document(f"{key}.{unit}", unit, period, head, blocks, wide=True), tuple(tips)

    def _is_registered(self, tip: Tip) -> bool:
        """Return whether a tip is listed in registers: not joined to another one, and without category or with one
        listed there.
        """
        category = self._district.incoming.get(tip.category)
        return tip.state is not TipState.JOINED and (category is None or category.in_register)

    def _build_slip_document(
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
        blocks = tuple(Paragraph(block) if isinstance(block, str) else block for block in paragraphs if block)
        return self._build_document(
            f"slip.{tip.id}", transfer.came_from, (day, day), self._build_slip_head(transfer), blocks
        )

    def _build_slip_head(self, transfer: Transfer) -> Letterhead:
        district = self._district
        return evolve(
            self._build_letterhead(transfer.came_from, district.say("slip.title"), district.say("slip.subject")),
            number=transfer.number,
            addressee=transfer.to,
            recipients=tuple(district.say("slip.recipients").splitlines()),
            signer_titles=(district.say("slip.signer"),),
        )

    def _build_letterhead(self, unit: str, title: str, subject: str) -> Letterhead:
        parent = self._district.unit(unit).parent
        template = next(iter(self._district.templates.values()), None)
        return Letterhead(
            national_title=template.letterhead[0] if template else "",
            motto=template.letterhead[1] if template else "",
            superior=self._district.unit(parent).name.upper() if parent else "",
            agency=self._district.unit(unit).name.upper(),
            number="",
            place=template.place
            if template and template.place and "{" not in template.place
            else extract_proper_name(self._district.unit(unit).name),
            date=None,
            title=title,
            subject=subject,
            draft=True,
        )

    def _build_document(
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
