"""Codes of messages by template to telephone numbers (business.openapi.zalo.me: ZNS, now ZBS)."""

from datetime import timedelta

from anninh_zalo.errors.row import Kind, Row, rows, table

_HOUR = timedelta(hours=1)
_FIELDS = "correct the template's data"
_NOBODY = "another way is needed to reach them"
_ACCOUNT = "look at the account, its application and its Zalo Cloud Account"

CODES = table(
    Row(0, Kind.OK, "success"),
    Row(-100, Kind.RETRY, "Zalo had a problem of its own"),
    Row(-124, Kind.AUTH, "the access token isn't valid", "anninh zalo login"),
    *rows(Kind.REQUEST, "a parameter isn't valid", _FIELDS, -106, -107),
    Row(-108, Kind.REQUEST, "the telephone number isn't valid", "correct the number"),
    *rows(Kind.REQUEST, "the template's id isn't valid", "correct the template's id", -109, -1091),
    *rows(Kind.REQUEST, "the template's data isn't valid", _FIELDS, -111, -112, -1123, -1124, -113, -1131, -116),
    Row(-1121, Kind.REQUEST, "a field of the template is too long", _FIELDS),
    Row(-1122, Kind.REQUEST, "a field of the template is missing", _FIELDS),
    *rows(Kind.REQUEST, "the request isn't valid", _FIELDS, -121, -122, -123, -128, -129, -130, -132),
    Row(-1241, Kind.PERSON, "the proof of the app secret isn't right", "correct the option app_secret"),
    *rows(Kind.REQUEST, "the request isn't valid", _FIELDS, -142, -143, -148, -149, -1491),
    Row(-150, Kind.REQUEST, "the journey isn't valid", _FIELDS),
    *rows(Kind.REQUEST, "the request isn't valid", _FIELDS, -151, -152, -153, -158, -159, -161, -162),
    Row(-110, Kind.RECIPIENT, "the person's Zalo is too old", _NOBODY),
    *rows(Kind.RECIPIENT, "the number can't be reached", _NOBODY, -114, -118),
    Row(-119, Kind.RECIPIENT, "the account can't receive such messages", _NOBODY),
    *rows(Kind.RECIPIENT, "the person doesn't want such messages", _NOBODY, -139, -140, -141),
    *rows(Kind.PERSON, "the application or the account may not do this", _ACCOUNT, -101, -102, -103, -104, -105),
    Row(-115, Kind.PERSON, "the account has no money", "top up the Zalo Cloud Account"),
    *rows(Kind.PERSON, "the account may not use this template", _ACCOUNT, -117, -120, -1201, -1202),
    *rows(Kind.PERSON, "the account's quota or rights don't cover this", _ACCOUNT, -125, -126, -127),
    Row(-131, Kind.PERSON, "the template isn't approved", "wait for its approval, or choose another"),
    *rows(Kind.PERSON, "the account may not send such messages", _ACCOUNT, -135, -1351, -136, -137, -138, -1381),
    Row(-145, Kind.PERSON, "the account may not send this kind of template", _ACCOUNT),
    Row(-146, Kind.PERSON, "the template was disabled for its quality", "write a better one and have it approved"),
    Row(-133, Kind.LATER, "this template isn't sent at night", wait=_HOUR),
    Row(-134, Kind.PERSON, "Zalo's list of codes gives this one no meaning", "ask Zalo's support"),
    Row(-144, Kind.LATER, "the account's messages of today are used up", wait=6 * _HOUR),
    Row(-1441, Kind.LATER, "the month's promotions are used up", wait=24 * _HOUR),
    Row(-147, Kind.LATER, "the template's messages of today are used up", wait=6 * _HOUR),
    *rows(
        Kind.LATER, "the person has received as much as they may for now", "it is tried later", -1471, -1472, -160,
        wait=6 * _HOUR,
    ),
)  # fmt: skip
"""As Zalo's documentation and the code of others give them; where they tell only the class, so do we."""
