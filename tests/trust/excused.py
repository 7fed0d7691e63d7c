"""What a stranger may do with the name of another's thing, each with its reason; and what is still to be shut."""

FILTERS = {
    "audit.trail": "whoever reads the trail reads it by unit; what lies elsewhere isn't on the page",
    "retention.purge scopes": "it destroys what was ordered in the actor's units; of anything else, nothing",
    "services.groups.queries.of_conversation conversation": "it answers None for a chat of no group that is theirs",
}
"""Use case, or use case and argument -> why it isn't refused: what isn't theirs is like what isn't there."""

ALLOWED = {
    "audit.trail about excluded": "whoever audits reads of all acts; the profile lets no auditor handle cases",
    "audit.trail about excluded_above": "whoever audits reads of all acts; the profile lets no auditor handle cases",
    "groups.hand_over successor": "a board may have officers of any unit; a seat gives no right",
    "groups.seat officer": "a board may have officers of any unit; a seat gives no right",
    "groups.vacate officer": "of whoever has no seat it says so, whether such an officer is anywhere or not",
    "inquiries.answer article": "the knowledge base is public: every unit answers from it",
    "programme.name_head conversation": "reminders of the unit's own duties go there, which hold nothing personal",
    "programme.name_head officer": "the head of a unit may be an officer of another; it gives no right",
    "programme.open_campaign partners": "partners are units of the district; they are asked for by word of mouth",
    "tips.assign unit": "a tip is handed on to whoever is to handle it",
    "tips.triage unit": "a tip is handed on to where it belongs",
    "units.appoint conversation": "notices to the officer go there, which hold nothing personal",
}
"""Use case and argument, and who asks where that matters -> why another's thing may be named."""

NEW_NAMES = {
    "groups.link_group platform_id": "the name of a chat that is new to us",
    "moderation.raise_post message": "a post that no program could read has no message here",
    "services.conversations.place address": "somebody who is new to us",
    "workflows.group_creation.bind made": "a chat that is new to us",
}
"""Use case and argument -> why what isn't there may be named; what is there and another's may not."""

COMPARED = {
    "moderation.raise_post author": "it must be the message's author; whose it is else isn't looked up",
    "moderation.raise_post conversation": "it must be the group's; whose it is else isn't looked up",
}
"""Use case and argument -> why the journal doesn't say whether what was named is there."""

STOPPED = {"reports.submit": "its period hasn't ended"}
"""Use case -> why the prepared things don't get through, although whoever may is let in."""

PENDING = {
    **dict.fromkeys(
        [f"failures.{verb} row_id" for verb in ("confirm", "confirm_posted", "give_up", "rerun", "resend", "waiting")],
        "the failure desk believes who names a row",
    ),
    "failures.ledger cause": "the ledger of a case is shown to whoever is excluded from it",
    **dict.fromkeys(
        [f"identity.{verb} disclosure_id" for verb in ("approve_identity", "disclosure_history", "refuse_identity")],
        "who is excluded from a case decides about its disclosure",
    ),
    "identity.disclosures case": "who is excluded from a case sees its disclosures",
    "identity.request_identity case": "the case is believed",
    "identity.request_identity conversation": "the conversation is believed",
    "identity.reveal_identity disclosure_id": "it says that another asked",
    "retention.hold scope": "the scope's unit is believed",
    "retention.order_purge scope": "the scope's unit is believed",
    "retention.release_hold hold_id": "who is excluded from a case ends its hold",
    "services.conversations.by_platform_id conversation_id": "it answers whoever takes tips in",
    "services.conversations.by_platform_id platform_id": "it answers whoever takes tips in",
    "services.conversations.who conversation_id": "it answers whoever takes tips in",
    "tips.assign officers": "the officers are believed",
    "tips.exclude officer_id": "the officer is believed",
    "units.grant officer_id": "an officer of another unit is given a role here",
    "units.revoke officer_id": "it says which officers there are",
}
"""Use case and argument -> the hole through which it still goes."""
