"""Acts of persons that span several subjects."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.workflows.accounts.admission import Admission
    from anninh_core.workflows.accounts.deactivation import Deactivation
    from anninh_core.workflows.accounts.local_authenticator import LocalAuthenticator
    from anninh_core.workflows.accounts.own_account import OwnAccountChanges
    from anninh_core.workflows.accounts.own_passkeys import OwnPasskeyChanges
    from anninh_core.workflows.accounts.passkey_sign_in import PasskeySignIn
    from anninh_core.workflows.accounts.provider_sign_in import ProviderSignIn
    from anninh_core.workflows.accounts.proxy_authenticator import ProxyAuthenticator
    from anninh_core.workflows.accounts.sign_in import SignInDesk
    from anninh_core.workflows.case_threads import CaseThreads
    from anninh_core.workflows.claims import AlarmClaiming, TipClaiming
    from anninh_core.workflows.erasure import ErasureWorkflow
    from anninh_core.workflows.group_creation import GroupCreation
    from anninh_core.workflows.group_directory import GroupDirectory
    from anninh_core.workflows.incidents import IncidentWork
    from anninh_core.workflows.key_rotation import KeyRotation, RotatedKeys
    from anninh_core.workflows.ladders import AlarmLadders
    from anninh_core.workflows.message_triage import MessageTriage
    from anninh_core.workflows.moderation_decision import ModerationDecision
    from anninh_core.workflows.officers.hand_over import HandedOver, HandOver
    from anninh_core.workflows.officers.role_ending import RoleEnding
    from anninh_core.workflows.own_work.service import OwnWork
    from anninh_core.workflows.possible_steps.content import PossibleItemSteps
    from anninh_core.workflows.possible_steps.groups import PossibleGroupSteps
    from anninh_core.workflows.possible_steps.inquiries import PossibleInquirySteps
    from anninh_core.workflows.possible_steps.posts import PossiblePostSteps
    from anninh_core.workflows.possible_steps.programme import PossibleProgrammeSteps
    from anninh_core.workflows.possible_steps.reports import PossibleReportSteps
    from anninh_core.workflows.possible_steps.rights import PossibleRightsSteps
    from anninh_core.workflows.possible_steps.tips import PossibleTipSteps
    from anninh_core.workflows.provider import Workflows
    from anninh_core.workflows.publication.content_publication import ContentPublication
    from anninh_core.workflows.publication.leak_decision import LeakDecision
    from anninh_core.workflows.publication.previews import OutgoingPreviews
    from anninh_core.workflows.report_submission import ReportSubmission
    from anninh_core.workflows.rights.rights import RightsWorkflow
    from anninh_core.workflows.search.record_search import RecordSearch, SearchHit, SearchHits
    from anninh_core.workflows.tip_papers import TipPaperRendering
    from anninh_core.workflows.tip_routing import TipRouting

__all__ = [
    "Admission",
    "AlarmClaiming",
    "AlarmLadders",
    "CaseThreads",
    "ContentPublication",
    "Deactivation",
    "ErasureWorkflow",
    "GroupCreation",
    "GroupDirectory",
    "HandOver",
    "HandedOver",
    "IncidentWork",
    "KeyRotation",
    "LeakDecision",
    "LocalAuthenticator",
    "MessageTriage",
    "ModerationDecision",
    "OutgoingPreviews",
    "OwnAccountChanges",
    "OwnPasskeyChanges",
    "OwnWork",
    "PasskeySignIn",
    "PossibleGroupSteps",
    "PossibleInquirySteps",
    "PossibleItemSteps",
    "PossiblePostSteps",
    "PossibleProgrammeSteps",
    "PossibleReportSteps",
    "PossibleRightsSteps",
    "PossibleTipSteps",
    "ProviderSignIn",
    "ProxyAuthenticator",
    "RecordSearch",
    "ReportSubmission",
    "RightsWorkflow",
    "RoleEnding",
    "RotatedKeys",
    "SearchHit",
    "SearchHits",
    "SignInDesk",
    "TipClaiming",
    "TipPaperRendering",
    "TipRouting",
    "Workflows",
]

lazy(
    __name__,
    {
        "Admission": "accounts.admission",
        "AlarmClaiming": "claims",
        "AlarmLadders": "ladders",
        "CaseThreads": "case_threads",
        "ContentPublication": "publication.content_publication",
        "Deactivation": "accounts.deactivation",
        "ErasureWorkflow": "erasure",
        "GroupCreation": "group_creation",
        "GroupDirectory": "group_directory",
        "HandOver": "officers.hand_over",
        "HandedOver": "officers.hand_over",
        "IncidentWork": "incidents",
        "KeyRotation": "key_rotation",
        "LeakDecision": "publication.leak_decision",
        "LocalAuthenticator": "accounts.local_authenticator",
        "MessageTriage": "message_triage",
        "ModerationDecision": "moderation_decision",
        "OwnAccountChanges": "accounts.own_account",
        "OwnPasskeyChanges": "accounts.own_passkeys",
        "OwnWork": "own_work.service",
        "PasskeySignIn": "accounts.passkey_sign_in",
        "PossibleGroupSteps": "possible_steps.groups",
        "PossibleInquirySteps": "possible_steps.inquiries",
        "PossibleItemSteps": "possible_steps.content",
        "PossiblePostSteps": "possible_steps.posts",
        "PossibleProgrammeSteps": "possible_steps.programme",
        "PossibleReportSteps": "possible_steps.reports",
        "PossibleRightsSteps": "possible_steps.rights",
        "PossibleTipSteps": "possible_steps.tips",
        "ProviderSignIn": "accounts.provider_sign_in",
        "ProxyAuthenticator": "accounts.proxy_authenticator",
        "RecordSearch": "search.record_search",
        "OutgoingPreviews": "publication.previews",
        "ReportSubmission": "report_submission",
        "RightsWorkflow": "rights.rights",
        "RoleEnding": "officers.role_ending",
        "RotatedKeys": "key_rotation",
        "SearchHit": "search.record_search",
        "SearchHits": "search.record_search",
        "SignInDesk": "accounts.sign_in",
        "TipClaiming": "claims",
        "TipPaperRendering": "tip_papers",
        "TipRouting": "tip_routing",
        "Workflows": "provider",
    },
)
