"""Former names of operations, which are accepted until 1.0 in tokens, drafts, addresses and programs.

The names of actions in the journal never change: see `marks.action_of`.
"""

from collections.abc import Iterable, Mapping

from anninh_core._moved import keep_old_imports

CURRENT_NAMES: Mapping[str, str] = {
    "content.can_do_about_found": "content.collected.can_do",
    "content.found": "content.collected.list",
    "content.found_piece": "content.collected.get",
    "content.pass_over": "content.collected.pass_over",
    "content.register_source": "content.sources.register",
    "content.retire_source": "content.sources.retire",
    "content.source_of": "content.sources.get",
    "content.sources": "content.sources.list",
    "content.take_up": "content.collected.take_up",
    "conversations.unassigned_beside": "conversations.candidate_messages",
    "groups.found": "groups.establish",
    "identity.confirm_custodian": "identity.custodians.confirm",
    "identity.custodians": "identity.custodians.list",
    "identity.end_custodian": "identity.custodians.end",
    "identity.export_rewraps": "identity.custodians.export_rewraps",
    "identity.import_rewraps": "identity.custodians.import_rewraps",
    "identity.propose_custodian": "identity.custodians.propose",
    "inquiries.answered_by_hand": "inquiries.record_manual_answer",
    "inquiries.articles": "inquiries.articles.list",
    "inquiries.confirm_article": "inquiries.articles.confirm",
    "inquiries.find_articles": "inquiries.articles.find",
    "inquiries.get_article": "inquiries.articles.get",
    "inquiries.import_articles": "inquiries.articles.load",
    "inquiries.propose_articles": "inquiries.articles.propose",
    "inquiries.retire_article": "inquiries.articles.retire",
    "inquiries.revise_article": "inquiries.articles.revise",
    "inquiries.stale_articles": "inquiries.articles.list_stale",
    "inquiries.write_article": "inquiries.articles.write",
    "tips.accept_transfer": "tips.transfers.accept",
    "tips.accept_withdrawal": "tips.withdrawals.accept",
    "tips.answered_by_hand": "tips.record_manual_answer",
    "tips.call_off_subcase": "tips.subcases.cancel",
    "tips.clear_false": "tips.false_reports.clear",
    "tips.confirm_false": "tips.false_reports.confirm",
    "tips.confirm_lock": "tips.locks.confirm",
    "tips.count_false_before": "tips.false_reports.count_before",
    "tips.decline_withdrawal": "tips.withdrawals.decline",
    "tips.exclude": "tips.exclusions.add",
    "tips.exclude_unit": "tips.exclusions.add_unit",
    "tips.exclusions": "tips.exclusions.list",
    "tips.explain_route": "tips.routing.explain",
    "tips.finish_subcase": "tips.subcases.finish",
    "tips.join": "tips.threads.join",
    "tips.judge_reopening": "tips.reopenings.judge",
    "tips.keep_together": "tips.threads.keep_together",
    "tips.lift_lock": "tips.locks.lift",
    "tips.list_subcases": "tips.subcases.list",
    "tips.mark_false": "tips.false_reports.mark",
    "tips.monthly_list": "tips.papers.monthly_list",
    "tips.open_subcase": "tips.subcases.open",
    "tips.record_complex": "tips.clocks.mark_complex",
    "tips.record_extension": "tips.clocks.extend",
    "tips.record_identity_refused": "tips.clocks.record_identity_refused",
    "tips.record_return": "tips.transfers.record_return",
    "tips.record_suspension": "tips.clocks.suspend",
    "tips.record_written_notice": "tips.clocks.record_notice",
    "tips.register": "tips.papers.register",
    "tips.request_reopening": "tips.reopenings.request",
    "tips.return_subcase": "tips.subcases.give_back",
    "tips.return_transfer": "tips.transfers.give_back",
    "tips.revoke_suspension": "tips.clocks.revoke_suspension",
    "tips.simulate_routing": "tips.routing.simulate",
    "tips.slip": "tips.papers.slip",
    "tips.split": "tips.threads.split",
    "tips.subcase": "tips.subcases.get",
    "tips.subcases_of": "tips.subcases.of_tip",
    "tips.suggest_handler": "tips.routing.suggest_handler",
    "tips.suggest_handlers": "tips.routing.suggest_handlers",
    "tips.take_subcase": "tips.subcases.take",
    "tips.transfer_to_unit": "tips.transfers.to_unit",
}
"""Former name of an operation -> its current name."""
FORMER_NAMES: Mapping[str, str] = {current: former for former, current in CURRENT_NAMES.items()}
"""Current name of an operation -> its former name."""


def get_current_name(operation: str) -> str:
    """Return the current name of an operation given by its current or former name."""
    return CURRENT_NAMES.get(operation, operation)


def get_current_names(operations: Iterable[str]) -> frozenset[str]:
    """Return the current names of operations given by their current or former names."""
    return frozenset(map(get_current_name, operations))


def get_original_name(operation: str) -> str:
    """Return the original name of an operation. Digests are made with that name, so that they stay valid after a
    renaming.
    """
    return FORMER_NAMES.get(operation, operation)


keep_old_imports(__name__)
