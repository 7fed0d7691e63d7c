"""Codes of the endpoint that gives tokens (oauth.zaloapp.com), as people met them: no list of Zalo's is public."""

from anninh_zalo.errors.row import Kind, Row, rows, table

_AGAIN = "let an administrator of the account consent again: anninh zalo login"

CODES = table(
    Row(0, Kind.OK, "success"),
    Row(-14002, Kind.PERSON, "the application's id isn't valid or it isn't active", "correct the option app_id"),
    Row(-14003, Kind.PERSON, "the address of the callback isn't the one in the console", "make both the same"),
    Row(
        -14004,
        Kind.PERSON,
        "the app secret isn't right",
        "correct the option app_secret (about 20 characters)",
    ),
    *rows(Kind.PERSON, "the account doesn't belong to this application", _AGAIN, -14012, -14024),
    Row(-14014, Kind.PERSON, "the refresh token was rejected", _AGAIN),
    Row(-14020, Kind.PERSON, "the refresh token was used before or has expired", _AGAIN),
    Row(-14029, Kind.PERSON, "the application isn't approved", "have it approved in the developer console"),
    Row(-118, Kind.PERSON, "the code or the refresh token isn't valid", _AGAIN),
)

SPENT = frozenset({-14014, -14020, -118})
"""What is said of a refresh token that can't be used (again). Sources disagree which: all three are taken so."""
