"""Rules of signing in: lifetimes, valid sign-in names, and lookups of officers."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc, quote_text
from anninh_core.usecase.context import UseCaseContext
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.former_operations import get_current_name

NOWHERE = "nowhere"
"""Address that is used for a client whose address isn't known."""

_NAME = re.compile(r"[^\W_](?:[\w.@-]{1,62})[^\W_]")
_MAX_TYPED = 200  # This length is above that of any sign-in name.
_OPERATION = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,60}){1,2}")


@frozen(kw_only=True)
class SignInRules:
    """Lifetimes and limits of sessions, codes and tokens.

    Attributes:
        idle: idle time after which a session ends.
        session_life: longest duration of a session.
        fresh: how long a second factor counts as just shown.
        setup_life: lifetime of a code for setting name and password.
        chat_code_life: lifetime of a code that is sent to an officer's chat.
        token_life: longest lifetime of an API token.
        recovery_codes: number of recovery codes that an officer gets.
        max_tokens: maximal number of valid API tokens of an officer.
    """

    idle: timedelta = timedelta(minutes=30)
    session_life: timedelta = timedelta(hours=12)
    fresh: timedelta = timedelta(minutes=5)
    setup_life: timedelta = timedelta(hours=24)
    chat_code_life: timedelta = timedelta(minutes=10)
    token_life: timedelta = timedelta(days=366)
    recovery_codes: int = 10
    max_tokens: int = 50


@frozen(kw_only=True)
class Holder:
    """An officer with the facts that signing in needs.

    Attributes:
        unit: home unit of the officer.
        grants: names of the grants in force.
        takes_second_factor: whether a role in force requires a second factor at sign-in.
    """

    officer: str
    unit: str
    grants: tuple[str, ...]
    takes_second_factor: bool = False


@frozen
class OfficerLookups:
    """Lookups of officers by the account services.

    Attributes:
        find_holder: returns an officer on a day, or None if no officer with that id can be read.
        find_chat: returns the chat that is bound to an officer, "" for none.
    """

    find_holder: Callable[[UseCaseContext, str, date], Holder | None]
    find_chat: Callable[[UseCaseContext, str], str]


@frozen(kw_only=True)
class Client:
    """Client from which a person signs in.

    Attributes:
        address: network address, "" for a person at the machine itself. Stored as a keyed hash only.
        is_shared: whether the address is that of a proxy that the settings don't name, so that many people may share
            it.
        label: label that identifies the session to its owner, such as the name of a program.
        system_user: system account of a person at the machine itself.
    """

    address: str = ""
    is_shared: bool = False
    label: str = ""
    system_user: str = ""


def normalize_name(name: str) -> str:
    """Return the form in which sign-in names are compared."""
    return nfc(name[:_MAX_TYPED].encode(errors="replace").decode()).strip().casefold()


def require_name(name: str) -> str:
    """Return a sign-in name in the form in which names are compared.

    Raises:
        BadInput: the name is invalid.
    """
    chosen = normalize_name(name)
    if not _NAME.fullmatch(chosen):
        raise BadInput(
            "{name} isn't a valid sign-in name: use 3 to 64 letters and digits, and between them also the "
            "characters . - _ or @.",
            name=quote_text(name),
        )
    return chosen


def list_unit_names(district: District, unit: str) -> tuple[str, ...]:
    """Return the names of the district, and the names and aliases of a unit and the units above it."""
    units = [district.units[id] for id in district.ancestors(unit)]
    return (district.name, *(name for unit_above in units for name in (unit_above.name, *unit_above.aliases)))


def require_operation(name: str) -> str:
    """Return the current name of an operation, `subject.verb`; former names are translated.

    Raises:
        BadInput: the text isn't the name of an operation.
    """
    if not _OPERATION.fullmatch(name):
        raise BadInput(
            "{operation} isn't an operation: write it as subject.verb, such as tips.list.", operation=quote_text(name)
        )
    return get_current_name(name)
