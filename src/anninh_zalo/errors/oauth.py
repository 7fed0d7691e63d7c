"""Codes of the endpoint that gives tokens (oauth.zaloapp.com), as people met them: no list of Zalo's is public."""

from anninh_zalo.errors.error_row import ErrorKind, ErrorRow, rows, table

_AGAIN = "let an administrator of the account consent again: anninh zalo login"

CODES = table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(
        -14002, ErrorKind.PERSON, "the application's id isn't valid or it isn't active", "correct the option app_id"
    ),
    ErrorRow(
        -14003, ErrorKind.PERSON, "the address of the callback isn't the one in the console", "make both the same"
    ),
    ErrorRow(
        -14004,
        ErrorKind.PERSON,
        "the app secret isn't right",
        "correct the option app_secret (about 20 characters)",
    ),
    *rows(ErrorKind.PERSON, "the account doesn't belong to this application", _AGAIN, -14012, -14024),
    ErrorRow(-14014, ErrorKind.PERSON, "the refresh token was rejected", _AGAIN),
    ErrorRow(-14020, ErrorKind.PERSON, "the refresh token was used before or has expired", _AGAIN),
    ErrorRow(-14029, ErrorKind.PERSON, "the application isn't approved", "have it approved in the developer console"),
    ErrorRow(-118, ErrorKind.PERSON, "the code or the refresh token isn't valid", _AGAIN),
)

SPENT = frozenset({-14014, -14020, -118})
"""What is said of a refresh token that can't be used (again). Sources disagree which: all three are taken so."""
