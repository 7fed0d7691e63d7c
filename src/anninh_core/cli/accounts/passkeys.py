"""`anninh account passkeys` and `remove-passkey`: the officer's own passkeys, which are added in a browser."""

from collections.abc import Iterable
from typing import Any

from anninh_core.cli.frame.common import build_id_column
from anninh_core.cli.frame.declaration import AnswerTable, Column, CommandSubject, DayCommand, Done
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.subjects import build_finder
from anninh_core.language.catalogue import marked


def _list_passkeys(desk: Desk) -> Iterable[Any]:
    passkeys: Iterable[Any] = desk.read("accounts.passkeys")
    return passkeys


_COLUMNS = (
    Column(heading=marked("name"), of="name"),
    Column(heading=marked("added"), of="added_at"),
    Column(heading=marked("last used"), of="used_at"),
)

COMMANDS = (
    DayCommand(
        name="passkeys",
        operation="accounts.passkeys",
        help=marked(
            "List your passkeys.\n\nOne is added in a browser only: on the page of the office where you sign in, with "
            "the device that will hold it."
        ),
        shows=AnswerTable(
            columns=(build_id_column(), *_COLUMNS),
            empty=marked(
                "You have no passkey. One is added in a browser, on the page of the office where you sign in."
            ),
        ),
    ),
    DayCommand(
        name="remove-passkey",
        operation="accounts.remove_passkey",
        help=marked(
            "Remove one of your passkeys, such as of a device that is lost.\n\nYour other sign-ins and API tokens end. "
            "It takes a second factor that was shown just now: `anninh account step-up`."
        ),
        subject=CommandSubject(
            argument="passkey_id",
            metavar="ID",
            question=marked("Which passkey? The end of its id, as the list shows it"),
            finds=build_finder("", "", _list_passkeys),
            brief=_COLUMNS,
            may_begin_with_dash=True,  # One passkey id in 64 begins with a dash.
        ),
        shows=Done(sentence=marked("The passkey is removed; your other sign-ins and API tokens have ended.")),
        confirms=marked("The passkey {name} signs in nowhere any more, and your other sign-ins and API tokens end."),
    ),
)
