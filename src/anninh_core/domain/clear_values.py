"""List of the values stored in clear: what each reveals, to whom, and until when. A column without an entry here fails
a test.

The table of the threat model is generated from here.
"""

from attrs import frozen

_STORE = "who has the store"
_AND_OFFICERS = "who has the store and knows officers by their ids, as all officers do"
_FOR_GOOD = "for good; a purge leaves it"
_UNTIL_PURGED = "until a reindex after the purge empties it"
_UNTIL_OVER = "until the record is written without it"
_INBOX = "until `inbox_hash` days after it came"
_OUTBOX = "until `outbox` days after it was settled; a purge of what it is about takes it earlier"


@frozen
class ClearValue:
    """A group of values in clear that reveal the same information to the same people for the same time.

    Attributes:
        places: `kind.column` of records, `table.column`, or a name for other places.
        reveals: information in the values, alone and together with other knowledge.
    """

    places: tuple[str, ...]
    reveals: str
    to: str = _STORE
    until: str = _FOR_GOOD


def _name_columns(kinds: str, *columns: str) -> tuple[str, ...]:
    return tuple(f"{kind}.{column}" for kind in kinds.split() for column in columns)


_RECORDS = (
    ClearValue(
        _name_columns("record", "kind", "id", "unit", "version", "schema"),
        "That there is a tip, a question …, of which commune, since which minute (in its id; of earlier versions the "
        "millisecond), and how often it was written. A conversation's id is random; the number of its versions tells "
        "how much somebody wrote, and who wrote most can be followed through the journal by it",
    ),
    ClearValue(
        _name_columns("record", "scope"),
        "Which key seals it: its own, its case's, its conversation's, or that of a month of a group",
    ),
    ClearValue(
        ("message.sender",),
        "A value for each person in one case, or in one month of a group: who wrote several messages there. A message "
        "that came to no case has the id of its conversation, as it is sealed by that",
        until=_UNTIL_PURGED,
    ),
    ClearValue(
        ("message.conversation",),
        "Of a group its id, so which messages were said in it. Of a case a value for it alone; without a case the "
        "conversation's id",
        until=_UNTIL_PURGED,
    ),
    ClearValue(
        ("message.platform",),
        "A keyed hash of the platform's id, another one in each conversation. Of earlier versions the id "
        "itself, which every member of a group can see",
        until="until a reindex (plain ids), or one after the purge",
    ),
    ClearValue(
        ("message.hour",),
        "When it reached us, to the hour. **Who was in the group and knows who wrote in which hour attributes posts by "
        "it**, and who knows when somebody wrote in private finds the case",
        to="who has the store and knows hours from elsewhere",
    ),
    ClearValue(
        _name_columns("message", "case", "kind"),
        "Which case it belongs to, and what it was taken for; the post that became a case is joined to it",
    ),
    ClearValue(
        _name_columns("tip inquiry disclosure", "conversation"),
        "Whether anybody reported it in a chat; a value that no other case has",
        until=_UNTIL_PURGED,
    ),
    ClearValue(("post.author",), "That somebody wrote it; a value that no other post has", until=_UNTIL_PURGED),
    ClearValue(
        _name_columns("erasure rights_request", "conversation"),
        "Whose conversation it is about, by its id, which is that of its messages without a case and of its key, and "
        "in no case",
    ),
    ClearValue(
        ("rights_request.number",), "The number that stands on the answer", to="who has the store and the paper"
    ),
    ClearValue(_name_columns("rights_request", "asks", "restricts"), "What somebody asked about data of their own"),
    ClearValue(
        ("tip.receipt",),
        "Which report it is",
        to="who has the store and saw the receipt, as on the reporter's telephone",
    ),
    ClearValue(
        _name_columns("tip", "category", "urgency", "type", "merged_into"),
        "What sort of thing was reported, whether it is an emergency, and which reports are about the same thing",
    ),
    ClearValue(_name_columns("inquiry", "article"), "Which published article it was answered from"),
    ClearValue(
        (
            *_name_columns("tip", "received", "due", "work"),
            *_name_columns("inquiry", "received"),
            *_name_columns("post", "raised"),
            *_name_columns("alarm", "opened", "next"),
            *_name_columns("incident", "opened"),
            *_name_columns("disclosure", "requested"),
            *_name_columns("emergency_opening", "opened"),
            *_name_columns("erasure rights_request", "received"),
            *_name_columns("case_note", "hour"),
            *_name_columns("subcase", "asked"),
            *_name_columns("leak_finding", "found"),
            *_name_columns("quarantined", "since"),
        ),
        "When it came, is due, or was done, to the hour: as for messages",
        to="who has the store and knows hours from elsewhere",
    ),
    ClearValue(
        ("decision.at",),
        "When an officer decided, to the microsecond, as the journal's entry of it",
        to="who has the store and knows hours from elsewhere",
    ),
    ClearValue(
        (
            *_name_columns(
                "tip inquiry post alarm disclosure emergency_opening erasure rights_request subcase leak_finding",
                "state",
            ),
            *_name_columns("incident", "state"),
            *_name_columns("post", "needs_hand"),
            *_name_columns("quarantined", "open"),
        ),
        "How far it is: open, answered, unfounded, refused …",
    ),
    ClearValue(
        (
            *_name_columns("case_note disclosure emergency_opening subcase", "case"),
            *_name_columns("decision", "subject"),
            *_name_columns("alarm leak_finding quarantined", "about"),
            *_name_columns("post", "group"),
        ),
        "Which case, post, group, item or officer it is about. One in quarantine may be a conversation",
    ),
    ClearValue(("decision.reason",), "The code of a reason"),
    ClearValue(("alarm.chat",), "In which group it was said"),
    ClearValue(("quarantined.consumer",), "Which part of the program couldn't work on it"),
    ClearValue(
        (
            *_name_columns("tip", "handling_unit", "handler", "claimant", "excluded"),
            *_name_columns("alarm", "told", "urgency", "excluded"),
            *_name_columns("subcase", "officer", "excluded"),
            *_name_columns("leak_finding", "officer"),
        ),
        "Which unit and officers handle a case, were told of it, or are excluded: of a relative, that they are one",
        to=_AND_OFFICERS,
    ),
    ClearValue(
        (
            *_name_columns("account session api_token account_name officer_chat", "officer"),
            *_name_columns("officer", "home", "role"),
            *_name_columns("group", "officer"),
            *_name_columns("custodian", "officer", "state"),
            *_name_columns("roster", "home", "ends"),
            *_name_columns("session", "open"),
        ),
        "Which officers there are, in which unit and role, who holds a group, and whether they are signed in",
        to=_AND_OFFICERS,
    ),
    ClearValue(
        (
            *_name_columns("session api_token", "token"),
            "account.setup",
            *_name_columns("officer_chat", "handle", "mark"),
        ),
        "Keyed hashes of tokens, codes and of an officer's chat",
    ),
    ClearValue(
        _name_columns("tombstone", "scope", "done"),
        "What was ordered to be destroyed, and whether it was: a case, or, by the id of a conversation, somebody's "
        "identity or talk",
    ),
    ClearValue(
        _name_columns("legal_hold", "scope", "running", "review"),
        "Which case is held, and until when; in holds of earlier versions, whose identity",
    ),
    ClearValue(
        _name_columns("group", "state", "kind", "conversation"),
        "Which groups there are, and by which conversation",
        to="who has the store; the members know the group anyhow",
    ),
    ClearValue(
        (
            *_name_columns(
                "item", "state", "category", "written", "replaces", "runs_out", "expires", "review_open", "review_due"
            ),
            *_name_columns("found_piece", "state", "found"),
        ),
        "How many items are prepared, of which sort, and until when they hold; their words are sealed until they are "
        "published",
    ),
    ClearValue(
        (
            *_name_columns("publication", "category", "published", "shown"),
            "article.retired",
            "source.in_use",
        ),
        "What is public anyhow",
        to="everybody",
    ),
    ClearValue(
        (
            *_name_columns("campaign", "start", "open", "partner"),
            *_name_columns("difficulty", "state", "raised"),
            *_name_columns("duty", "what", "source", "year", "state", "last_day", "next_urge"),
            *_name_columns("inspection", "day", "open"),
            *_name_columns("own_plan training", "day"),
            *_name_columns("report", "unit", "obligation", "year", "state", "version", "last_day"),
            *_name_columns("number_series slip_series", "year"),
        ),
        "What an authority plans, owes and reports, and when; about no resident",
    ),
    ClearValue(
        (
            "checkpoint.seq",
            *_name_columns("journal_head", "number", "seq"),
            *_name_columns("received_head", "authority", "number", "accepted"),
        ),
        "How far the journal was signed, and which heads of others were received",
    ),
)

_TABLES = (
    ClearValue(
        _name_columns(
            "journal", "seq", "previous", "hash", "entry.id", "entry.at", "entry.actor", "entry.unit", "entry.outcome"
        ),
        "Which officer, or part of the program, acted in which unit, **to the millisecond**: which case somebody began "
        "at a moment that is known from elsewhere",
        to="who has the store and knows moments from elsewhere",
        until="for good",
    ),
    ClearValue(
        _name_columns("journal", "entry.action", "entry.events"),
        "What was done, in codes",
        until="for good",
    ),
    ClearValue(
        _name_columns("journal", "entry.touched", "entry.named"),
        "Which records were written or shown, by their ids, and the hashes of bodies and clear columns. Conversations, "
        "and orders about them, are named by an alias, another one in each version, and their hashes are keyed: "
        "it takes the keys to compute them. **Two cases of one person are in one entry where an officer asked which "
        "are theirs** (`from_same_reporter`, `linked`, a request about data of one's own), and by chance where a list, "
        "a batch (a purge, a reindex) or an incident had both",
        until="for good",
    ),
    ClearValue(
        _name_columns("journal", "entry.facts"),
        "Ids of cases and officers, codes and counts; of a conversation's scope the kind alone. Marks of files, of "
        "requests and of what was opened are keyed. Why an erasure was refused names the case that stands against it",
        until="for good",
    ),
    ClearValue(
        _name_columns("journal", "entry.queued"),
        "Which rows of the outbox an act made, and hashes of them",
        until="for good",
    ),
    ClearValue(
        _name_columns("journal_ref", "ref", "is_look", "seq"), "The same as the entries that it finds", until="for good"
    ),
    ClearValue(
        _name_columns("requests", "request", "entry", "at"),
        "Keyed hashes of officers' request keys. The program's are in clear, and name cases, alarms and moments",
        until="until `request` days after they came",
    ),
    ClearValue(_name_columns("kinds", "kind", "spec"), "The names of the columns"),
    ClearValue(
        _name_columns("keyring", "scope", "epoch"),
        "Which cases, conversations and months of groups have a key, by their ids, and which had one that was "
        "destroyed, as they are missing",
        until="until the key is destroyed",
    ),
    ClearValue(
        ("keyring.blind_index",),
        "A keyed hash of messenger and account. Who has the keys can test accounts against it",
        to="who has the store and the keys",
        until="until the identity's key is destroyed",
    ),
    ClearValue(
        _name_columns("inbox", "id", "source", "conversation", "received_at"),
        "That an event came, and **when, to the millisecond**: as for the journal. Of which conversation it came is in "
        "clear until it is processed, or for as long as an officer has given it up; then a name of this event alone",
        to="who has the store and knows moments from elsewhere",
        until=_INBOX,
    ),
    ClearValue(_name_columns("inbox", "dedupe"), "A keyed hash of the event", until=_INBOX),
    ClearValue(
        _name_columns("inbox", "scope", "state", "attempts", "token", "error", "until", "ready"),
        "The day it came, how far it is, and why it failed, with everything masked that looks like personal data",
        until=_INBOX,
    ),
    ClearValue(
        _name_columns("outbox", "conversation", "cause"),
        "Which case a message is about, and whom it goes to until it is sent or decided on; then a name of this case, "
        "or of this message, alone. Rows that failed keep their conversation until an officer decides",
        until=_OUTBOX,
    ),
    ClearValue(
        _name_columns("outbox", "id", "created_seq", "due_at", "settled_at", "deferred_until", "until"),
        "When it was written, due and sent, to the millisecond",
        to="who has the store and knows moments from elsewhere",
        until=_OUTBOX,
    ),
    ClearValue(
        _name_columns("outbox", "platform_id", "proof"),
        "The platform's id of what was sent, and a link that proves a post",
        to="who has the store, and the platform's records",
        until=_OUTBOX,
    ),
    ClearValue(
        _name_columns(
            "outbox",
            "messenger",
            "lane",
            "purpose",
            "scope",
            "after_id",
            "state",
            "attempts",
            "token",
            "error",
            "rank",
            "open",
            "delivery_method",
        ),
        "By which messenger it goes, how urgent it is, what kind of message it is, how far it is, and why it failed",
        until=_OUTBOX,
    ),
    ClearValue(
        (
            *_name_columns("counters_day counters_month counters_year", "indicator", "unit", "dims", "amount"),
            "counters_day.day",
            "counters_month.month",
            "counters_year.year",
            *_name_columns("counters_sets", "unit", "name"),
        ),
        "How many reports of which sort a commune had on a day; where there was one, that one",
        until="for good; what a purged case counted stays counted",
    ),
    ClearValue(
        _name_columns("search_rows", "place", "kind", "id", "unit", "at"),
        "That a record can be found by words, and its hour",
        until="until the record is purged",
    ),
    ClearValue(
        _name_columns("search_rows", "line", "terms"),
        "Keyed hashes, in every search mode, of names, numbers and accounts that lead to somebody: **who wrote their "
        "own name or number in two cases is joined to both, and to their conversation**. With "
        '`mode = "tokens"` also of every word, so how often one occurs, and beside which others; who also sends '
        "messages learns the hash of any word",
        until="until the record is purged",
    ),
    ClearValue(
        _name_columns("leases", "name", "holder", "token", "until"),
        "Which process works on what",
        until="until it is released",
    ),
    ClearValue(
        _name_columns("states", "owner", "name", "version", "body"),
        "Which officers have drafts or read a case, how far jobs and messengers have come; what adapters and drafts "
        "hold is sealed",
        to=_AND_OFFICERS,
        until=_UNTIL_OVER,
    ),
)

_FILES = (
    ClearValue(
        ("files: names",),
        "The hash of sealed bytes. Two equal files under one key have one name",
        until="until the file is deleted: with its case, or after `media` days",
    ),
    ClearValue(
        ("files: sizes", "files: times"),
        "How large a file is, and when it was stored. **The same photo in a group and in private has the same size**",
        until="until the file is deleted: with its case, or after `media` days",
    ),
    ClearValue(
        ("bodies: sizes",),
        "How long the words are",
        until="for good; a purge leaves the sealed body",
    ),
)

CLEAR_VALUES: tuple[ClearValue, ...] = (*_RECORDS, *_TABLES, *_FILES)
"""All values stored in clear."""
