"""Table of the commands that carry out operations, as messages to officers name them."""

from collections.abc import Mapping

from anninh_core.cli.acts.by_hand import BY_HAND
from anninh_core.cli.acts.names import find_command_group, find_command_name
from anninh_core.vocabulary.former_operations import get_current_name

COMMANDS: Mapping[str, str] = {
    "accounts.begin_totp": "account totp",
    "accounts.change_password": "account password",
    "accounts.invite": "officers invite",
    "accounts.make_token": "account token",
    "accounts.passkeys": "account passkeys",
    "accounts.remove_passkey": "account remove-passkey",
    "accounts.revoke_token": "account revoke-token",
    "accounts.sessions": "account sessions",
    "accounts.tokens": "account tokens",
    "audit.export": "audit export",
    "audit.export_heads": "audit heads export",
    "audit.receive_heads": "audit heads receive",
    "audit.sign_head": "audit heads sign",
    "audit.verify": "audit verify",
    "conversations.assign_message": "tips assign-message",
    "conversations.unassigned": "tips unassigned",
    "duty.alarms": "duty alarms",
    "duty.set_roster": "duty set",
    "failures.troubles": "failures list",
    "keys.status": "keys status",
    "leaks.findings": "leaks list",
    "quarantine.items": "quarantine list",
    "retention.erase": "people erase",
    "retention.erasures": "people list",
    "retention.holds": "retention holds",
    "retention.order_purge": "retention order",
    "retention.preview": "retention preview",
    "retention.refuse_erasure": "people refuse",
    "retention.release_hold": "retention release",
    "units.begin_binding": "officers bind",
    "units.confirm_grant": "officers confirm",
    "units.grant": "officers grant",
    "units.officers": "officers list",
    "units.revoke": "officers revoke",
}
"""Words of the command without `anninh`, by operation, for nouns without derived commands."""


def find_command(operation: str) -> str:
    """Return the command of an operation, without `anninh`; `call OPERATION` if it has no command of its own."""
    operation = get_current_name(operation)
    if operation in BY_HAND:
        return BY_HAND[operation].command
    group = find_command_group(operation.rpartition(".")[0])
    if group:
        return f"{group} {find_command_name(operation)}"
    return COMMANDS.get(operation, f"call {operation}")
