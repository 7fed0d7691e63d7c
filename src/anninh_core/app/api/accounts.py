from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.accounts.administration import AccountAdministration
from anninh_core.domain.accounts.own.account import OwnAccount
from anninh_core.domain.accounts.own.passkeys import OwnPasskeys
from anninh_core.domain.accounts.tokens import ApiTokens
from anninh_core.workflows.accounts.admission import Admission
from anninh_core.workflows.accounts.own_account import OwnAccountChanges
from anninh_core.workflows.accounts.own_passkeys import OwnPasskeyChanges
from anninh_core.workflows.accounts.passkey_sign_in import PasskeySignIn
from anninh_core.workflows.accounts.provider_sign_in import ProviderSignIn
from anninh_core.workflows.accounts.sign_in import SignInDesk
from anninh_core.workflows.officers.role_ending import Deactivation

_sign_in_desk = part(lambda internals: internals.workflows.sign_in_desk)
_provider_sign_in = part(lambda internals: internals.workflows.provider_sign_in)
_passkey_sign_in = part(lambda internals: internals.workflows.passkey_sign_in)
_admission = part(lambda internals: internals.workflows.admission)
_own = part(lambda internals: internals.services.accounts.own)
_own_account = part(lambda internals: internals.workflows.own_account)
_own_passkeys = part(lambda internals: internals.workflows.own_passkeys)
_accounts_own_passkeys = part(lambda internals: internals.services.accounts.own_passkeys)
_api_tokens = part(lambda internals: internals.services.accounts.api_tokens)
_administration = part(lambda internals: internals.services.accounts.administration)
_deactivation = part(lambda internals: internals.workflows.deactivation)


class AccountsApi(Noun):
    """Accounts, sessions and API tokens.

    Verbs that authenticate a caller take no actor; every other verb takes the actor first.
    """

    sign_in = verb(_sign_in_desk, SignInDesk.sign_in)
    knows_place = verb(_sign_in_desk, SignInDesk.knows_place)
    request_chat_code = verb(_sign_in_desk, SignInDesk.request_chat_code)
    sign_in_by_chat_code = verb(_sign_in_desk, SignInDesk.sign_in_by_chat_code)
    set_up = verb(_sign_in_desk, SignInDesk.set_up)
    begin_session = verb(_sign_in_desk, SignInDesk.begin_session)
    begin_provider_sign_in = verb(_provider_sign_in, ProviderSignIn.begin)
    finish_provider_sign_in = verb(_provider_sign_in, ProviderSignIn.finish)
    passkey_origins = verb(_passkey_sign_in, PasskeySignIn.origins)
    begin_passkey_sign_in = verb(_passkey_sign_in, PasskeySignIn.begin)
    knows_passkey_place = verb(_passkey_sign_in, PasskeySignIn.knows_place)
    finish_passkey_sign_in = verb(_passkey_sign_in, PasskeySignIn.finish)
    resume = verb(_sign_in_desk, SignInDesk.resume)
    admit = verb(_admission, Admission.admit)
    authenticate_token = verb(_sign_in_desk, SignInDesk.authenticate_token)
    account = verb(_own, OwnAccount.account)
    change_password = verb(_own_account, OwnAccountChanges.change_password)
    begin_totp = verb(_own_account, OwnAccountChanges.begin_totp)
    confirm_totp = verb(_own, OwnAccount.confirm_totp)
    renew_recovery_codes = verb(_own, OwnAccount.renew_recovery_codes)
    step_up = verb(_own_account, OwnAccountChanges.step_up)
    begin_passkey = verb(_own_passkeys, OwnPasskeyChanges.begin_passkey)
    add_passkey = verb(_own_passkeys, OwnPasskeyChanges.add_passkey)
    passkeys = verb(_accounts_own_passkeys, OwnPasskeys.passkeys)
    remove_passkey = verb(_accounts_own_passkeys, OwnPasskeys.remove_passkey)
    begin_passkey_step_up = verb(_own_passkeys, OwnPasskeyChanges.begin_passkey_step_up)
    step_up_by_passkey = verb(_own_passkeys, OwnPasskeyChanges.step_up_by_passkey)
    sessions = verb(_own, OwnAccount.sessions)
    end_session = verb(_own, OwnAccount.end_session)
    sign_out = verb(_own, OwnAccount.sign_out)
    make_token = verb(_api_tokens, ApiTokens.make_token)
    tokens = verb(_api_tokens, ApiTokens.tokens)
    revoke_token = verb(_api_tokens, ApiTokens.revoke_token)
    tokens_of = verb(_api_tokens, ApiTokens.tokens_of)
    withdraw_token = verb(_api_tokens, ApiTokens.withdraw_token)
    account_of = verb(_administration, AccountAdministration.account_of)
    invite = verb(_administration, AccountAdministration.invite)
    reset_second_factor = verb(_administration, AccountAdministration.reset_second_factor)
    reset_by_operator = verb(_administration, AccountAdministration.reset_by_operator)
    end_sessions = verb(_administration, AccountAdministration.end_sessions)
    deactivate = verb(_deactivation, Deactivation.deactivate)
