"""Operations of derived nouns whose commands are written by hand, and why."""

from collections.abc import Mapping

from attrs import frozen

_OWN_JSON = "programs read its --json, which has a form of its own"
_SEVERAL = "it carries out several operations in one sitting"
_OFFLINE = "it reads or writes files of a custodian's machine"


@frozen
class ByHand:
    """A command that is written by hand.

    Attributes:
        command: its words, without `anninh`.
        why: the reason.
    """

    command: str
    why: str


BY_HAND: Mapping[str, ByHand] = {
    "content.approve": ByHand("content review", _SEVERAL),
    "content.correct": ByHand("content correct", "it takes over the words of the item that it corrects"),
    "content.reject": ByHand("content review", _SEVERAL),
    "groups.directory": ByHand("groups directory", "it writes a file"),
    "groups.list": ByHand("groups list", _OWN_JSON),
    "groups.render_directory": ByHand("groups directory", "it writes a file"),
    "identity.confirm_custodian": ByHand("custodians confirm", _OWN_JSON),
    "identity.custodians": ByHand("custodians list", _OWN_JSON),
    "identity.disclosures": ByHand("identity list", _OWN_JSON),
    "identity.disclosure_history": ByHand("identity history", _OWN_JSON),
    "identity.emergency_openings": ByHand("identity emergencies", _OWN_JSON),
    "identity.end_custodian": ByHand("custodians end", _OWN_JSON),
    "identity.export_identity_request": ByHand("identity export", _OFFLINE),
    "identity.export_rewraps": ByHand("custodians export", _OFFLINE),
    "identity.import_rewraps": ByHand("custodians import", _OFFLINE),
    "identity.open_address_in_emergency": ByHand("identity emergency", _OWN_JSON),
    "identity.propose_custodian": ByHand("custodians propose", _OFFLINE),
    "identity.review_emergency_opening": ByHand("identity review", _OWN_JSON),
    "inquiries.answer": ByHand("inquiries answer", "an option chooses the answer by hand"),
    "inquiries.answered_by_hand": ByHand("inquiries answer", "an option chooses the answer by hand"),
    "inquiries.articles": ByHand("kb list", _OWN_JSON),
    "inquiries.confirm_article": ByHand("kb confirm", _OWN_JSON),
    "inquiries.get_article": ByHand("kb show", _OWN_JSON),
    "inquiries.import_articles": ByHand("kb import", "it reads a file of articles"),
    "inquiries.propose_articles": ByHand("kb proposals", _OWN_JSON),
    "inquiries.stale_articles": ByHand("kb check", _OWN_JSON),
    "inquiries.write_article": ByHand("kb write", "its group is another one"),
    "reports.render": ByHand("reports show", "it shows figures or writes a file"),
    "reports.standing": ByHand("reports list", _OWN_JSON),
    "reports.get": ByHand("reports show", "it shows figures or writes a file"),
    "reports.newest": ByHand("reports show", "it shows figures or writes a file"),
    "tips.accept_withdrawal": ByHand("tips withdrawal", _OWN_JSON),
    "tips.answer": ByHand("tips answer", "an option chooses the answer by hand"),
    "tips.answered_by_hand": ByHand("tips answer", "an option chooses the answer by hand"),
    "tips.by_receipt": ByHand("tips show", _SEVERAL),
    "tips.clear_false": ByHand("tips clear-false", _OWN_JSON),
    "tips.confirm_false": ByHand("tips confirm-false", _OWN_JSON),
    "tips.count_false_before": ByHand("tips false-before", _OWN_JSON),
    "tips.decline_withdrawal": ByHand("tips withdrawal", _OWN_JSON),
    "tips.due_soon": ByHand("tips due-soon", _OWN_JSON),
    "tips.get": ByHand("tips show", _SEVERAL),
    "tips.join": ByHand("tips join", _OWN_JSON),
    "tips.list": ByHand("tips list", _OWN_JSON),
    "tips.mark_false": ByHand("tips mark-false", _OWN_JSON),
    "tips.monthly_list": ByHand("tips month", "it takes a month in one word"),
    "tips.record_complex": ByHand("tips record-complex", _OWN_JSON),
    "tips.record_extension": ByHand("tips record-extension", _OWN_JSON),
    "tips.record_identity_refused": ByHand("tips record-identity-refused", _OWN_JSON),
    "tips.record_suspension": ByHand("tips record-suspension", _OWN_JSON),
    "tips.record_written_notice": ByHand("tips record-notice", _OWN_JSON),
    "tips.register": ByHand("tips register", _OWN_JSON),
    "tips.revoke_suspension": ByHand("tips revoke-suspension", _OWN_JSON),
    "tips.search": ByHand("tips search", "it takes the words of a query"),
    "tips.simulate_routing": ByHand("tips simulate-routing", "it reads a file of rules"),
    "tips.slip": ByHand("tips slip", _OWN_JSON),
    "tips.split": ByHand("tips split", _OWN_JSON),
}
"""Operation of a derived noun -> its command by hand. `people` is by hand as a whole and isn't listed here."""
OF_OTHER_NOUNS: Mapping[str, str] = {
    "identity decide": "the former command of `identity approve` and `identity refuse`, until 1.0",
    "identity open": "the former command of `identity reveal`, whose --json has a form of its own, until 1.0",
    "identity read": _OFFLINE,
    "tips assign-message": "it carries out one of several operations of `conversations`",
    "tips custody": "its operation is one of `conversations`",
    "tips file": "its operation is one of `conversations`",
    "tips floods": "its operation is one of `conversations`",
    "tips sort-flood": "it carries out one of several operations of `conversations`",
    "tips unassigned": "its operation is one of `conversations`",
}
"""Command of a derived noun that carries out no operation of it -> why it is there."""
