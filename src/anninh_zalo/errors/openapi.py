"""Codes of the official account API (openapi.zalo.me)."""

from datetime import timedelta

from anninh_zalo.errors.row import Kind, Row, rows, table

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_LOGIN = "let an administrator of the account consent again: anninh zalo login"
_CONSOLE = "look at the application in Zalo's developer console"
_PACKAGE = "look at the account's package and verification in OA Manager"

ASSET_TAKEN = frozenset({-238, -241})
"""The asset can't carry this group: it carries another one, was disabled, or is too small."""

CODES = table(
    Row(0, Kind.OK, "success"),
    Row(-32, Kind.RETRY, "too many requests this minute", "the next minute allows more", wait=_MINUTE),
    Row(-32, Kind.RETRY, "the account's requests of this minute are used up", wait=_MINUTE, text="oa "),
    Row(-100, Kind.REQUEST, "an uploaded file is older than 7 days", "upload it again, then send again"),
    Row(-200, Kind.RETRY, "Zalo could not send it"),
    Row(-201, Kind.REQUEST, "a parameter isn't valid"),
    Row(-201, Kind.RECIPIENT, "Zalo doesn't know this recipient", text="user_id"),
    Row(-202, Kind.REQUEST, "the request's signature isn't valid"),
    *rows(Kind.PERSON, "the official account was deleted or doesn't exist", _PACKAGE, -204, -205),
    *rows(Kind.PERSON, "the official account isn't set up for applications", _CONSOLE, -207, -208),
    Row(-209, Kind.PERSON, "the application isn't activated or approved", _CONSOLE),
    Row(-210, Kind.REQUEST, "a parameter is above its limit", "make it shorter or ask for less"),
    Row(-211, Kind.LATER, "the quota of this function is used up", "it is tried again every hour", wait=_HOUR),
    Row(-211, Kind.PERSON, "the package's quota of this function is used up", _PACKAGE, text="package"),
    Row(-212, Kind.PERSON, "the application isn't registered for this function", _CONSOLE),
    Row(-213, Kind.RECIPIENT, "the person doesn't follow the account", "a template by telephone number may reach them"),
    Row(-213, Kind.REQUEST, "an attachment isn't valid", text="attachment"),
    Row(-214, Kind.RETRY, "the article is still being made"),
    Row(-214, Kind.REQUEST, "an attachment isn't valid", text="attachment"),
    Row(-215, Kind.PERSON, "the application's id isn't valid", "correct the option app_id"),
    Row(-216, Kind.AUTH, "the access token isn't valid or has expired", _LOGIN),
    Row(-217, Kind.RECIPIENT, "the person doesn't want invitations of the account"),
    Row(-218, Kind.LATER, "the person has received as much as they may for now", wait=6 * _HOUR),
    Row(-219, Kind.PERSON, "the account removed or disabled the application", _LOGIN),
    Row(-220, Kind.AUTH, "the access token has expired or was removed", _LOGIN),
    Row(-221, Kind.PERSON, "the official account must be verified first", _PACKAGE),
    Row(-222, Kind.RECIPIENT, "the person has been inactive for 45 days or blocked the account"),
    Row(-222, Kind.AUTH, "the access token isn't valid", _LOGIN, text="token"),
    Row(-223, Kind.PERSON, "the account didn't allow the application to use this function", _LOGIN),
    Row(-223, Kind.LATER, "the month's articles are used up", wait=24 * _HOUR, text="article"),
    Row(-223, Kind.LATER, "the quota of articles is used up", wait=24 * _HOUR, text="quota"),
    Row(-224, Kind.PERSON, "the account's package is too small for this function", _PACKAGE),
    Row(-227, Kind.RECIPIENT, "the person is banned or has been inactive for 45 days"),
    *rows(
        Kind.RECIPIENT,
        "the person's last contact is more than 7 days ago, or there was none",
        "wait until they write, or send a template",
        *(-230, -232),
    ),
    Row(-233, Kind.REQUEST, "this type of message isn't valid or not supported"),
    Row(-234, Kind.LATER, "this type of message isn't sent between 22 and 6 o'clock", wait=_HOUR),
    Row(-235, Kind.PERSON, "this type of account can't use the function", _PACKAGE),
    Row(-237, Kind.PERSON, "the group is disabled: its asset has run out", "renew the group's asset in OA Manager"),
    *rows(Kind.REQUEST, "the group's asset is in use or disabled", "choose another asset", *sorted(ASSET_TAKEN)),
    Row(-240, Kind.REQUEST, "this function of the API was shut down", "use a newer version of anninh"),
    Row(-242, Kind.PERSON, "the proof of the app secret isn't right", "correct the option app_secret"),
    Row(-244, Kind.RECIPIENT, "the person doesn't want messages of this type"),
    Row(-248, Kind.REQUEST, "the content breaks the platform's rules", "don't send it again; write another text"),
    Row(-249, Kind.REQUEST, "the template can't be sent by user id", "choose a template that can"),
    *rows(Kind.RECIPIENT, "the 48 hours for an answer are over", "wait until they write", -305, -311),
    Row(-320, Kind.PERSON, "no Zalo Cloud Account is linked", "link one in OA Manager"),
    Row(-321, Kind.PERSON, "the Zalo Cloud Account has no money", "top it up"),
    Row(-403, Kind.REQUEST, "the account isn't in this group", "only groups that the account created can be used"),
    *rows(Kind.REQUEST, "the form isn't found or can't be used", "choose another form", -1340, -1341),
    *rows(Kind.AUTH, "the access token isn't valid", _LOGIN, 401, -401, -124),
)
"""As Zalo's documentation and the code of others give them."""
