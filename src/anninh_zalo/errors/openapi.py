"""Codes of the official account API (openapi.zalo.me)."""

from datetime import timedelta

from anninh_zalo.errors.error_row import ErrorKind, ErrorRow, rows, table

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_LOGIN = "let an administrator of the account consent again: anninh zalo login"
_CONSOLE = "look at the application in Zalo's developer console"
_PACKAGE = "look at the account's package and verification in OA Manager"

ASSET_TAKEN = frozenset({-238, -241})
"""The asset can't carry this group: it carries another one, was disabled, or is too small."""

CODES = table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(-32, ErrorKind.RETRY, "too many requests this minute", "the next minute allows more", wait=_MINUTE),
    ErrorRow(-32, ErrorKind.RETRY, "the account's requests of this minute are used up", wait=_MINUTE, text="oa "),
    ErrorRow(-100, ErrorKind.REQUEST, "an uploaded file is older than 7 days", "upload it again, then send again"),
    ErrorRow(-200, ErrorKind.RETRY, "Zalo could not send it"),
    ErrorRow(-201, ErrorKind.REQUEST, "a parameter isn't valid"),
    ErrorRow(-201, ErrorKind.RECIPIENT, "Zalo doesn't know this recipient", text="user_id"),
    ErrorRow(-202, ErrorKind.REQUEST, "the request's signature isn't valid"),
    *rows(ErrorKind.PERSON, "the official account was deleted or doesn't exist", _PACKAGE, -204, -205),
    *rows(ErrorKind.PERSON, "the official account isn't set up for applications", _CONSOLE, -207, -208),
    ErrorRow(-209, ErrorKind.PERSON, "the application isn't activated or approved", _CONSOLE),
    ErrorRow(-210, ErrorKind.REQUEST, "a parameter is above its limit", "make it shorter or ask for less"),
    ErrorRow(
        -211, ErrorKind.LATER, "the quota of this function is used up", "it is tried again every hour", wait=_HOUR
    ),
    ErrorRow(-211, ErrorKind.PERSON, "the package's quota of this function is used up", _PACKAGE, text="package"),
    ErrorRow(-212, ErrorKind.PERSON, "the application isn't registered for this function", _CONSOLE),
    ErrorRow(
        -213,
        ErrorKind.RECIPIENT,
        "the person doesn't follow the account",
        "a template by telephone number may reach them",
    ),
    ErrorRow(-213, ErrorKind.REQUEST, "an attachment isn't valid", text="attachment"),
    ErrorRow(-214, ErrorKind.RETRY, "the article is still being made"),
    ErrorRow(-214, ErrorKind.REQUEST, "an attachment isn't valid", text="attachment"),
    ErrorRow(-215, ErrorKind.PERSON, "the application's id isn't valid", "correct the option app_id"),
    ErrorRow(-216, ErrorKind.AUTH, "the access token isn't valid or has expired", _LOGIN),
    ErrorRow(-217, ErrorKind.RECIPIENT, "the person doesn't want invitations of the account"),
    ErrorRow(-218, ErrorKind.LATER, "the person has received as much as they may for now", wait=6 * _HOUR),
    ErrorRow(-219, ErrorKind.PERSON, "the account removed or disabled the application", _LOGIN),
    ErrorRow(-220, ErrorKind.AUTH, "the access token has expired or was removed", _LOGIN),
    ErrorRow(-221, ErrorKind.PERSON, "the official account must be verified first", _PACKAGE),
    ErrorRow(-222, ErrorKind.RECIPIENT, "the person has been inactive for 45 days or blocked the account"),
    ErrorRow(-222, ErrorKind.AUTH, "the access token isn't valid", _LOGIN, text="token"),
    ErrorRow(-223, ErrorKind.PERSON, "the account didn't allow the application to use this function", _LOGIN),
    ErrorRow(-223, ErrorKind.LATER, "the month's articles are used up", wait=24 * _HOUR, text="article"),
    ErrorRow(-223, ErrorKind.LATER, "the quota of articles is used up", wait=24 * _HOUR, text="quota"),
    ErrorRow(-224, ErrorKind.PERSON, "the account's package is too small for this function", _PACKAGE),
    ErrorRow(-227, ErrorKind.RECIPIENT, "the person is banned or has been inactive for 45 days"),
    *rows(
        ErrorKind.RECIPIENT,
        "the person's last contact is more than 7 days ago, or there was none",
        "wait until they write, or send a template",
        -230,
        -232,
    ),
    ErrorRow(-233, ErrorKind.REQUEST, "this type of message isn't valid or not supported"),
    ErrorRow(-234, ErrorKind.LATER, "this type of message isn't sent between 22 and 6 o'clock", wait=_HOUR),
    ErrorRow(-235, ErrorKind.PERSON, "this type of account can't use the function", _PACKAGE),
    ErrorRow(
        -237, ErrorKind.PERSON, "the group is disabled: its asset has run out", "renew the group's asset in OA Manager"
    ),
    *rows(ErrorKind.REQUEST, "the group's asset is in use or disabled", "choose another asset", *sorted(ASSET_TAKEN)),
    ErrorRow(-240, ErrorKind.REQUEST, "this function of the API was shut down", "use a newer version of anninh"),
    ErrorRow(-242, ErrorKind.PERSON, "the proof of the app secret isn't right", "correct the option app_secret"),
    ErrorRow(-244, ErrorKind.RECIPIENT, "the person doesn't want messages of this type"),
    ErrorRow(
        -248, ErrorKind.REQUEST, "the content breaks the platform's rules", "don't send it again; write another text"
    ),
    ErrorRow(-249, ErrorKind.REQUEST, "the template can't be sent by user id", "choose a template that can"),
    *rows(ErrorKind.RECIPIENT, "the 48 hours for an answer are over", "wait until they write", -305, -311),
    ErrorRow(-320, ErrorKind.PERSON, "no Zalo Cloud Account is linked", "link one in OA Manager"),
    ErrorRow(-321, ErrorKind.PERSON, "the Zalo Cloud Account has no money", "top it up"),
    ErrorRow(
        -403, ErrorKind.REQUEST, "the account isn't in this group", "only groups that the account created can be used"
    ),
    *rows(ErrorKind.REQUEST, "the form isn't found or can't be used", "choose another form", -1340, -1341),
    *rows(ErrorKind.AUTH, "the access token isn't valid", _LOGIN, 401, -401, -124),
)
"""As Zalo's documentation and the code of others give them."""
