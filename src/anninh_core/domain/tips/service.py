from anninh_core.domain.tips.clocks.decisions import TipClocks
from anninh_core.domain.tips.conversion import TipConversion
from anninh_core.domain.tips.false_reports import FalseReports
from anninh_core.domain.tips.handling.base import HasAttachment, never_has_attachment
from anninh_core.domain.tips.handling.claims import TipClaims
from anninh_core.domain.tips.handling.exclusions import TipExclusions
from anninh_core.domain.tips.handling.hand_over import TipHandOver
from anninh_core.domain.tips.handling.handling import TipHandling
from anninh_core.domain.tips.handling.locks import TipLocks
from anninh_core.domain.tips.handling.papers import (
    MaskReporter,
    MaskResidents,
    TipPapers,
    mask_no_reporter,
    mask_nothing,
)
from anninh_core.domain.tips.handling.reopening import TipReopening
from anninh_core.domain.tips.handling.settling import TipSettling
from anninh_core.domain.tips.handling.subcase_service import TipSubcases
from anninh_core.domain.tips.handling.transfers import TipTransfers
from anninh_core.domain.tips.incidents.service import Incidents
from anninh_core.domain.tips.intake import TipIntake
from anninh_core.domain.tips.lists.queries import TipQueries
from anninh_core.domain.tips.sorting.service import TipSorting
from anninh_core.domain.tips.suggestions import TipSuggestions
from anninh_core.domain.tips.threads.splitting import TipSplitting
from anninh_core.domain.tips.threads.withdrawals import TipWithdrawals
from anninh_core.usecase.case_lookups import NotesLook, OpensRestrictions, note_nothing, restrict_nothing
from anninh_core.usecase.runner import UseCaseRunner


class Tips:
    """All use cases of tips, by subject."""

    def __init__(
        self,
        runner: UseCaseRunner,
        has_attachment: HasAttachment = never_has_attachment,
        mask: MaskResidents = mask_nothing,
        restricts: OpensRestrictions = restrict_nothing,
        note_look: NotesLook = note_nothing,
        *,
        mask_reporter: MaskReporter = mask_no_reporter,
    ) -> None:
        self.intake = TipIntake(runner)
        self.handling = TipHandling(runner)
        self.settling = TipSettling(runner, has_attachment)
        self.transfers = TipTransfers(runner)
        self.reopening = TipReopening(runner)
        self.subcases = TipSubcases(runner)
        self.claims = TipClaims(runner)
        self.exclusions = TipExclusions(runner)
        self.locks = TipLocks(runner)
        self.hand_over = TipHandOver(runner)
        self.queries = TipQueries(runner, restricts, note_look)
        self.splitting = TipSplitting(runner)
        self.withdrawals = TipWithdrawals(runner)
        self.conversion = TipConversion(runner)
        self.papers = TipPapers(runner, mask, mask_reporter, restricts)
        self.suggestions = TipSuggestions(runner)
        self.clocks = TipClocks(runner)
        self.sorting = TipSorting(runner)
        self.false_reports = FalseReports(runner)
        self.incidents = Incidents(runner)
