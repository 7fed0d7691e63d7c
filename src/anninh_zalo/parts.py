"""Builds the components of an official account from its options."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.adapter import AdapterServices
from anninh_zalo.api.account import AccountApi
from anninh_zalo.groups.service import Groups
from anninh_zalo.history.history import History
from anninh_zalo.history.missed import Habits
from anninh_zalo.options import Options
from anninh_zalo.rules.clocks import TheirClock
from anninh_zalo.sending.pieces import Cutting
from anninh_zalo.templates.sending import Templates


class Account(Protocol):
    """What the parts need of their account."""

    instance: str
    options: Options
    services: AdapterServices
    api: AccountApi
    their_clock: TheirClock


def cutting_of(options: Options) -> Cutting:
    """Return how texts are cut."""
    return Cutting(options.text_limit, options.numbering, options.text_count == "utf16", options.group_captions)


def groups_of(account: Account) -> Groups:
    """Return what runs an account's group chats."""
    options = account.options
    return Groups(
        account.api,
        account.services,
        account.instance,
        admins=options.admins,
        kind=options.asset,
        name_limit=options.group_name_limit,
    )


def templates_of(account: Account) -> Templates:
    """Return what sends by template."""
    options = account.options
    chosen = (options.template, options.phone_template)
    return Templates(
        account.api,
        account.services,
        account.instance,
        *chosen,
        development=options.development,
        inside=options.template_recipient == "inside",
    )


def history_of(account: Account) -> History:
    """Return what reads an account's history."""
    options = account.options
    return History(
        account.api,
        account.services,
        account.instance,
        oa_id=options.oa_id,
        app_id=options.app_id,
        groups=bool(options.admins),  # nobody else can have made one
        cutting=cutting_of(options),
        habits=Habits(every=timedelta(minutes=options.catch_up_minutes)),
        their_clock=account.their_clock,
    )


def domain_file(instance: str, path: str) -> Mapping[str, bytes]:
    """Return the file that shows Zalo that our address is ours, by its name; nothing where there is no path.

    Raises:
        ConfigurationError: it can't be read.
    """
    if not path:
        return {}
    try:
        return {Path(path).name: Path(path).read_bytes()}
    except OSError as error:
        problem = type(error).__name__
        raise ConfigurationError(f"messenger {instance!r}: domain_file can't be read: {problem}") from None
