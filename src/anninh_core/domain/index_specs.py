"""What the storage has to know of every kind of record before the first one is opened."""

from anninh_core.domain.accounts.specs import ACCOUNT_NAME_SPEC, ACCOUNT_SPEC, API_TOKEN_SPEC, SESSION_SPEC
from anninh_core.domain.audit.specs import CHECKPOINT_SPEC, JOURNAL_HEAD_SPEC, RECEIVED_HEAD_SPEC
from anninh_core.domain.content.specs import FOUND_PIECE_SPEC, ITEM_SPEC, PUBLICATION_SPEC, SOURCE_SPEC
from anninh_core.domain.conversations.specs import CASE_NOTE_SPEC, CONVERSATION_SPEC, MESSAGE_SPEC
from anninh_core.domain.duty.specs import ALARM_SPEC, ROSTER_SPEC
from anninh_core.domain.groups.specs import GROUP_SPEC
from anninh_core.domain.identity.specs import CUSTODIAN_SPEC, DISCLOSURE_SPEC, EMERGENCY_OPENING_SPEC
from anninh_core.domain.inquiries.specs import ARTICLE_SPEC, INQUIRY_SPEC
from anninh_core.domain.leaks.specs import LEAK_FINDING_SPEC
from anninh_core.domain.moderation.specs import POST_SPEC
from anninh_core.domain.programme.specs import (
    CAMPAIGN_SPEC,
    DIFFICULTY_SPEC,
    DUTY_SPEC,
    HEAD_SPEC,
    INSPECTION_SPEC,
    OWN_PLAN_SPEC,
    TRAINING_SPEC,
)
from anninh_core.domain.quarantine.specs import QUARANTINED_SPEC
from anninh_core.domain.reports.specs import NUMBER_SERIES_SPEC, REPORT_SPEC
from anninh_core.domain.retention.specs import ERASURE_SPEC, LEGAL_HOLD_SPEC, PURGE_ORDER_SPEC
from anninh_core.domain.rights.specs import RIGHTS_REQUEST_SPEC
from anninh_core.domain.tips.specs import INCIDENT_SPEC, SLIP_SERIES_SPEC, SUBCASE_SPEC, TIP_SPEC
from anninh_core.domain.units.specs import OFFICER_CHAT_SPEC, OFFICER_SPEC
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.usecase.decision import DECISION

SPECS: tuple[IndexSpec, ...] = (
    ACCOUNT_SPEC,
    ACCOUNT_NAME_SPEC,
    ALARM_SPEC,
    API_TOKEN_SPEC,
    ARTICLE_SPEC,
    CAMPAIGN_SPEC,
    CASE_NOTE_SPEC,
    CHECKPOINT_SPEC,
    CONVERSATION_SPEC,
    CUSTODIAN_SPEC,
    DECISION.spec,
    DIFFICULTY_SPEC,
    DISCLOSURE_SPEC,
    DUTY_SPEC,
    EMERGENCY_OPENING_SPEC,
    ERASURE_SPEC,
    FOUND_PIECE_SPEC,
    GROUP_SPEC,
    HEAD_SPEC,
    INCIDENT_SPEC,
    INQUIRY_SPEC,
    INSPECTION_SPEC,
    ITEM_SPEC,
    JOURNAL_HEAD_SPEC,
    LEAK_FINDING_SPEC,
    LEGAL_HOLD_SPEC,
    MESSAGE_SPEC,
    NUMBER_SERIES_SPEC,
    OFFICER_SPEC,
    OFFICER_CHAT_SPEC,
    OWN_PLAN_SPEC,
    POST_SPEC,
    PUBLICATION_SPEC,
    QUARANTINED_SPEC,
    RECEIVED_HEAD_SPEC,
    REPORT_SPEC,
    RIGHTS_REQUEST_SPEC,
    ROSTER_SPEC,
    SESSION_SPEC,
    SLIP_SERIES_SPEC,
    SOURCE_SPEC,
    SUBCASE_SPEC,
    TIP_SPEC,
    PURGE_ORDER_SPEC,
    TRAINING_SPEC,
)
"""Of every kind, in alphabetical order. Telling them apart needs none of the models, which take their time to load."""
