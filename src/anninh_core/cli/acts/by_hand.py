"""Operations of derived nouns whose commands are written by hand, and why."""

from collections.abc import Mapping

from attrs import frozen

_OWN_JSON = "programs read its --json, which has a form of its own"
_SEVERAL = "it carries out several operations in one sitting"
_OFFLINE = "it reads or writes files of a custodian's machine"


@frozen
class HandWritten:
    """A command that is written by hand.

    Attributes:
        command: its words, without `anninh`.
        why: the reason.
    """

    command: str
    why: str


BY_HAND: Mapping[str, HandWritten] = {
    "content.approve": HandWritten("content review", _SEVERAL),
    "content.correct": HandWritten("content correct", "it takes over the words of the item that it corrects"),
    "content.reject": HandWritten("content review", _SEVERAL),
    "groups.directory": HandWritten("groups directory", "it writes a file"),
    "groups.list": HandWritten("groups list", _OWN_JSON),
    "groups.render_directory": HandWritten("groups directory", "it writes a file"),
    "identity.confirm_custodian": HandWritten("custodians confirm", _OWN_JSON),
    "identity.custodians": HandWritten("custodians list", _OWN_JSON),
    "identity.disclosures": HandWritten("identity list", _OWN_JSON),
    "identity.disclosure_history": HandWritten("identity history", _OWN_JSON),
    "identity.emergency_openings": HandWritten("identity emergencies", _OWN_JSON),
    "identity.end_custodian": HandWritten("custodians end", _OWN_JSON),
    "identity.export_identity_request": HandWritten("identity export", _OFFLINE),
    "identity.export_rewraps": HandWritten("custodians export", _OFFLINE),
    "identity.import_rewraps": HandWritten("custodians import", _OFFLINE),
    "identity.open_address_in_emergency": HandWritten("identity emergency", _OWN_JSON),
    "identity.propose_custodian": HandWritten("custodians propose", _OFFLINE),
    "identity.review_emergency_opening": HandWritten("identity review", _OWN_JSON),
    "inquiries.answer": HandWritten("inquiries answer", "an option chooses the answer by hand"),
    "inquiries.answered_by_hand": HandWritten("inquiries answer", "an option chooses the answer by hand"),
    "inquiries.articles": HandWritten("kb list", _OWN_JSON),
    "inquiries.confirm_article": HandWritten("kb confirm", _OWN_JSON),
    "inquiries.get_article": HandWritten("kb show", _OWN_JSON),
    "inquiries.import_articles": HandWritten("kb import", "it reads a file of articles"),
    "inquiries.propose_articles": HandWritten("kb proposals", _OWN_JSON),
    "inquiries.stale_articles": HandWritten("kb check", _OWN_JSON),
    "inquiries.write_article": HandWritten("kb write", "its group is another one"),
    "reports.render": HandWritten("reports show", "it shows figures or writes a file"),
    "reports.standing": HandWritten("reports list", _OWN_JSON),
    "reports.get": HandWritten("reports show", "it shows figures or writes a file"),
    "reports.newest": HandWritten("reports show", "it shows figures or writes a file"),
    "rights.answer": HandWritten("people answer", _OWN_JSON),
    "rights.correct_name": HandWritten("people correct", _OWN_JSON),
    "rights.correct_words": HandWritten("people correct", _OWN_JSON),
    "rights.export": HandWritten("people export", _OWN_JSON),
    "rights.extend_request": HandWritten("people extend", _OWN_JSON),
    "rights.find": HandWritten("people find", _OWN_JSON),
    "rights.leave_out": HandWritten("people leave-out", _OWN_JSON),
    "rights.lift_restriction": HandWritten("people lift", _OWN_JSON),
    "rights.link_account": HandWritten("people link", _OWN_JSON),
    "rights.link_receipt": HandWritten("people link", _OWN_JSON),
    "rights.record_check": HandWritten("people check", _OWN_JSON),
    "rights.record_request": HandWritten("people record", _OWN_JSON),
    "rights.request": HandWritten("people show", _OWN_JSON),
    "rights.requests": HandWritten("people requests", _OWN_JSON),
    "rights.requests_to_check": HandWritten("people to-check", _OWN_JSON),
    "rights.restrict": HandWritten("people restrict", _OWN_JSON),
    "rights.take_in": HandWritten("people take-in", _OWN_JSON),
    "tips.accept_withdrawal": HandWritten("tips withdrawal", _OWN_JSON),
    "tips.answer": HandWritten("tips answer", "an option chooses the answer by hand"),
    "tips.answered_by_hand": HandWritten("tips answer", "an option chooses the answer by hand"),
    "tips.by_receipt": HandWritten("tips show", _SEVERAL),
    "tips.clear_false": HandWritten("tips clear-false", _OWN_JSON),
    "tips.confirm_false": HandWritten("tips confirm-false", _OWN_JSON),
    "tips.count_false_before": HandWritten("tips false-before", _OWN_JSON),
    "tips.decline_withdrawal": HandWritten("tips withdrawal", _OWN_JSON),
    "tips.due_soon": HandWritten("tips due-soon", _OWN_JSON),
    "tips.get": HandWritten("tips show", _SEVERAL),
    "tips.join": HandWritten("tips join", _OWN_JSON),
    "tips.list": HandWritten("tips list", _OWN_JSON),
    "tips.mark_false": HandWritten("tips mark-false", _OWN_JSON),
    "tips.monthly_list": HandWritten("tips month", "it takes a month in one word"),
    "tips.record_complex": HandWritten("tips record-complex", _OWN_JSON),
    "tips.record_extension": HandWritten("tips record-extension", _OWN_JSON),
    "tips.record_identity_refused": HandWritten("tips record-identity-refused", _OWN_JSON),
    "tips.record_suspension": HandWritten("tips record-suspension", _OWN_JSON),
    "tips.record_written_notice": HandWritten("tips record-notice", _OWN_JSON),
    "tips.register": HandWritten("tips register", _OWN_JSON),
    "tips.revoke_suspension": HandWritten("tips revoke-suspension", _OWN_JSON),
    "tips.search": HandWritten("tips search", "it takes the words of a query"),
    "tips.simulate_routing": HandWritten("tips simulate-routing", "it reads a file of rules"),
    "tips.slip": HandWritten("tips slip", _OWN_JSON),
    "tips.split": HandWritten("tips split", _OWN_JSON),
}
"""Operation of a derived noun -> its command by hand."""
OF_OTHER_NOUNS: Mapping[str, str] = {
    "identity decide": "the former command of `identity approve` and `identity refuse`, until 1.0",
    "identity open": "the former command of `identity reveal`, whose --json has a form of its own, until 1.0",
    "identity read": _OFFLINE,
    "people erase": "its operation is one of `retention`",
    "people list": "its operation is one of `retention`",
    "people refuse": "its operation is one of `retention`",
    "tips assign-message": "it carries out one of several operations of `conversations`",
    "tips custody": "its operation is one of `conversations`",
    "tips file": "its operation is one of `conversations`",
    "tips floods": "its operation is one of `conversations`",
    "tips sort-flood": "it carries out one of several operations of `conversations`",
    "tips unassigned": "its operation is one of `conversations`",
}
"""Command of a derived noun that carries out no operation of it -> why it is there."""
