"""Officers, their grants, chats and accounts; who of them is on duty, and what they have to know of."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain.accounts.service import Accounts
    from anninh_core.domain.drafts.service import Drafts
    from anninh_core.domain.duty.service import DutyService
    from anninh_core.domain.units.chats import OfficerChats
    from anninh_core.domain.units.service import Units
    from anninh_core.workflows import AlarmClaiming, AlarmLadders, HandOver, LabelBook, RoleEnding
    from anninh_core.workflows.provider import Workflows


class UnitsApi:
    """Officers and their grants. Every verb takes the actor first."""

    def __init__(
        self, units: "Units", ending: "RoleEnding", chats: "OfficerChats", handing: "HandOver", labels: "LabelBook"
    ) -> None:
        self.appoint = units.appoint
        self.grant = units.grant
        self.confirm_grant = units.confirm_grant
        self.revoke = ending.revoke
        self.hand_over = handing.hand_over
        self.break_glass = units.break_glass
        self.officer = units.officer
        self.officers = units.officers
        self.names = units.names
        self.whoami = units.whoami
        self.labels = labels.labels
        self.begin_binding = chats.begin_binding
        self.unbind = chats.unbind


class DutyApi:
    """Who is on duty, and what somebody has to know of. Every verb takes the actor first."""

    def __init__(self, duty: "DutyService", claims: "AlarmClaiming", ladders: "AlarmLadders") -> None:
        self.set_roster = duty.rosters.set_roster
        self.rosters = duty.rosters.rosters
        self.on_duty = duty.rosters.on_duty
        self.alarms = duty.alarms.alarms
        self.alarm = duty.alarms.alarm
        self.claim = claims.claim
        self.claim_for = claims.claim_for
        self.hand_up = claims.hand_up
        self.ladder = ladders.ladder
        self.running = ladders.running


class AccountsApi:
    """Accounts, sessions and API tokens.

    The first verbs make somebody known, and so take no actor; every other one takes the actor first.
    """

    def __init__(self, accounts: "Accounts", workflows: "Workflows") -> None:
        desk = workflows.sign_in_desk
        changes = workflows.own_account
        passkeys = workflows.own_passkeys
        self.sign_in = desk.sign_in
        self.knows_place = desk.knows_place
        self.request_chat_code = desk.request_chat_code
        self.sign_in_by_chat_code = desk.sign_in_by_chat_code
        self.set_up = desk.set_up
        self.begin_session = desk.begin_session
        self.begin_provider_sign_in = workflows.provider_sign_in.begin
        self.finish_provider_sign_in = workflows.provider_sign_in.finish
        self.passkey_origins = workflows.passkey_sign_in.origins
        self.begin_passkey_sign_in = workflows.passkey_sign_in.begin
        self.knows_passkey_place = workflows.passkey_sign_in.knows_place
        self.finish_passkey_sign_in = workflows.passkey_sign_in.finish
        self.resume = desk.resume
        self.admit = workflows.admission.admit
        self.authenticate_token = desk.authenticate_token
        self.account = accounts.own.account
        self.change_password = changes.change_password
        self.begin_totp = changes.begin_totp
        self.confirm_totp = accounts.own.confirm_totp
        self.renew_recovery_codes = accounts.own.renew_recovery_codes
        self.step_up = changes.step_up
        self.begin_passkey = passkeys.begin_passkey
        self.add_passkey = passkeys.add_passkey
        self.passkeys = accounts.own_passkeys.passkeys
        self.remove_passkey = accounts.own_passkeys.remove_passkey
        self.begin_passkey_step_up = passkeys.begin_passkey_step_up
        self.step_up_by_passkey = passkeys.step_up_by_passkey
        self.sessions = accounts.own.sessions
        self.end_session = accounts.own.end_session
        self.sign_out = accounts.own.sign_out
        self.make_token = accounts.api_tokens.make_token
        self.tokens = accounts.api_tokens.tokens
        self.revoke_token = accounts.api_tokens.revoke_token
        self.tokens_of = accounts.api_tokens.tokens_of
        self.withdraw_token = accounts.api_tokens.withdraw_token
        self.account_of = accounts.administration.account_of
        self.invite = accounts.administration.invite
        self.reset_second_factor = accounts.administration.reset_second_factor
        self.reset_by_operator = accounts.administration.reset_by_operator
        self.end_sessions = accounts.administration.end_sessions
        self.deactivate = workflows.deactivation.deactivate


class DraftsApi:
    """One's own drafts; they leave no entry in the journal. Every verb takes the actor first."""

    def __init__(self, drafts: "Drafts") -> None:
        self.save = drafts.save
        self.get = drafts.get
        self.list = drafts.list
        self.discard = drafts.discard
