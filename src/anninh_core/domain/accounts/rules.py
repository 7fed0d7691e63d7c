"""Rules of signing in: how long things hold, what a sign-in name may be, and what is asked about an officer."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import nfc, quote
from anninh_core.usecase.context import UseCaseContext
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.former_operations import current_name

NOWHERE = "nowhere"
"""The address of whoever comes from none that is known."""

_NAME = re.compile(r"[^\W_](?:[\w.@-]{1,62})[^\W_]")
_MAX_TYPED = 200  # more than any name has
_OPERATION = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,60}){1,2}")


@frozen(kw_only=True)
class SignInRules:
    """How long things hold.

    Attributes:
        idle: a session ends after so long a rest.
        session_life: and after so long in any case.
        fresh: how long a second factor counts as shown just now.
        setup_life: of a code that sets name and password.
        chat_code_life: of a code that is sent to an officer's chat.
        token_life: of an API token at most.
        recovery_codes: how many are given.
        max_tokens: living API tokens of one officer.
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
    """What signing in asks about an officer.

    Attributes:
        unit: where the officer is at home.
        grants: names of the grants in force.
        takes_second_factor: whether a role in force takes a second factor at the sign-in.
    """

    officer: str
    unit: str
    grants: tuple[str, ...]
    takes_second_factor: bool = False


@frozen
class OfficerLookups:
    """What accounts ask of the officers.

    Attributes:
        find_holder: returns what is known of an officer on a day; None where nobody of that id can be read.
        find_chat: returns the chat that is bound to an officer, "" for none.
    """

    find_holder: Callable[[UseCaseContext, str, date], Holder | None]
    find_chat: Callable[[UseCaseContext, str], str]


@frozen(kw_only=True)
class Client:
    """From where somebody signs in.

    Attributes:
        address: of the network, "" for somebody at the machine itself. Stored as a keyed hash only.
        is_shared: whether the address is that of a proxy that the settings don't name, so that anybody may have it.
        label: what the owner recognises the session by, such as the name of a program.
        system_user: name of the machine's user, for somebody at the machine itself.
    """

    address: str = ""
    is_shared: bool = False
    label: str = ""
    system_user: str = ""


def normalize_name(name: str) -> str:
    """Return the form in which sign-in names are compared."""
    return nfc(name[:_MAX_TYPED].encode(errors="replace").decode()).strip().casefold()


def require_name(name: str) -> str:
    """Return a sign-in name that somebody chose, in the form in which names are compared.

    Raises:
        BadInput: it isn't fit.
    """
    chosen = normalize_name(name)
    if not _NAME.fullmatch(chosen):
        raise BadInput(
            "{name} isn't a valid sign-in name: use 3 to 64 letters and digits, and between them also the "
            "characters . - _ or @.",
            name=quote(name),
        )
    return chosen


def list_unit_names(district: District, unit: str) -> tuple[str, ...]:
    """Return by what a unit, those above it and the district are called."""
    units = [district.units[id] for id in district.ancestors(unit)]
    return (district.name, *(name for one in units for name in (one.name, *one.aliases)))


def require_operation(name: str) -> str:
    """Return the name of an operation, `subject.verb`; a former name becomes the present one.

    Raises:
        BadInput: it isn't one.
    """
    if not _OPERATION.fullmatch(name):
        raise BadInput(
            "{operation} isn't an operation: write it as subject.verb, such as tips.list.", operation=quote(name)
        )
    return current_name(name)
