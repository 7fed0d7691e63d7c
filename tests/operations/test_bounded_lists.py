"""Every list without pages has an upper bound, and this module names it."""

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import get_origin

from anninh_core.app import App
from anninh_core.operations import OperationGateway

ONE_RECORD = "it lies in one record, or hangs on one"
UNITS = "at most some for each unit or officer of the tree"
BEST = "the best of what fits, with a limit of its own"
ARGUMENTS = "as many as its arguments name"
RULES = "as many as the profile has"
BY_HAND = "what people write or order one by one, and end again"

BOUNDED: Mapping[str, str] = {
    "accounts.passkeys": "at most ten of an officer",
    "accounts.sessions": ONE_RECORD,
    "accounts.tokens": "at most 50 living ones of an officer",
    "accounts.tokens_of": "at most 50 living ones of an officer",
    "content.corrections": ONE_RECORD,
    "content.ledger": ONE_RECORD,
    "content.missing": RULES,
    "content.ready_answers": RULES,
    "conversations.assign_messages": ARGUMENTS,
    "conversations.dismiss_messages": ARGUMENTS,
    "conversations.candidate_messages": "at most 50",
    "drafts.list": "at most 50 of an officer",
    "duty.ladder": ONE_RECORD,
    "duty.on_duty": UNITS,
    "duty.rosters": "those of one unit that hold today or later",
    "failures.postings": "pages by the id of the last entry",
    "failures.troubles": "pages by the id of the last entry",
    "groups.directory": UNITS,
    "groups.find_for_resident": UNITS,
    "groups.hand_over": UNITS,
    "groups.hygiene": UNITS,
    "groups.list": UNITS,
    "identity.disclosure_history": ONE_RECORD,
    "incidents.find": ONE_RECORD,
    "incidents.propose": BEST,
    "incidents.separate": ONE_RECORD,
    "inquiries.articles.list": BY_HAND,
    "inquiries.articles.find": BEST,
    "inquiries.articles.propose": "of the newest 500 questions",
    "inquiries.ready_answers": RULES,
    "inquiries.articles.list_stale": BY_HAND,
    "inquiries.suggest": BEST,
    "inquiries.unread": ARGUMENTS,
    "leaks.hits_by_officer": UNITS,
    "reports.counter_drifts": "counters that are wrong: none, as a rule",
    "reports.figures": RULES,
    "reports.late": UNITS,
    "reports.standing": UNITS,
    "retention.holds": BY_HAND,
    "retention.preview_counts": RULES,
    "retention.purge": ARGUMENTS,
    "system.backups": "the last ten",
    "tips.exclusions.list": ONE_RECORD,
    "tips.routing.explain": RULES,
    "tips.ready_answers": RULES,
    "tips.subcases.of_tip": ONE_RECORD,
    "tips.suggest_duplicates": BEST,
    "tips.routing.suggest_handlers": BEST,
    "tips.suggest_place": ONE_RECORD,
    "tips.unread": ARGUMENTS,
    "work.counts": "as many as there are reasons",
}
"""Name of an operation -> upper bound of its list."""


def test_unbounded_lists_have_pages(app: App) -> None:
    """Every list that an operation answers has pages, or an upper bound in `BOUNDED`."""
    operations = OperationGateway(app).operations
    without_pages = {
        name
        for name, operation in operations.items()
        if get_origin(signature(operation.verb).return_annotation) in (tuple, list, Sequence)
    }

    assert without_pages == BOUNDED.keys()
