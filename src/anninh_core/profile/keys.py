"""Keys of the wording that every profile must have, and the facts that each text may name in braces."""

from collections.abc import Mapping

from anninh_core.vocabulary.purposes import PURPOSES

_TIP_STATES = (
    *("received", "triaged", "assigned", "verifying", "waiting_for_reporter", "resolved", "transferred", "unfounded"),
    *("refused", "duplicate", "answered", "closed", "reopen_requested", "reopened", "withdrawn", "joined"),
)
_LEGAL_KINDS = (
    *("denunciation", "crime_report", "prosecution_request", "administrative_violation", "whistleblow"),
    *("complaint", "feedback", "civil_dispute"),
)
_RIGHTS_CATEGORIES = (
    *("accounts", "messages", "group_messages", "files", "tips", "inquiries", "posts"),
    *("disclosures", "requests", "erasures"),
)
_RIGHTS_FIELDS = (
    *("messenger", "address", "name", "unit", "at", "text", "correction", "receipt", "state", "category", "answer"),
    *("question", "file", "kind", "field", "number", "rule", "group"),
)
_RIGHTS_WORDS: Mapping[str, tuple[str, ...]] = {
    "category": _RIGHTS_CATEGORIES,
    "field": _RIGHTS_FIELDS,
    "kind": ("access", "correction", "restriction", "deletion", "objection"),
    "state": ("received", "unproven", "proven", "answered"),
    "post": ("raised", "decided", "appealed", "upheld", "overturned"),
    "identity": ("name", "address", "numbers", "whole"),
    "disclosure": ("requested", "approved", "refused", "opened", "lapsed"),
    "erasure": ("open", "granted", "done", "refused"),
    "file": ("image", "video", "audio", "file", "location", "sticker", "link"),
}
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "state": _TIP_STATES,
    "outcome": ("resolved", "transferred", "unfounded", "refused", "duplicate", "fined", "case_opened", "guided"),
    "urgency": ("ordinary", "serious"),
    "legal_kind": _LEGAL_KINDS,
    "group_kind": ("commune", "residential_area", "mass_organisation", "district_board"),
    "key_person": ("party_cell_secretary", "hamlet_head", "quarter_head", "respected_resident", "front_head"),
    "board": ("owner", "deputy", "member"),
    "command": ("state", "withdraw", "help", "complain", "denounce", "add", "other"),
    "directory": ("title", "intro", "impersonation", "find", "nothing", "unit", "group", "board", "hours"),
    "personal": ("cccd", "cmnd", "passport", "phone", "plate", "email", "bank_account"),
    "rights": (
        *("withheld", "title", "subject", "intro", "nothing", "third_parties", "sealed", "no_limit", "complaint"),
        *(f"{about}.{name}" for about, names in _RIGHTS_WORDS.items() for name in names),
    ),
    "check": ("no_source", "no_decision"),
    "clock_state": ("running", "warn", "overdue", "met", "met_late", "paused", "suspended"),
    "assisted": (
        *("language", "title", "intro", "nothing", "group", "person", "copy", "copied", "answers", "attachments"),
        *("above", "posted", "link", "task", "confirmed"),
    ),
    "register": (
        *("no", "receipt", "received", "channel", "reporter", "summary", "happened", "suspect", "kind", "officer"),
        *("leader", "transferred", "due", "result", "told", "note", "nothing", "sealed", "not_given", "emergency"),
        *("origin.one_to_one", "origin.group", "origin.entry", "origin.import"),
        *("origin.phone", "origin.letter", "origin.website"),
    ),
    "slip": (
        *("title", "subject", "ask", "field", "content", "receipt", "received", "channel", "reporter", "kind"),
        *("urgency", "place", "summary", "hidden.name", "hidden.number", "hidden.address", "hidden.residence"),
    ),
    "report": (
        *("addressee", "recipients", "draft", "chart_label", "chart_value", "figures", "figures_by_unit"),
        *("definitions", "indicator", "name", "unit_of_measure", "value", "previous", "change", "definition"),
        *("unit", "whole", "no_basis", "compare_same"),
    ),
}
_TEXTS: Mapping[str, str] = {
    "help": "",
    "anonymous": "",
    "chatter.reply": "",
    "flood.told": "",
    "tip.receipt": "receipt",
    "tip.receipt_short": "receipt",
    "tip.which": "choices",
    "tip.which_case": "number receipt day",
    "tip.which_new": "number",
    "tip.which_noted": "receipt",
    "tip.number_missing": "command",
    "tip.number_mistyped": "command",
    "tip.other_matter": "",
    "tip.add_words": "receipt",
    "tip.withdrawal_asked": "receipt",
    "tip.withdrawal_declined": "receipt text",
    "tip.reopening_asked": "receipt",
    "tip.guidance_whistleblow": "",
    "tip.guidance_complaint": "",
    "tip.guidance_accusation": "office",
    "tip.guidance_outside": "office",
    "tip.supervisor_unknown": "",
    "tip.words_withheld": "category",
    "tip.emergency": "",
    "tip.self_harm": "",
    "tip.ask_danger": "",
    "tip.danger_denied": "receipt",
    "tip.ask_matter": "",
    "tip.file_lost": "time",
    "tip.ask_back": "question receipt",
    "tip.answer": "receipt text",
    "tip.state": "receipt state",
    "tip.states": "states",
    "tip.not_found": "receipt",
    "tip.withdrawn": "receipt",
    "tip.private": "receipt",
    "tip.reporter_added": "receipt",
    "tip.followed_up": "receipt state",
    "tip.reopening_accepted": "receipt",
    "tip.reopening_refused": "receipt",
    "tip.returned": "receipt",
    "tip.ask_place": "receipt options",
    "tip.ask_place_freely": "receipt",
    "rights.received": "number kind limit ways",
    "rights.answered": "number place",
    "rights.left_out": "category rule reason",
    "inquiry.received": "",
    "inquiry.answer": "text source",
    "group.reminder": "",
    "group.charter": "rules",
    "group.welcome": "",
    "moderation.remind": "rule",
    "moderation.told": "rule appeal_days",
    "moderation.task": "rule",
    "moderation.ask_remove": "rule appeal_days",
    "moderation.appeal_received": "",
    "moderation.upheld": "rule text",
    "moderation.overturned": "text",
    "content.post": "title body source",
    "content.correction": "title body source original",
    "content.decision": "number date issuer",
    "content.withdrawn": "title",
    "content.cancel": "title",
    "notice.tasks": "count",
    "notice.drafts": "count day",
    "notice.failures": "count hours",
    "notice.emergency": "",
    "notice.group_ends": "group day days",
    "notice.group_unusable": "group",
    "notice.withdrawal": "person",
    "notice.withdrawal_unknown": "",
    "notice.quarantined": "count",
    "notice.health": "messenger problems warnings",
    "notice.break_glass": "role day",
    "notice.identity_asked": "unit day",
    "notice.rights_asked": "number day",
    "notice.leak_held": "code unit",
    "notice.identity_approved": "time",
    "notice.address_opened": "unit time",
    "notice.health_well": "messenger",
    "notice.flood": "count unit due",
    "notice.flood_unit": "count unit minutes",
    "urge.before": "unit name last_day days",
    "urge.today": "unit name last_day",
    "urge.late": "unit name last_day days",
    "officer.assigned": "code category urgency due",
    "officer.withdrawal_asked": "code",
    "officer.corrected": "code",
    "officer.place_corrected": "code unit",
    "officer.place_named": "code unit place",
    "officer.place_offered": "code unit",
    "officer.reopening_asked": "code",
    "duty.page": "code category unit time",
    "duty.page_again": "code category unit time",
    "duty.page_handed_up": "code category unit time",
    "alarm.reports": "count",
    "duty.page_more": "code category unit time",
    "duty.page_more_many": "count code category unit time",
    "duty.claimed": "code officer time until",
    "duty.unheard": "code unit time",
    "alarm.no_category": "",
    "alarm.held": "",
    "alarm.locked": "",
    "alarm.no_limit": "",
    "duty.new": "code category unit due time",
    "duty.new_many": "count codes",
    "duty.escalated": "code category unit due time",
    "duty.digest": "new due overdue unacknowledged inquiries unassigned requests rights rights_due",
    "duty.window": "time",
    "group.danger": "",
    "officer.bound": "",
    "officer.bound_elsewhere": "",
    "officer.code_wrong": "",
    "officer.sign_in_code": "code minutes",
    "officer.reply": "text",
    "officer.accepted": "code",
    "officer.accepted_only": "code",
    "officer.claimed": "code until",
    "officer.claimed_by_other": "code officer until",
    "officer.passed": "code unit",
    "officer.asked": "code",
    "officer.asked_nobody": "code",
    "officer.untriaged": "code",
    "officer.no_case": "code",
    "officer.which_unit": "text",
    "officer.needs_words": "",
    "officer.which": "",
    "officer.none": "",
    "officer.list": "count items",
    "officer.list_item": "code category time",
    "officer.explain": "",
    "officer.too_late": "",
    "officer.refused": "",
    "report.number": "number",
    "report.date_open": "year",
    "report.table": "n caption",
    "report.chart": "n caption",
    "report.measured_in": "unit",
    "report.period": "start end",
    "report.snapshot": "hash",
    "report.compare_up": "change percent",
    "report.compare_down": "change percent",
    "register.title": "unit start end",
    "register.subject": "unit start end",
    "register.monthly.title": "unit start end",
    "register.monthly.subject": "unit start end",
    "register.balance": "opening received resolved transferred closing",
    "register.returned": "day",
    "register.reopened": "day",
    "slip.intro": "to",
    "slip.masked": "kinds",
    "limit.h": "number",
    "limit.d": "number",
    "limit.wd": "number",
    "limit.m": "number",
    "clock.complex": "old new due body number day",
    "clock.extended": "old new due body number day",
    "clock.revoked": "old new due body number day",
    "clock.suspended": "body number day",
    "clock.paused": "day",
    "clock.waited": "due",
    "clock.notice": "number day",
    "clock.identity_refused": "day",
    "clock.moved": "target due source",
    "clock.provisional": "target due",
    "clock.leaves_calendar": "until",
    "directory.areas": "areas",
    "directory.qr": "group",
    "directory.on": "date",
    **{
        f"check.{name}": "found"
        for name in ("secret_marking", "secret", "hearsay", "minor", "personal", "link", "source")
    },
}

WORDING: Mapping[str, frozenset[str]] = {
    **{f"{family}.{name}": frozenset() for family, names in _FAMILIES.items() for name in names},
    **{key: frozenset(facts.split()) for key, facts in _TEXTS.items()},
}
"""Required key of the wording -> facts that its text may name. A profile may hold further keys, for formats and plugins
of its own.
"""

LADDERS = frozenset(name for name, purpose in PURPOSES.items() if purpose.is_message)
"""Purposes for which `[ladders]` may list delivery methods; each is sent in the wording of the same name."""

WORD_KINDS = frozenset(
    {"tip", "question", "chatter", "command", "unsuitable", "emergency"}
    | {"command_state", "command_withdraw", "command_help", "command_complain", "command_denounce"}
    | {"command_add", "command_other", "procedure", "whistleblow", "complaint"}
    | {"thanks", "assent", "polite", "objection", "withdrawal", "circumstance"}
    | {f"rights_{name}" for name in ("access", "correction", "restriction", "deletion", "objection")}
    | {"rights_self", "rights_asking"}
    | {"officer_accept", "officer_hand_on", "officer_ask"}
)
"""Names of the lists of phrases that every profile must have."""

_MARKING_WORDS = frozenset({"secret_marking", "secret_innocent"})
_WRITTEN_WORDS = frozenset(
    {"danger_alone", "danger_short", "danger_possible", "figurative", "correction", "direction"}
    | {"answer_yes", "answer_no", "follow_up", "present", "private_family", "private_violence"}
    | {"accused_police", "accused_government", "accused_official", "accused_level_below", "accused_level_above"}
    | {"accused_wrong", "accused_wrong_before", "accused_denounce", "accused_addressed", "accused_other_subject"}
    | {"accused_impersonated", "accused_passive", "accused_negation", "accused_question"}
    | {"accused_pronoun", "accused_honorific", "accused_sign", "accused_other_person", "accused_toward"}
    | {"accused_connective"}
)
RAW_WORDS = _MARKING_WORDS | _WRITTEN_WORDS
"""Lists of phrases that are kept as written: folded, "MẬT" is honey, and "cháy xưởng" (a workshop burns) is "chạy
xuống" (runs down). Those of markings count with their capitals, too.
"""

TEMPLATE_FACTS = frozenset({"unit", "UNIT", "unit_id", "to", "year", "start", "end"})
"""Facts that subject, file name, frame and closing of a report may name: the unit's name (as written, in
capitals), its id, the name of the unit it goes to, and the period."""
