"""Meanings of Zalo's error codes: one table per host, because the same number means different things on each."""

from datetime import timedelta

from anninh_core.kernel.sentences import Sentence
from anninh_zalo.errors.error_row import ErrorKind, ErrorRow, build_rows, build_table

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_LOGIN = Sentence("let an administrator of the account consent again with `anninh zalo login`")
_CONSOLE = Sentence("check the application in Zalo's developer console")
_PACKAGE = Sentence("check the account's package and verification in OA Manager")
_FIELDS = Sentence("correct the template's data")
_NOBODY = Sentence("reach them another way")
_ACCOUNT = Sentence("check the account, its application and its Zalo Cloud Account")

ASSET_TAKEN = frozenset({-238, -241})
"""The asset can't carry this group: it carries another one, was disabled, or is too small."""

SPENT = frozenset({-14014, -14020, -118})
"""Error codes for a refresh token that can't be used, or not again. Sources disagree on the code, so that all three
count.
"""

OPENAPI_CODES = build_table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(-32, ErrorKind.RETRY, "too many requests this minute", "wait for the next minute", wait=_MINUTE),
    ErrorRow(-32, ErrorKind.RETRY, "the account has used up its requests for this minute", wait=_MINUTE, text="oa "),
    ErrorRow(
        -100,
        ErrorKind.REQUEST,
        "an uploaded file is older than 7 days",
        "upload the file again, then send the message again",
    ),
    ErrorRow(-200, ErrorKind.RETRY, "Zalo couldn't send the message"),
    ErrorRow(-201, ErrorKind.REQUEST, "a parameter isn't valid"),
    ErrorRow(-201, ErrorKind.RECIPIENT, "Zalo doesn't know this recipient", text="user_id"),
    ErrorRow(-202, ErrorKind.REQUEST, "the request's signature isn't valid"),
    *build_rows(ErrorKind.PERSON, "the official account was deleted or doesn't exist", _PACKAGE, -204, -205),
    *build_rows(ErrorKind.PERSON, "the official account isn't set up for applications", _CONSOLE, -207, -208),
    ErrorRow(-209, ErrorKind.PERSON, "the application hasn't been activated or approved", _CONSOLE),
    ErrorRow(-210, ErrorKind.REQUEST, "a parameter exceeds its limit", "make it shorter, or ask for less"),
    ErrorRow(
        -211, ErrorKind.LATER, "the quota of this function is used up", "anninh tries again every hour", wait=_HOUR
    ),
    ErrorRow(-211, ErrorKind.PERSON, "the package's quota of this function is used up", _PACKAGE, text="package"),
    ErrorRow(-212, ErrorKind.PERSON, "the application isn't registered for this function", _CONSOLE),
    ErrorRow(
        -213,
        ErrorKind.RECIPIENT,
        "the person doesn't follow the account",
        "try a template by telephone number",
    ),
    ErrorRow(-213, ErrorKind.REQUEST, "an attachment isn't valid", text="attachment"),
    ErrorRow(-214, ErrorKind.RETRY, "the article is still being made"),
    ErrorRow(-214, ErrorKind.REQUEST, "an attachment isn't valid", text="attachment"),
    ErrorRow(-215, ErrorKind.PERSON, "the application's id isn't valid", "correct the option app_id"),
    ErrorRow(-216, ErrorKind.AUTH, "the access token isn't valid or has expired", _LOGIN),
    ErrorRow(-217, ErrorKind.RECIPIENT, "the person doesn't want invitations from the account"),
    ErrorRow(-218, ErrorKind.LATER, "the person can't receive any more messages for now", wait=6 * _HOUR),
    ErrorRow(-219, ErrorKind.PERSON, "the account removed or disabled the application", _LOGIN),
    ErrorRow(-220, ErrorKind.AUTH, "the access token has expired or was removed", _LOGIN),
    ErrorRow(-221, ErrorKind.PERSON, "the official account must be verified first", _PACKAGE),
    ErrorRow(-222, ErrorKind.RECIPIENT, "the person has been inactive for 45 days or has blocked the account"),
    ErrorRow(-222, ErrorKind.AUTH, "the access token isn't valid", _LOGIN, text="token"),
    ErrorRow(-223, ErrorKind.PERSON, "the account hasn't allowed the application to use this function", _LOGIN),
    ErrorRow(-223, ErrorKind.LATER, "this month's articles are used up", wait=24 * _HOUR, text="article"),
    ErrorRow(-223, ErrorKind.LATER, "the quota of articles is used up", wait=24 * _HOUR, text="quota"),
    ErrorRow(-224, ErrorKind.PERSON, "the account's package doesn't include this function", _PACKAGE),
    ErrorRow(-227, ErrorKind.RECIPIENT, "the person is banned or has been inactive for 45 days"),
    *build_rows(
        ErrorKind.RECIPIENT,
        "the person's last contact was more than 7 days ago, or there was none",
        "wait until they write, or send a template",
        -230,
        -232,
    ),
    ErrorRow(-233, ErrorKind.REQUEST, "this type of message isn't valid or supported"),
    ErrorRow(-234, ErrorKind.LATER, "this type of message isn't sent between 22:00 and 6:00", wait=_HOUR),
    ErrorRow(-235, ErrorKind.PERSON, "this type of account can't use the function", _PACKAGE),
    ErrorRow(
        -237,
        ErrorKind.PERSON,
        "the group is disabled because its asset has ended",
        "renew the group's asset in OA Manager",
    ),
    *build_rows(
        ErrorKind.REQUEST, "the group's asset is in use or disabled", "choose another asset", *sorted(ASSET_TAKEN)
    ),
    ErrorRow(-240, ErrorKind.REQUEST, "this function of the API was shut down", "update anninh"),
    ErrorRow(-242, ErrorKind.PERSON, "the proof of the app secret isn't correct", "correct the option app_secret"),
    ErrorRow(-244, ErrorKind.RECIPIENT, "the person doesn't want messages of this type"),
    ErrorRow(
        -248,
        ErrorKind.REQUEST,
        "the content breaks the platform's rules",
        "don't send it again, but write another text",
    ),
    ErrorRow(
        -249,
        ErrorKind.REQUEST,
        "the template can't be sent by user id",
        "choose a template that can be sent by user id",
    ),
    *build_rows(ErrorKind.RECIPIENT, "the 48 hours for a reply have passed", "wait until they write", -305, -311),
    ErrorRow(-320, ErrorKind.PERSON, "no Zalo Cloud Account is linked", "link one in OA Manager"),
    ErrorRow(-321, ErrorKind.PERSON, "the Zalo Cloud Account has no money", "top up the Zalo Cloud Account"),
    ErrorRow(-403, ErrorKind.REQUEST, "the account isn't in this group", "use a group that the account created"),
    *build_rows(ErrorKind.REQUEST, "the form doesn't exist or can't be used", "choose another form", -1340, -1341),
    *build_rows(ErrorKind.AUTH, "the access token isn't valid", _LOGIN, 401, -401, -124),
)
"""Codes of the official account API (openapi.zalo.me), from Zalo's documentation and other programs' code."""

BUSINESS_CODES = build_table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(-100, ErrorKind.RETRY, "Zalo had an internal error"),
    ErrorRow(-124, ErrorKind.AUTH, "the access token isn't valid", _LOGIN),
    *build_rows(ErrorKind.REQUEST, "a parameter isn't valid", _FIELDS, -106, -107),
    ErrorRow(-108, ErrorKind.REQUEST, "the telephone number isn't valid", "correct the telephone number"),
    *build_rows(ErrorKind.REQUEST, "the template's id isn't valid", "correct the template's id", -109, -1091),
    *build_rows(
        ErrorKind.REQUEST, "the template's data isn't valid", _FIELDS, -111, -112, -1123, -1124, -113, -1131, -116
    ),
    ErrorRow(-1121, ErrorKind.REQUEST, "a field of the template is too long", _FIELDS),
    ErrorRow(-1122, ErrorKind.REQUEST, "a field of the template is missing", _FIELDS),
    *build_rows(ErrorKind.REQUEST, "the request isn't valid", _FIELDS, -121, -122, -123, -128, -129, -130, -132),
    ErrorRow(-1241, ErrorKind.PERSON, "the proof of the app secret isn't correct", "correct the option app_secret"),
    *build_rows(ErrorKind.REQUEST, "the request isn't valid", _FIELDS, -142, -143, -148, -149, -1491),
    ErrorRow(-150, ErrorKind.REQUEST, "the journey isn't valid", _FIELDS),
    *build_rows(ErrorKind.REQUEST, "the request isn't valid", _FIELDS, -151, -152, -153, -158, -159, -161, -162),
    ErrorRow(-110, ErrorKind.RECIPIENT, "the person's version of Zalo is too old", _NOBODY),
    *build_rows(ErrorKind.RECIPIENT, "the telephone number can't be reached", _NOBODY, -114, -118),
    ErrorRow(-119, ErrorKind.RECIPIENT, "the recipient's account can't receive messages of this type", _NOBODY),
    *build_rows(ErrorKind.RECIPIENT, "the person doesn't want messages of this type", _NOBODY, -139, -140, -141),
    *build_rows(
        ErrorKind.PERSON, "the application or the account may not do this", _ACCOUNT, -101, -102, -103, -104, -105
    ),
    ErrorRow(-115, ErrorKind.PERSON, "the account has no money", "top up the Zalo Cloud Account"),
    *build_rows(ErrorKind.PERSON, "the account may not use this template", _ACCOUNT, -117, -120, -1201, -1202),
    *build_rows(ErrorKind.PERSON, "the account's quota or rights don't cover this", _ACCOUNT, -125, -126, -127),
    ErrorRow(
        -131, ErrorKind.PERSON, "the template isn't approved", "wait for its approval, or choose another template"
    ),
    *build_rows(
        ErrorKind.PERSON,
        "the account may not send messages of this type",
        _ACCOUNT,
        -135,
        -1351,
        -136,
        -137,
        -138,
        -1381,
    ),
    ErrorRow(-145, ErrorKind.PERSON, "the account may not send this kind of template", _ACCOUNT),
    ErrorRow(
        -146, ErrorKind.PERSON, "the template was disabled because of its low "
            "quality", "write a better template and have it approved"
    ),
    ErrorRow(-133, ErrorKind.LATER, "this template isn't sent at night", wait=_HOUR),
    ErrorRow(-134, ErrorKind.PERSON, "Zalo's list of codes doesn't explain this one", "ask Zalo's support"),
    ErrorRow(-144, ErrorKind.LATER, "the account has used up its messages for today", wait=6 * _HOUR),
    ErrorRow(-1441, ErrorKind.LATER, "this month's promotions are used up", wait=24 * _HOUR),
    ErrorRow(-147, ErrorKind.LATER, "the template has used up its messages for today", wait=6 * _HOUR),
    *build_rows(
        ErrorKind.LATER, "the person can't receive any more messages for "
            "now", "anninh tries again later", -1471, -1472, -160,
        wait=6 * _HOUR,
    ),
)  # fmt: skip
"""Codes of messages by template to telephone numbers (business.openapi.zalo.me: ZNS, now ZBS), from Zalo's
documentation and other programs' code; some of these give only the class of a code, and so does this table.
"""

OAUTH_CODES = build_table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(
        -14002,
        ErrorKind.PERSON,
        "the application's id isn't valid, or the application isn't active",
        "correct the option app_id",
    ),
    ErrorRow(
        -14003,
        ErrorKind.PERSON,
        "the callback address isn't the one in Zalo's developer console",
        "make both addresses the same",
    ),
    ErrorRow(
        -14004,
        ErrorKind.PERSON,
        "the app secret isn't correct",
        "correct the option app_secret (about 20 characters)",
    ),
    *build_rows(ErrorKind.PERSON, "the account doesn't belong to this application", _LOGIN, -14012, -14024),
    ErrorRow(-14014, ErrorKind.PERSON, "the refresh token was rejected", _LOGIN),
    ErrorRow(-14020, ErrorKind.PERSON, "the refresh token was used before or has expired", _LOGIN),
    ErrorRow(
        -14029, ErrorKind.PERSON, "the application isn't approved", "have it approved in Zalo's developer console"
    ),
    ErrorRow(-118, ErrorKind.PERSON, "the authorization code or the refresh token isn't valid", _LOGIN),
)
"""Codes of the token endpoint (oauth.zaloapp.com), as observed: Zalo publishes no list."""

BOT_CODES = build_table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(400, ErrorKind.REQUEST, "the request isn't valid"),
    ErrorRow(
        401, ErrorKind.PERSON, "the bot's token isn't valid", "copy the token from Zalo Bot Manager into the options"
    ),
    ErrorRow(403, ErrorKind.RETRY, "Zalo had an internal error", sending=ErrorKind.UNKNOWN),
    ErrorRow(404, ErrorKind.REQUEST, "the chat or the method doesn't exist", sending=ErrorKind.RECIPIENT),
    ErrorRow(408, ErrorKind.RETRY, "Zalo didn't answer in time", sending=ErrorKind.UNKNOWN),
    ErrorRow(
        429,
        ErrorKind.LATER,
        "the bot's quota is used up",
        "wait until the plan's monthly quota allows more",
        wait=timedelta(minutes=10),
    ),
)
"""Codes of the Zalo Bot platform (bot-api.zaloplatforms.com), from Zalo's documentation; it labels 403 an internal
error.
"""
