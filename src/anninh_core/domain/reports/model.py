"""A report: drafted, signed and frozen, returned or accepted, consolidated. Every transition is a pure method."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

import msgspec
from attrs import evolve, frozen

from anninh_core.domain.reports.figures.cells import ReportFigures
from anninh_core.domain.reports.states import SIGNED_STATES, TRANSITIONS, ReportState
from anninh_core.domain.reports.views import (
    ReportPart,
    ReportReturnView,
    ReportRow,
    ReportView,
    SignatureView,
)
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.views import make_view

S = ReportState


@frozen(kw_only=True)
class ReportSignature:
    """Who signed, and the paper's number and date of issue.

    Attributes:
        number: number and symbol, such as `05/BC-BCĐ138`.
        signer: name as it stands on the paper; `by` is the officer's id.
        digest: of everything signed: figures, words, number and date.
        issued_on: the date that the paper bears.
    """

    number: str
    issued_on: date
    signer: str
    by: str
    submitted_on: date
    digest: str

    def to_view(self) -> SignatureView:
        """Return what may leave."""
        return make_view(SignatureView, self)


@frozen(kw_only=True)
class Report:
    """One unit's report for one obligation and year, in one version.

    Attributes:
        id: `<obligation>.<year>.<unit>.v<version>`: no version exists twice.
        last_day: the last day in time.
        figures: its numbers as they were when it was filled last.
        signature: number, day and signer; None until it is handed in.
        words: (section key, text) pairs: the unit's own words.
        parts: what it was consolidated from; `missing` units had nothing accepted.
        returned: (day, reasons) of each return.
        why: why this version corrects the one before, "" for the first.
        record_version: of the stored record: how often it was written.
        missing: what has to be filled in before it can be handed in.
    """

    id: str
    unit: str
    obligation: str
    year: int
    version: int
    last_day: date
    figures: ReportFigures
    state: ReportState = ReportState.DRAFT
    words: tuple[tuple[str, str], ...] = ()
    parts: tuple[ReportPart, ...] = ()
    missing: tuple[str, ...] = ()
    signature: ReportSignature | None = None
    returned: tuple[tuple[date, str], ...] = ()
    why: str = ""
    record_version: int = 0

    def to_row(self) -> ReportRow:
        """Return what may leave in a list: all but its figures and words."""
        return make_view(ReportRow, self, version=self.record_version, edition=self.version)

    def to_view(self) -> ReportView:
        """Return what may leave of a report that is opened."""
        returned = tuple(ReportReturnView(day=day, reasons=reasons) for day, reasons in self.returned)
        return make_view(
            ReportView,
            self,
            version=self.record_version,
            edition=self.version,
            words=dict(self.words),
            returned=returned,
        )

    def require_possible(self, to: ReportState) -> None:
        """Check that the state machine leads to a state.

        Raises:
            WrongStep: it doesn't; names the states that it leads to.
        """
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Report {report} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                report=self.id,
                state=self.state,
                next_state=to,
                allowed=tuple(sorted(TRANSITIONS[self.state])),
            )

    def moved(self, to: ReportState) -> "Report":
        """Return the report in another state; raises as `require_possible`."""
        self.require_possible(to)
        return evolve(self, state=to)

    def filled(
        self, figures: ReportFigures, parts: tuple[ReportPart, ...] = (), missing: tuple[str, ...] = ()
    ) -> "Report":
        """Return the draft with fresh figures."""
        return evolve(self.moved(S.DRAFT), figures=figures, parts=parts, missing=missing)

    def written(self, key: str, text: str) -> "Report":
        """Return the draft with a unit's own words for a section; empty words take them out."""
        others = tuple(pair for pair in self.words if pair[0] != key)
        return evolve(self.moved(S.DRAFT), words=(*others, (key, text)) if text.strip() else others)

    def submitted(self, signature: ReportSignature) -> "Report":
        """Return the report signed and frozen.

        Raises:
            WrongStep: its period hasn't ended, or its figures were filled before it had.
            BadInput: issued before the period's end, or on a day to come.
        """
        self.require_period_over(signature.submitted_on)
        end = self.figures.period.end
        if not end < signature.issued_on <= signature.submitted_on:
            raise BadInput(
                "Report {report} can't be issued on {day}: choose a day after {period_end}, and today at the latest.",
                report=self.id,
                day=signature.issued_on,
                period_end=end,
            )
        signed = evolve(signature, digest=self.digest_with(signature))
        return evolve(self.moved(S.SUBMITTED), signature=signed)

    def given_back(self, day: date, reasons: str) -> "Report":
        """Return the report as returned for improvement; its signature is void."""
        if not reasons.strip():
            raise BadInput(
                "Report {report} can't be returned without a reason: write what has to be improved.", report=self.id
            )
        return evolve(self.moved(S.RETURNED), returned=(*self.returned, (day, reasons)), signature=None)

    def corrected(self, why: str) -> "Report":
        """Return the draft of the next version; this one stays as it is until that one is submitted."""
        self.require_correctable()
        if not why.strip():
            raise BadInput("Report {report} can't be corrected without a reason: write why.", report=self.id)
        return Report(
            id=report_id(self.obligation, self.year, self.unit, self.version + 1),
            unit=self.unit,
            obligation=self.obligation,
            year=self.year,
            version=self.version + 1,
            last_day=self.last_day,
            figures=self.figures,
            words=self.words,
            parts=self.parts,
            missing=self.missing,
            why=why,
        )

    def require_period_over(self, day: date) -> None:
        """Check that a day comes after all that the report counts; `WrongStep` if it doesn't."""
        if day <= (end := self.figures.period.end):
            raise WrongStep(
                "Report {report} covers the days up to {period_end}: submit it after that day.",
                report=self.id,
                period_end=end,
            )

    def require_correctable(self) -> None:
        """Check that this is the newest signed version; `WrongStep` if it isn't."""
        if self.state not in SIGNED_STATES:
            raise WrongStep(
                "Report {report} is {state}: only the newest signed version can be corrected.",
                report=self.id,
                state=self.state,
            )

    def digest_with(self, signature: ReportSignature) -> str:
        """Return the SHA-256 over everything that a signature covers."""
        unsigned = evolve(signature, digest="")
        covered = [self.id, self.figures.digest, self.words, self.parts, self.missing, self.why, unsigned]
        return sha256(msgspec.json.encode(covered, order="deterministic")).hexdigest()

    @property
    def is_intact(self) -> bool:
        """Whether what was signed is what stands here; an unsigned report has nothing to compare."""
        return self.signature is None or self.signature.digest == self.digest_with(self.signature)

    @property
    def days_late(self) -> int | None:
        """Days after the last day on which it was submitted, 0 in time; None while it isn't submitted."""
        return None if self.signature is None else max(0, (self.signature.submitted_on - self.last_day).days)

    def section_text(self, key: str) -> str:
        """Return the unit's own words for a section, "" for none."""
        return dict(self.words).get(key, "")


def report_id(obligation: str, year: int, unit: str, version: int = 1) -> str:
    """Return the id of a version of a report."""
    return f"{obligation}.{year}.{unit}.v{version}"


def current_version(versions: Iterable[Report]) -> Report | None:
    """Return the signed version that stands, else the newest at all, None for none.

    One that was superseded stands no more, also where its correction was returned.
    """
    ordered = sorted(versions, key=lambda report: (report.state in SIGNED_STATES, report.version))
    return ordered[-1] if ordered else None
