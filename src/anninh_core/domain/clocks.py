"""The retention period of every kind of data: how long it is, when it begins, and how the data are removed. It is
defined above the domain modules, since it covers all of them.
"""

from collections.abc import Mapping

from anninh_core.domain.accounts.kind import ACCOUNT, ACCOUNT_NAME, API_TOKEN, SESSION
from anninh_core.domain.audit.heads.kind import JOURNAL_HEAD, RECEIVED_HEAD
from anninh_core.domain.audit.kind import CHECKPOINT
from anninh_core.domain.content.collected.model import FOUND_PIECE
from anninh_core.domain.content.kind import ITEM, PUBLICATION
from anninh_core.domain.content.sources import SOURCE
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE
from anninh_core.domain.conversations.notes.model import CASE_NOTE
from anninh_core.domain.duty.kind import ALARM, ROSTER
from anninh_core.domain.groups.kind import GROUP
from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.kind import DISCLOSURE, EMERGENCY_OPENING
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.knowledge.kind import ARTICLE
from anninh_core.domain.leaks.kind import LEAK_FINDING
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.programme.activity import CAMPAIGN, INSPECTION, TRAINING
from anninh_core.domain.programme.difficulty import DIFFICULTY
from anninh_core.domain.programme.duty import DUTY
from anninh_core.domain.programme.head import HEAD
from anninh_core.domain.programme.own_plan import OWN_PLAN
from anninh_core.domain.quarantine.kind import QUARANTINED
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.number_series import NUMBER_SERIES
from anninh_core.domain.retention.clocks.model import Removal, RetentionClock
from anninh_core.domain.retention.kind import ERASURE, LEGAL_HOLD, PURGE_ORDER
from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.tips.handling.slips import SLIP_SERIES
from anninh_core.domain.tips.handling.subcase import SUBCASE
from anninh_core.domain.tips.incidents.kind import INCIDENT
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.units.chats import OFFICER_CHAT
from anninh_core.domain.units.model import OFFICER
from anninh_core.usecase.decision import DECISION
from anninh_core.vocabulary.district import District

# Names of data in the profile's `retention_days`.
CHATTER = "chatter"
DECIDED = "decision"
DRAFT = "draft"
FIGURES = "statistics"
FOUND = "found"
GROUPS = "group"
IDENTITY = "identity"
MEDIA = "media"
STAFF = "officer"

_CASES = (
    RetentionClock(
        what="reports and questions, with their words and files",
        kinds=(TIP.name, INQUIRY.name),
        since="the day on which all was done and told; it waits while anything is owed",
        data="content",
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="posts in groups that were looked at",
        kinds=(POST.name,),
        since="the last day of an appeal; it waits while one is open",
        data="post",
        removal=Removal.ORDER,
    ),
)

_PARTS = (
    RetentionClock(
        what="notes that officers wrote into the file of a report or a question",
        kinds=(CASE_NOTE.name,),
        since="those of the report or the question",
        removal=Removal.WITH,
    ),
    RetentionClock(
        what="what units were asked for in a report that others lead, and found",
        kinds=(SUBCASE.name,),
        since="those of the report",
        removal=Removal.WITH,
    ),
    RetentionClock(
        what="how many slips a unit made out in a year",
        kinds=(SLIP_SERIES.name,),
        since="a number is never given twice; nothing else is kept in them",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="which numbers a unit gave to its reports in a year",
        kinds=(NUMBER_SERIES.name,),
        since="a number is never given twice; nothing else is kept in them",
        removal=Removal.STAYS,
    ),
)

_TALK = (
    RetentionClock(
        what="what was said one-to-one or in a group and became nothing",
        kinds=(MESSAGE.name,),
        since="one-to-one the day of the last message that came to no case (those of before this version: once their "
        "cases are gone); in a group the last day of the month",
        data=CHATTER,
        default=30,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="files that came with messages of a case",
        since="the day on which the case ended; no later than the words they came with",
        data=MEDIA,
        default=1095,
        removal=Removal.FILES,
    ),
    RetentionClock(what="other files that came with messages", since="those of the words", removal=Removal.WITH),
    RetentionClock(
        what="identities: address and name",
        kinds=(CONVERSATION.name,),
        since="the day on which they were last heard of; it waits while a case, kept or open, names them, while they "
        "are an officer's or a head's chat or a group's, and while a message of theirs isn't processed",
        data=IDENTITY,
        default=730,
        removal=Removal.ORDER,
    ),
)

_PAPERS = (
    RetentionClock(
        what="decisions about requests for an identity, addresses opened in an emergency, wishes to be erased, what "
        "the leak check held, requests about data of one's own",
        kinds=(DISCLOSURE.name, EMERGENCY_OPENING.name, ERASURE.name, LEAK_FINDING.name, RIGHTS_REQUEST.name),
        since="the day of the decision, or of its end",
        data=DECIDED,
        default=3650,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="words of decisions about a case, a group, an officer …; that one was made, when, and its code stay",
        kinds=(DECISION.name,),
        since="those of what it is about",
        removal=Removal.WITH,
    ),
    RetentionClock(
        what="what collectors found at sources outside; an item that was made of it has its own days",
        kinds=(FOUND_PIECE.name,),
        since="the day on which it was found, or an editor took it up or passed it over",
        data=FOUND,
        default=90,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="items that were never published",
        since="the day of their last version",
        data=DRAFT,
        default=365,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="items that were published, with who wrote, reviewed and approved them",
        kinds=(ITEM.name,),
        since="the day on which they were withdrawn or held no longer",
        data="content",
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="groups, with their boards",
        kinds=(GROUP.name,),
        since="the day on which they were closed",
        data=GROUPS,
        default=1825,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="alarms and notices of new tips: codes, and who was told when",
        kinds=(ALARM.name,),
        since="the day on which somebody took it up, or the case ended",
        data=DECIDED,
        default=3650,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="incidents: which reports officers joined, and who joined or separated them",
        kinds=(INCIDENT.name,),
        since="the day on which nothing was owed about any of the reports, or fewer than two were left",
        data=DECIDED,
        default=3650,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="rosters: which officer was on duty when",
        kinds=(ROSTER.name,),
        since="their last day; they wait while they hold",
        data=STAFF,
        default=3650,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="officers, with their roles, their chat, and by what they sign in",
        kinds=tuple(kind.name for kind in (OFFICER, OFFICER_CHAT, ACCOUNT, ACCOUNT_NAME, SESSION, API_TOKEN)),
        since="the last day of their last role",
        data=STAFF,
        default=3650,
        removal=Removal.ORDER,
    ),
    RetentionClock(
        what="reports, duties, plans, trainings, inspections, campaigns, difficulties",
        kinds=tuple(kind.name for kind in (REPORT, DUTY, OWN_PLAN, TRAINING, INSPECTION, CAMPAIGN, DIFFICULTY)),
        since="their day, or last day",
        data=FIGURES,
        default=36_500,
        removal=Removal.ORDER,
    ),
)

_QUEUES = (
    RetentionClock(
        what="raw events from outside",
        since="the day after they came, once all of that day are done with; the body of each at once",
        removal=Removal.KEY,
    ),
    RetentionClock(
        what="raw events that the adapter of their messenger can't read",
        since="when they came; where their conversation is known they wait for a person",
        data="unread_event",
        default=30,
        removal=Removal.ROWS,
    ),
    RetentionClock(
        what="marks of events that were done with",
        since="when they came",
        data="inbox_hash",
        default=35,
        removal=Removal.ROWS,
    ),
    RetentionClock(
        what="delivered messages", since="when they were delivered", data="outbox", default=400, removal=Removal.ROWS
    ),
    RetentionClock(what="marks of requests", since="when they came", data="request", default=90, removal=Removal.ROWS),
)

_REST = (
    RetentionClock(
        what="heads of units",
        kinds=(HEAD.name,),
        since="a unit has one head, and the next one takes the place of the one before",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="custodians of names, with their public keys",
        kinds=(CUSTODIAN.name,),
        since="they show who could open a name, and when; nothing of them opens one",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="what is public: articles, publications, sources",
        kinds=(ARTICLE.name, PUBLICATION.name, SOURCE.name),
        since="everybody may read it, and nothing of it is about a resident",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="orders to destroy, and legal holds",
        kinds=(PURGE_ORDER.name, LEGAL_HOLD.name),
        since="they show what was destroyed, on whose order, and what was held; they hold nothing of what was in it",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="the journal, its heads and checkpoints",
        kinds=(CHECKPOINT.name, JOURNAL_HEAD.name, RECEIVED_HEAD.name),
        since="a chain that lacks a line proves nothing; it holds ids, codes and counts",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="records and journal entries that a part of the program couldn't work on",
        kinds=(QUARANTINED.name,),
        since="they hold ids, moments and classes of errors, and nothing of what was in them",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="what officers have half written, and what they saw last of which case",
        since="a draft goes seven days after it was saved, and with its case; a mark is an id and a version",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="failed sign-ins of the last hour, and when a session was last used",
        since="counts by parts of keyed hashes, and times by an officer's id; each takes the place of the one before",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="counters",
        since="sums about nobody; what a purged record counted stays counted",
        removal=Removal.STAYS,
    ),
    RetentionClock(
        what="exports, printed reports, task sheets, backups, journal files",
        since="whoever has them keeps and destroys them; a purge lists those that it knows of",
        removal=Removal.OUTSIDE,
    ),
    RetentionClock(
        what="logs",
        since="the program writes them to stderr, without anything of anybody; whoever collects them sets their days",
        removal=Removal.OUTSIDE,
    ),
)

CLOCKS: tuple[RetentionClock, ...] = (*_CASES, *_PARTS, *_TALK, *_PAPERS, *_QUEUES, *_REST)
"""The retention clocks of all stored data; a test fails if a kind of record has no clock."""

OTHER_DAYS: Mapping[str, str] = {
    "inbox": "most days for which raw events may be readable",
    "purge_delay": "days between an order and the deed, 7 where the profile doesn't say: a hold stops it",
}
"""Names that a profile's `retention_days` may also contain although no retention clock uses them, with their
meaning.
"""

DEFAULT_DAYS: Mapping[str, int] = {clock.data: clock.default for clock in CLOCKS if clock.default is not None}
"""Retention period in days for each name that a profile's `retention_days` leaves out."""


def retention_days(district: District) -> Mapping[str, int]:
    """Return the retention periods of a district in days, with a default for each name that its profile leaves out."""
    return {**DEFAULT_DAYS, **district.retention_days}
