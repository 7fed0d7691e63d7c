"""Codes of messages by template to telephone numbers (business.openapi.zalo.me: ZNS, now ZBS)."""

from datetime import timedelta

from anninh_zalo.errors.error_row import ErrorKind, ErrorRow, rows, table

_HOUR = timedelta(hours=1)
_FIELDS = "correct the template's data"
_NOBODY = "another way is needed to reach them"
_ACCOUNT = "look at the account, its application and its Zalo Cloud Account"

CODES = table(
    ErrorRow(0, ErrorKind.OK, "success"),
    ErrorRow(-100, ErrorKind.RETRY, "Zalo had a problem of its own"),
    ErrorRow(-124, ErrorKind.AUTH, "the access token isn't valid", "anninh zalo login"),
    *rows(ErrorKind.REQUEST, "a parameter isn't valid", _FIELDS, -106, -107),
    ErrorRow(-108, ErrorKind.REQUEST, "the telephone number isn't valid", "correct the number"),
    *rows(ErrorKind.REQUEST, "the template's id isn't valid", "correct the template's id", -109, -1091),
    *rows(ErrorKind.REQUEST, "the template's data isn't valid", _FIELDS, -111, -112, -1123, -1124, -113, -1131, -116),
    ErrorRow(-1121, ErrorKind.REQUEST, "a field of the template is too long", _FIELDS),
    ErrorRow(-1122, ErrorKind.REQUEST, "a field of the template is missing", _FIELDS),
    *rows(ErrorKind.REQUEST, "the request isn't valid", _FIELDS, -121, -122, -123, -128, -129, -130, -132),
    ErrorRow(-1241, ErrorKind.PERSON, "the proof of the app secret isn't right", "correct the option app_secret"),
    *rows(ErrorKind.REQUEST, "the request isn't valid", _FIELDS, -142, -143, -148, -149, -1491),
    ErrorRow(-150, ErrorKind.REQUEST, "the journey isn't valid", _FIELDS),
    *rows(ErrorKind.REQUEST, "the request isn't valid", _FIELDS, -151, -152, -153, -158, -159, -161, -162),
    ErrorRow(-110, ErrorKind.RECIPIENT, "the person's Zalo is too old", _NOBODY),
    *rows(ErrorKind.RECIPIENT, "the number can't be reached", _NOBODY, -114, -118),
    ErrorRow(-119, ErrorKind.RECIPIENT, "the account can't receive such messages", _NOBODY),
    *rows(ErrorKind.RECIPIENT, "the person doesn't want such messages", _NOBODY, -139, -140, -141),
    *rows(ErrorKind.PERSON, "the application or the account may not do this", _ACCOUNT, -101, -102, -103, -104, -105),
    ErrorRow(-115, ErrorKind.PERSON, "the account has no money", "top up the Zalo Cloud Account"),
    *rows(ErrorKind.PERSON, "the account may not use this template", _ACCOUNT, -117, -120, -1201, -1202),
    *rows(ErrorKind.PERSON, "the account's quota or rights don't cover this", _ACCOUNT, -125, -126, -127),
    ErrorRow(-131, ErrorKind.PERSON, "the template isn't approved", "wait for its approval, or choose another"),
    *rows(ErrorKind.PERSON, "the account may not send such messages", _ACCOUNT, -135, -1351, -136, -137, -138, -1381),
    ErrorRow(-145, ErrorKind.PERSON, "the account may not send this kind of template", _ACCOUNT),
    ErrorRow(
        -146, ErrorKind.PERSON, "the template was disabled for its quality", "write a better one and have it approved"
    ),
    ErrorRow(-133, ErrorKind.LATER, "this template isn't sent at night", wait=_HOUR),
    ErrorRow(-134, ErrorKind.PERSON, "Zalo's list of codes gives this one no meaning", "ask Zalo's support"),
    ErrorRow(-144, ErrorKind.LATER, "the account's messages of today are used up", wait=6 * _HOUR),
    ErrorRow(-1441, ErrorKind.LATER, "the month's promotions are used up", wait=24 * _HOUR),
    ErrorRow(-147, ErrorKind.LATER, "the template's messages of today are used up", wait=6 * _HOUR),
    *rows(
        ErrorKind.LATER, "the person has received as much as they may for now", "it is tried later", -1471, -1472, -160,
        wait=6 * _HOUR,
    ),
)  # fmt: skip
"""As Zalo's documentation and the code of others give them; where they tell only the class, so do we."""
