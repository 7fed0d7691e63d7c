"""Build the components of an official account from its options."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_zalo.api.account import AccountApi
from anninh_zalo.groups.service import GroupChats
from anninh_zalo.history.backfill import BackfillSettings
from anninh_zalo.history.history import History
from anninh_zalo.options import AccountOptions
from anninh_zalo.policy.clock_skew import ClockSkew
from anninh_zalo.sending.parts import SplitOptions
from anninh_zalo.templates.template_sender import TemplateSender


class AccountContext(Protocol):
    """The parts of an account that its components need."""

    instance: str
    options: AccountOptions
    services: AdapterServices
    api: AccountApi
    clock_skew: ClockSkew


def build_split_options(options: AccountOptions) -> SplitOptions:
    """Return the options for splitting texts."""
    return SplitOptions(options.text_limit, options.numbering, options.text_count == "utf16", options.group_captions)


def build_groups(account: AccountContext) -> GroupChats:
    """Return the component for an account's group chats."""
    options = account.options
    return GroupChats(
        account.api,
        account.services,
        account.instance,
        admins=options.admins,
        kind=options.asset,
        name_limit=options.group_name_limit,
    )


def build_template_sender(account: AccountContext) -> TemplateSender:
    """Return the component that sends by template."""
    options = account.options
    templates = (options.template, options.phone_template)
    return TemplateSender(
        account.api,
        account.services,
        account.instance,
        *templates,
        development=options.development,
        inside=options.template_recipient == "inside",
    )


def build_history(account: AccountContext) -> History:
    """Return the component that reads an account's history."""
    options = account.options
    return History(
        account.api,
        account.services,
        account.instance,
        oa_id=options.oa_id,
        app_id=options.app_id,
        # The account may use groups only if it has an administrator, who is needed to create one.
        groups=bool(options.admins),
        cutting=build_split_options(options),
        habits=BackfillSettings(every=timedelta(minutes=options.catch_up_minutes)),
        their_clock=account.clock_skew,
    )


def read_domain_file(instance: str, path: str) -> Mapping[str, bytes]:
    """Return the domain verification file for Zalo, by its name; an empty mapping if `path` is "".

    Raises:
        ConfigurationError: the file can't be read.
    """
    if not path:
        return {}
    try:
        return {Path(path).name: Path(path).read_bytes()}
    except OSError as error:
        problem = type(error).__name__
        raise ConfigurationError(
            "The file in the option `domain_file` of messenger {messenger!r} can't be read ({reason}): "
            "choose the right file, or allow this program to read it.",
            messenger=instance,
            reason=problem,
        ) from None
