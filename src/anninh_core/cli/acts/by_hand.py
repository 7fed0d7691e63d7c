"""Table of hand-written commands of nouns that otherwise have derived commands, with the reasons."""

from collections.abc import Mapping

from attrs import frozen

_OWN_JSON = "programs read its --json, which has a form of its own"
_SEVERAL = "it carries out several operations in one sitting"
_OFFLINE = "it reads or writes files of a custodian's machine"


@frozen
class HandWritten:
    """A command that is written by hand.

    Attributes:
        command: words of the command line, without `anninh`.
        why: reason for writing the command by hand.
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
    "identity.custodians.confirm": HandWritten("custodians confirm", _OWN_JSON),
    "identity.custodians.end": HandWritten("custodians end", _OWN_JSON),
    "identity.custodians.export_rewraps": HandWritten("custodians export", _OFFLINE),
    "identity.custodians.import_rewraps": HandWritten("custodians import", _OFFLINE),
    "identity.custodians.list": HandWritten("custodians list", _OWN_JSON),
    "identity.custodians.propose": HandWritten("custodians propose", _OFFLINE),
    "identity.disclosure_history": HandWritten("identity history", _OWN_JSON),
    "identity.disclosures": HandWritten("identity list", _OWN_JSON),
    "identity.emergency_openings": HandWritten("identity emergencies", _OWN_JSON),
    "identity.export_identity_request": HandWritten("identity export", _OFFLINE),
    "identity.open_address_in_emergency": HandWritten("identity emergency", _OWN_JSON),
    "identity.review_emergency_opening": HandWritten("identity review", _OWN_JSON),
    "inquiries.answer": HandWritten("inquiries answer", "an option chooses the answer by hand"),
    "inquiries.record_manual_answer": HandWritten("inquiries answer", "an option chooses the answer by hand"),
    "inquiries.articles.confirm": HandWritten("kb confirm", _OWN_JSON),
    "inquiries.articles.get": HandWritten("kb show", _OWN_JSON),
    "inquiries.articles.list": HandWritten("kb list", _OWN_JSON),
    "inquiries.articles.list_stale": HandWritten("kb check", _OWN_JSON),
    "inquiries.articles.load": HandWritten("kb import", "it reads a file of articles"),
    "inquiries.articles.propose": HandWritten("kb proposals", _OWN_JSON),
    "reports.get": HandWritten("reports show", "it shows figures or writes a file"),
    "reports.newest": HandWritten("reports show", "it shows figures or writes a file"),
    "reports.render": HandWritten("reports show", "it shows figures or writes a file"),
    "reports.standing": HandWritten("reports list", _OWN_JSON),
    "rights.answer": HandWritten("people answer", "programs call it without --yes"),
    "rights.correct_name": HandWritten("people correct", _SEVERAL),
    "rights.correct_words": HandWritten("people correct", _SEVERAL),
    "rights.export": HandWritten("people export", "it shows the digest of the file that it writes"),
    "rights.find": HandWritten("people find", _OWN_JSON),
    "rights.link_account": HandWritten("people link", _SEVERAL),
    "rights.link_receipt": HandWritten("people link", _SEVERAL),
    "rights.request": HandWritten("people show", _OWN_JSON),
    "rights.requests": HandWritten("people requests", _OWN_JSON),
    "rights.requests_to_check": HandWritten("people to-check", _OWN_JSON),
    "tips.answer": HandWritten("tips answer", "an option chooses the answer by hand"),
    "tips.record_manual_answer": HandWritten("tips answer", "an option chooses the answer by hand"),
    "tips.by_receipt": HandWritten("tips show", _SEVERAL),
    "tips.due_soon": HandWritten("tips due-soon", _OWN_JSON),
    "tips.false_reports.count_before": HandWritten("tips false-reports count-before", "it answers in a sentence"),
    "tips.get": HandWritten("tips show", _SEVERAL),
    "tips.list": HandWritten("tips list", _OWN_JSON),
    "tips.papers.monthly_list": HandWritten("tips papers monthly-list", "it takes a month in one word"),
    "tips.papers.register": HandWritten("tips papers register", _OWN_JSON),
    "tips.papers.slip": HandWritten("tips papers slip", _OWN_JSON),
    "tips.routing.simulate": HandWritten("tips routing simulate", "it reads a file of rules"),
    "tips.search": HandWritten("tips search", "it takes the words of a query"),
    "tips.threads.join": HandWritten("tips threads join", "it names the receipts that lead to the tip"),
}
"""Hand-written commands, by the operation of a noun that otherwise has derived commands."""
OF_OTHER_NOUNS: Mapping[str, str] = {
    "custodians answer": _OFFLINE,
    "custodians make-key": _OFFLINE,
    "custodians rewrap": _OFFLINE,
    "identity decide": "the former command of `identity approve` and `identity refuse`, until 1.0",
    "identity open": "the former command of `identity reveal`, whose --json has a form of its own, until 1.0",
    "identity read": _OFFLINE,
    "kb export": "it writes a file of articles",
    "people erase": "its operation is one of `retention`",
    "people list": "its operation is one of `retention`",
    "people refuse": "its operation is one of `retention`",
    "tips assign-message": "it carries out one of several operations of `conversations`",
    "tips custody": "its operation is one of `conversations`",
    "tips file": "its operation is one of `conversations`",
    "tips floods": "its operation is one of `conversations`",
    "tips sort-flood": "it carries out one of several operations of `conversations`",
    "tips unassigned": "its operation is one of `conversations`",
    "tips withdrawal": "the former command of `tips withdrawals accept` and `tips withdrawals decline`, until 1.0",
}
"""Reasons why a derived group has a command that carries out no operation of the group's noun, by command."""
