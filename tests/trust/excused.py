"""Cases in which a stranger may name another unit's record, each with the reason."""

from tests.trust.account_arguments import ACCOUNT_ALLOWED, ACCOUNT_NO_PERSONS

FILTERS = {
    "audit.trail": "whoever reads the trail reads it by unit; what lies elsewhere isn't on the page",
    "drafts.discard about": "it takes away a draft of one's own; of anything else, nothing",
    "drafts.list about": "it lists what one has written oneself; of anything else, nothing",
    "inquiries.unread inquiries": "it answers which are new; what isn't theirs is like what isn't there",
    "tips.unread tips": "it answers which are new; what isn't theirs is like what isn't there",
    "retention.purge scopes": "it destroys what was ordered in the actor's units; of anything else, nothing",
    "services.retention.purges.begin_purge scopes": "as `retention.purge`, whose first half it is",
    "services.conversation_details.seal_details conversations": "the clock's: what is sealed already stays as it is",
    "services.groups.queries.of_conversation conversation": "it answers None for a chat of no group that is theirs",
}
"""Use case, or use case and argument -> why naming another unit's record isn't refused there: it is treated like a
missing record.
"""

ALLOWED = {
    **ACCOUNT_ALLOWED,
    "audit.trail about excluded": "whoever audits reads of all acts; the profile lets no auditor handle cases",
    "audit.trail about excluded_above": "whoever audits reads of all acts; the profile lets no auditor handle cases",
    "groups.hand_over successor": "a board may have officers of any unit; a seat gives no right",
    "groups.seat officer": "a board may have officers of any unit; a seat gives no right",
    "groups.vacate officer": "of whoever has no seat it says so, whether such an officer is anywhere or not",
    "inquiries.articles.get article_id": "the knowledge base is public: every unit reads all of it",
    "inquiries.preview_answer article": "the knowledge base is public: every unit answers from it",
    "inquiries.answer article": "the knowledge base is public: every unit answers from it",
    "programme.name_head conversation": "reminders of the unit's own duties go there, which hold nothing personal",
    "programme.name_head officer": "the head of a unit may be an officer of another; it gives no right",
    "programme.open_campaign partners": "partners are units of the district; they are asked for by word of mouth",
    "tips.assign officers": "whoever may handle tips of the unit, wherever at home; of others it says that they don't",
    "tips.claim_for officer": "whoever may handle tips of the unit; of others it says that they don't",
    "services.duty.alarms.find_to_claim_for officer": "as `duty.claim_for`, a part of which it is",
    "duty.claim_for officer": "whoever may handle tips of the unit; of others it says that they don't",
    "tips.exclusions.add officer_id": "whoever has a conflict of interest is excluded, of whatever unit",
    "tips.assign unit": "a tip is handed on to whoever is to handle it",
    "tips.exclusions.add_unit unit": "whoever has a conflict of interest is excluded, of whatever unit",
    "tips.subcases.open unit": "another unit is asked; it learns what it is asked for",
    "tips.transfers.to_unit unit": "a tip is handed on to where it belongs",
    "tips.subcases.take officers": "whoever may handle tips of the unit; of others it says that they don't",
    "tips.triage unit": "a tip is handed on to where it belongs",
    "units.names officer_ids": "only what an officer is called, for lists in which officers of other units stand",
    "units.names unit_ids": "what units are called stands in the profile, which isn't secret",
    "units.appoint conversation": "notices to the officer go there, which hold nothing personal",
}
"""Use case and argument, optionally with the kind of stranger -> why the name of another unit's record is accepted."""

NEW_NAMES = {
    "groups.link_group platform_id": "the name of a chat that is new to us",
    "moderation.raise_post message": "a post that no program could read has no message here",
    "services.conversations.place address": "somebody who is new to us",
    "workflows.group_creation.bind made": "a chat that is new to us",
}
"""Use case and argument -> why the name of a missing record is accepted there; the name of another unit's record
isn't.
"""

COMPARED = {
    "moderation.raise_post author": "it must be the message's author; whose it is else isn't looked up",
    "moderation.raise_post conversation": "it must be the group's; whose it is else isn't looked up",
}
"""Use case and argument -> why the journal doesn't record there whether the named record exists."""

STOPPED = {
    "units.grant": "the officer has that role already, or it waits for `confirm_grant`",
    "drafts.get": "nobody there has half written anything",
    "units.unbind": "nobody there has bound a chat",
    "identity.export_identity_request": "nobody there has a name that was sealed to custodians",
    "identity.custodians.import_rewraps": "the file is of another kind",
    "keys.destroy_epoch": "the epoch is in use",
    "reports.submit": "its period hasn't ended",
    "retention.prove_purge": "needles were gathered of nothing",
    "services.retention.purges.finish_purge": "nothing was begun",
    "workflows.erasure.carry_out": "days must pass after it was granted",
}
"""Use case -> why it fails on the test data even with every permission."""

NO_PERSONS = {
    **ACCOUNT_NO_PERSONS,
    "services.conversations.by_platform_id": "no role gives it: it is for the part that sends",
    "services.conversations.who": "no role gives it: it is for the part that sends",
    "units.break_glass": "no role gives it: it takes the machine and the recovery copy",
}
"""Use case -> why no person has the permission for it."""
