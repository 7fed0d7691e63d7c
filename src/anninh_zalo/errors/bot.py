"""Codes of the Zalo Bot platform (bot-api.zaloplatforms.com)."""

from datetime import timedelta

from anninh_zalo.errors.row import Kind, Row, table

CODES = table(
    Row(0, Kind.OK, "success"),
    Row(400, Kind.REQUEST, "the request isn't valid"),
    Row(401, Kind.PERSON, "the bot's token isn't valid", "put the token from Zalo Bot Manager into the options"),
    Row(403, Kind.RETRY, "Zalo had a problem of its own", sending=Kind.UNKNOWN),
    Row(404, Kind.REQUEST, "the chat or the method isn't found", sending=Kind.RECIPIENT),
    Row(408, Kind.RETRY, "Zalo took too long", sending=Kind.UNKNOWN),
    Row(429, Kind.LATER, "the bot's quota is used up", "the plan allows so many a month", wait=timedelta(minutes=10)),
)
"""As Zalo's documentation gives them; it labels 403 an internal error."""
