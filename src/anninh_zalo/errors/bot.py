"""Codes of the Zalo Bot platform (bot-api.zaloplatforms.com)."""

from datetime import timedelta

from anninh_zalo.errors.error_row import ErrorKind, ErrorRow, table

CODES = table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(400, ErrorKind.REQUEST, "the request isn't valid"),
    ErrorRow(
        401, ErrorKind.PERSON, "the bot's token isn't valid", "put the token from Zalo Bot Manager into the options"
    ),
    ErrorRow(403, ErrorKind.RETRY, "Zalo had a problem of its own", sending=ErrorKind.UNKNOWN),
    ErrorRow(404, ErrorKind.REQUEST, "the chat or the method isn't found", sending=ErrorKind.RECIPIENT),
    ErrorRow(408, ErrorKind.RETRY, "Zalo took too long", sending=ErrorKind.UNKNOWN),
    ErrorRow(
        429,
        ErrorKind.LATER,
        "the bot's quota is used up",
        "the plan allows so many a month",
        wait=timedelta(minutes=10),
    ),
)
"""As Zalo's documentation gives them; it labels 403 an internal error."""
