"""A report, which is drafted, signed and frozen, then returned or accepted, and consolidated. Every transition is a
pure method.
"""

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
    """The signature of a report, with the document's number and date of issue.

    Attributes:
        number: number and symbol, such as `05/BC-BCĐ138`.
        signer: name printed on the document; `by` is the officer's id.
        digest: SHA-256 of everything signed: figures, texts, number and date.
        issued_on: date printed on the document.
    """

    number: str
    issued_on: date
    signer: str
    by: str
    submitted_on: date
    digest: str

    def to_view(self) -> SignatureView:
        """Return the read-only view of the signature."""
        return make_view(SignatureView, self)


@frozen(kw_only=True)
class Report:
    """A version of a unit's report for an obligation and year.

    Attributes:
        id: `<obligation>.<year>.<unit>.v<version>`, so that no version exists twice.
        last_day: last day in time.
        figures: its numbers as filled in last.
        signature: number, date and signer; None until it is submitted.
        words: (section key, text) pairs: the unit's own texts.
        parts: reports that it was consolidated from.
        returned: (day, reasons) of each return.
        why: why this version corrects the previous one, "" for the first.
        record_version: version of the stored record: number of writes.
        missing: units without an accepted report when it was consolidated.
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
        """Return the report as a row of a list, without figures and texts."""
        return make_view(ReportRow, self, version=self.record_version, edition=self.version)

    def to_view(self) -> ReportView:
        """Return the full view of the report."""
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
        """Check that the state machine allows the transition to the state `to`.

        Raises:
            WrongStep: the transition isn't allowed; the error names the possible states.
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
        """Return the report in the state `to`; raise as `require_possible` does."""
        self.require_possible(to)
        return evolve(self, state=to)

    def filled(
        self, figures: ReportFigures, parts: tuple[ReportPart, ...] = (), missing: tuple[str, ...] = ()
    ) -> "Report":
        """Return the draft with new figures."""
        return evolve(self.moved(S.DRAFT), figures=figures, parts=parts, missing=missing)

    def written(self, key: str, text: str) -> "Report":
        """Return the draft with a unit's own text for a section; an empty text removes it."""
        others = tuple(pair for pair in self.words if pair[0] != key)
        return evolve(self.moved(S.DRAFT), words=(*others, (key, text)) if text.strip() else others)

    def submitted(self, signature: ReportSignature) -> "Report":
        """Return the report signed and frozen.

        Raises:
            WrongStep: its period hasn't ended.
            BadInput: the date of issue is before the period's end, or in the future.
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
        signed = evolve(signature, digest=self.compute_signed_digest(signature))
        return evolve(self.moved(S.SUBMITTED), signature=signed)

    def given_back(self, day: date, reasons: str) -> "Report":
        """Return the report as returned for improvement; its signature is void."""
        if not reasons.strip():
            raise BadInput(
                "Report {report} can't be returned without a reason: write what has to be improved.", report=self.id
            )
        return evolve(self.moved(S.RETURNED), returned=(*self.returned, (day, reasons)), signature=None)

    def corrected(self, why: str) -> "Report":
        """Return the draft of the next version; the present version stays in force until the next one is submitted."""
        self.require_correctable()
        if not why.strip():
            raise BadInput("Report {report} can't be corrected without a reason: write why.", report=self.id)
        return Report(
            id=make_report_id(self.obligation, self.year, self.unit, self.version + 1),
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
        """Raise `WrongStep` unless `day` is after the report's period."""
        if day <= (end := self.figures.period.end):
            raise WrongStep(
                "Report {report} covers the days up to {period_end}: submit it after that day.",
                report=self.id,
                period_end=end,
            )

    def require_correctable(self) -> None:
        """Raise `WrongStep` unless the report is the newest signed version."""
        if self.state not in SIGNED_STATES:
            raise WrongStep(
                "Report {report} is {state}: only the newest signed version can be corrected.",
                report=self.id,
                state=self.state,
            )

    def compute_signed_digest(self, signature: ReportSignature) -> str:
        """Return the SHA-256 of everything that a signature covers."""
        unsigned = evolve(signature, digest="")
        covered = [self.id, self.figures.digest, self.words, self.parts, self.missing, self.why, unsigned]
        return sha256(msgspec.json.encode(covered, order="deterministic")).hexdigest()

    @property
    def is_intact(self) -> bool:
        """Whether the content of the report still equals the signed content; True for an unsigned report."""
        return self.signature is None or self.signature.digest == self.compute_signed_digest(self.signature)

    @property
    def days_late(self) -> int | None:
        """Number of days after the last day on which the report was submitted, 0 in time; None before the
        submission.
        """
        return None if self.signature is None else max(0, (self.signature.submitted_on - self.last_day).days)

    def get_section_text(self, key: str) -> str:
        """Return the unit's own text for a section, "" for none."""
        return dict(self.words).get(key, "")


def make_report_id(obligation: str, year: int, unit: str, version: int = 1) -> str:
    """Return the id of a version of a report."""
    return f"{obligation}.{year}.{unit}.v{version}"


def find_current_version(versions: Iterable[Report]) -> Report | None:
    """Return the newest signed version in force, otherwise the newest version, None for none.

    A superseded version is no longer in force, even if its correction was returned.
    """
    ordered = sorted(versions, key=lambda report: (report.state in SIGNED_STATES, report.version))
    return ordered[-1] if ordered else None
