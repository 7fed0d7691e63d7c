from anninh_core.app.api.noun import Noun, nested, part, verb
from anninh_core.domain.conversations.notes.service import CaseNotes
from anninh_core.domain.conversations.timeline.service import CaseTimelines
from anninh_core.domain.conversations.unread.service import UnreadCases
from anninh_core.domain.drafts.ready_answers import ReadyAnswers
from anninh_core.domain.tips.clocks.decisions import TipClocks
from anninh_core.domain.tips.false_reports import FalseReports
from anninh_core.domain.tips.handling.exclusions import TipExclusions
from anninh_core.domain.tips.handling.handling import TipHandling
from anninh_core.domain.tips.handling.locks import TipLocks
from anninh_core.domain.tips.handling.reopening import TipReopening
from anninh_core.domain.tips.handling.settling import TipSettling
from anninh_core.domain.tips.handling.subcase_service import TipSubcases
from anninh_core.domain.tips.handling.transfers import TipTransfers
from anninh_core.domain.tips.intake import TipIntake
from anninh_core.domain.tips.lists.queries import TipQueries
from anninh_core.domain.tips.sorting.service import TipSorting
from anninh_core.domain.tips.suggestions import TipSuggestions
from anninh_core.domain.tips.threads.withdrawals import TipWithdrawals
from anninh_core.workflows.allowed_actions.tips import PossibleTipSteps
from anninh_core.workflows.case_threads import CaseThreads
from anninh_core.workflows.claims import TipClaiming
from anninh_core.workflows.message_triage import MessageTriage
from anninh_core.workflows.publication.previews import OutgoingPreviews
from anninh_core.workflows.tip_papers import TipPaperRendering
from anninh_core.workflows.tip_routing import TipRouting

_intake = part(lambda internals: internals.services.tips.intake)
_handling = part(lambda internals: internals.services.tips.handling)
_settling = part(lambda internals: internals.services.tips.settling)
_reopening = part(lambda internals: internals.services.tips.reopening)
_exclusions = part(lambda internals: internals.services.tips.exclusions)
_tip_claiming = part(lambda internals: internals.workflows.tip_claiming)
_suggestions = part(lambda internals: internals.services.tips.suggestions)
_message_triage = part(lambda internals: internals.workflows.message_triage)
_queries = part(lambda internals: internals.services.tips.queries)
_timelines = part(lambda internals: internals.services.timelines)
_notes = part(lambda internals: internals.services.notes)
_unread = part(lambda internals: internals.services.unread)
_ready_answers = part(lambda internals: internals.services.ready_answers)
_case_threads = part(lambda internals: internals.workflows.case_threads)
_previews = part(lambda internals: internals.workflows.previews)
_tip_papers = part(lambda internals: internals.workflows.tip_papers)
_tip_routing = part(lambda internals: internals.workflows.tip_routing)
_sorting = part(lambda internals: internals.services.tips.sorting)
_false_reports = part(lambda internals: internals.services.tips.false_reports)
_clocks = part(lambda internals: internals.services.tips.clocks)
_withdrawals = part(lambda internals: internals.services.tips.withdrawals)
_transfers = part(lambda internals: internals.services.tips.transfers)
_locks = part(lambda internals: internals.services.tips.locks)
_subcases = part(lambda internals: internals.services.tips.subcases)
_possible_steps = part(lambda internals: internals.workflows.possible_tip_steps)


class TipSubcasesApi(Noun):
    """Parts of a tip that other units work on."""

    open = verb(_subcases, TipSubcases.open_subcase)
    take = verb(_subcases, TipSubcases.take_subcase)
    finish = verb(_subcases, TipSubcases.finish_subcase)
    give_back = verb(_subcases, TipSubcases.return_subcase)
    cancel = verb(_subcases, TipSubcases.call_off_subcase)
    get = verb(_subcases, TipSubcases.subcase)
    of_tip = verb(_subcases, TipSubcases.subcases_of)
    list = verb(_subcases, TipSubcases.list_subcases)


class TipClocksApi(Noun):
    """Documents that change or meet the time limits of a tip."""

    mark_complex = verb(_clocks, TipClocks.record_complex)
    extend = verb(_clocks, TipClocks.record_extension)
    suspend = verb(_clocks, TipClocks.record_suspension)
    revoke_suspension = verb(_clocks, TipClocks.revoke_suspension)
    record_notice = verb(_clocks, TipClocks.record_written_notice)
    record_identity_refused = verb(_clocks, TipClocks.record_identity_refused)


class TipThreadsApi(Noun):
    """Assignment of messages to tips."""

    split = verb(_case_threads, CaseThreads.split)
    join = verb(_case_threads, CaseThreads.join)
    keep_together = verb(_case_threads, CaseThreads.keep_together)


class TipPapersApi(Noun):
    """The register, the monthly list and the slip, as files."""

    register = verb(_tip_papers, TipPaperRendering.register)
    monthly_list = verb(_tip_papers, TipPaperRendering.monthly_list)
    slip = verb(_tip_papers, TipPaperRendering.slip)


class FalseReportsApi(Noun):
    """Tips that are deliberately false, marked by one officer and confirmed by another."""

    mark = verb(_false_reports, FalseReports.mark_false)
    confirm = verb(_false_reports, FalseReports.confirm_false)
    clear = verb(_false_reports, FalseReports.clear_false)
    count_before = verb(_false_reports, FalseReports.count_false_before)


class TipTransfersApi(Noun):
    """Tips that another unit of the district takes over."""

    to_unit = verb(_transfers, TipTransfers.transfer_to_unit)
    accept = verb(_transfers, TipTransfers.accept_transfer)
    give_back = verb(_transfers, TipTransfers.return_transfer)
    record_return = verb(_transfers, TipTransfers.record_return)


class TipWithdrawalsApi(Noun):
    """Tips that their reporter asked to withdraw."""

    accept = verb(_withdrawals, TipWithdrawals.accept_withdrawal)
    decline = verb(_withdrawals, TipWithdrawals.decline_withdrawal)


class TipReopeningsApi(Noun):
    """Requests to reopen a settled tip."""

    request = verb(_reopening, TipReopening.request_reopening)
    judge = verb(_reopening, TipReopening.judge_reopening)


class TipExclusionsApi(Noun):
    """Officers and units that are excluded from a tip."""

    add = verb(_exclusions, TipExclusions.exclude)
    add_unit = verb(_exclusions, TipExclusions.exclude_unit)
    list = verb(_exclusions, TipExclusions.exclusions)


class TipLocksApi(Noun):
    """Locks that hide a tip from units it may accuse."""

    confirm = verb(_locks, TipLocks.confirm_lock)
    lift = verb(_locks, TipLocks.lift_lock)


class TipRoutingApi(Noun):
    """Suggested handlers of a tip, with the reasons."""

    explain = verb(_sorting, TipSorting.explain_route)
    simulate = verb(_sorting, TipSorting.simulate_routing)
    suggest_handler = verb(_queries, TipQueries.suggest_handler)
    suggest_handlers = verb(_tip_routing, TipRouting.suggest_handlers)


class TipsApi(Noun):
    """Tips: from a resident's words to an answered, closed case. Every verb takes the actor first."""

    record_walk_in = verb(_intake, TipIntake.record_walk_in)
    triage = verb(_handling, TipHandling.triage)
    assign = verb(_handling, TipHandling.assign)
    verify = verb(_handling, TipHandling.verify)
    ask_back = verb(_handling, TipHandling.ask_back)
    settle = verb(_settling, TipSettling.settle)
    transfer = verb(_settling, TipSettling.transfer)
    merge = verb(_settling, TipSettling.merge)
    unmerge = verb(_sorting, TipSorting.unmerge)
    answer = verb(_settling, TipSettling.answer)
    record_manual_answer = verb(_settling, TipSettling.answered_by_hand)
    record_reply_by_hand = verb(_handling, TipHandling.record_reply_by_hand)
    close = verb(_settling, TipSettling.close)
    reopen = verb(_reopening, TipReopening.reopen)
    claim = verb(_tip_claiming, TipClaiming.claim)
    claim_for = verb(_tip_claiming, TipClaiming.claim_for)
    release_claim = verb(_tip_claiming, TipClaiming.release_claim)
    suggestion_agreement = verb(_suggestions, TipSuggestions.suggestion_agreement)
    convert_to_inquiry = verb(_message_triage, MessageTriage.tip_to_inquiry)
    can_do = verb(_possible_steps, PossibleTipSteps.can_do)

    get = verb(_queries, TipQueries.get)
    by_receipt = verb(_queries, TipQueries.by_receipt)
    list = verb(_queries, TipQueries.list)
    worklist = verb(_queries, TipQueries.worklist)
    overdue = verb(_queries, TipQueries.overdue)
    due_soon = verb(_queries, TipQueries.due_soon)
    search = verb(_queries, TipQueries.search)
    from_same_reporter = verb(_queries, TipQueries.from_same_reporter)
    linked = verb(_queries, TipQueries.linked)
    timeline = verb(_timelines, CaseTimelines.tip_timeline)

    add_note = verb(_notes, CaseNotes.add_tip_note)
    notes = verb(_notes, CaseNotes.tip_notes)
    unread = verb(_unread, UnreadCases.unread_tips)
    ready_answers = verb(_ready_answers, ReadyAnswers.for_tips)
    preview_answer = verb(_previews, OutgoingPreviews.preview_answer)
    suggest_duplicates = verb(_sorting, TipSorting.suggest_duplicates)
    suggest_place = verb(_sorting, TipSorting.suggest_place)
    count_sources = verb(_sorting, TipSorting.count_sources)

    subcases = nested(TipSubcasesApi)
    clocks = nested(TipClocksApi)
    threads = nested(TipThreadsApi)
    papers = nested(TipPapersApi)
    false_reports = nested(FalseReportsApi)
    transfers = nested(TipTransfersApi)
    withdrawals = nested(TipWithdrawalsApi)
    reopenings = nested(TipReopeningsApi)
    exclusions = nested(TipExclusionsApi)
    locks = nested(TipLocksApi)
    routing = nested(TipRoutingApi)
