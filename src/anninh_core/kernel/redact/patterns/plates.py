"""Patterns of number plates: of cars, motorcycles and mopeds, of the army and diplomats, old ones of four figures, and
temporary ones.
"""

import re

from anninh_core.kernel.redact.patterns.rule import PLATE_WORDS, Rule, View

_GLUED = r"(?<![a-z0-9])(?:xe|bks|bsx|bien|so|oto|taxi)?(?P<hit>"
_PROVINCE = r"(?:1[124-9]|[2-9]\d)"
_GAP = r"(?: ?[.\-/_] ?| )?"
_LETTER = r"[abcdefghklmnprstuvxyz]"
# The series of a plate is written as "B1", "A", "LD", "MĐ1" or "AA"; a figure belongs to it if five (or four) more
# follow.
_SERIES = rf"(?:{_LETTER}{{1,2}}[1-9]|{_LETTER}{{1,2}})"
_TAIL = r"(?:\d{3}[ .]\d{2}|\d{5})"
_END = r")(?![\d/%])(?![.,\-]\d)"
_FIVE = rf"{_GLUED}{_PROVINCE}{_GAP}{_SERIES}{_GAP}{_TAIL}{_END}"
_FOUR = rf"{_GLUED}{_PROVINCE}{_GAP}{_SERIES}{_GAP}\d{{2}}\.?\d{{2}}{_END}"
# A plate may be written one character at a time, as read aloud: "3 5 B 2 - 7 1 8 . 3 4".
_READ_OUT = rf"{_GLUED}[1-9] \d ?{_LETTER}(?: \d)? ?[\-.]? ?\d \d \d ?\.? ?\d(?: ?\d)?{_END}"
# Near a word for a plate or a vehicle, anything may separate the figures: "20 A, 415 chấm 63", "14A*552.07".
_ANY_GAP = r"(?:[ .\-/_*:;,~|+()\[\]]|cham|gach|ngang|cheo){0,6}"
_LOOSE = (
    rf"{_GLUED}[1-9] {{0,2}}\d{_ANY_GAP}{_LETTER}(?: ?{_LETTER})?{_ANY_GAP}\d(?:{_ANY_GAP}\d){{3,5}})"
    r"(?![\w/%])(?![.,\-]\d)"
)
# A plate of the army in capitals: two letters of the unit, then two pairs of figures.
_ARMY = r"(?<![\w\-/.])(?P<hit>[ABCHKPQTVX][A-Z][ .\-]{0,3}\d{2}[ .\-]{0,3}\d{2})(?![\w/])(?![.,\-]\d)"
# A plate of the army in lower case counts only after an unambiguous word.
_SMALL_ARMY = (
    r"(?<![\w\-/.])(?P<hit>[abchkpqtvx][bcdghklmnprstvx][ .\-]{0,3}\d{2}[ .\-]{0,3}\d{2})(?![\w/])(?![.,\-]\d)"
)
_DIPLOMAT = (
    r"(?<![\w])(?P<hit>[1-9]\d[ .\-]{0,3}(?:\d{3}[ .\-]{0,3}(?:ng|nn|qt|cv)[ .\-]{0,3}\d{2}"
    r"|(?:ng|nn|qt|cv)[ .\-]{0,3}\d{3}[ .\-]{0,3}\d{2})"
    r"|(?:ng|nn|qt|cv)[ .\-]{0,3}[1-9]\d[ .\-]{0,3}\d{3}[ .\-]{0,3}\d{2})(?!\w)"
)
_TEMPORARY = (
    rf"(?<![a-z0-9])(?P<hit>t[ .\-]{{0,3}}{_PROVINCE}(?:[ .\-]{{0,3}}\d{{3}}[. ]?\d{{2}}"
    rf"|[ .\-]{{1,3}}\d{{3}}[. ]?\d{{3}})"
    rf"|{_PROVINCE}[ .\-]{{0,3}}t[ .\-]{{0,3}}\d{{3}}[. ]?\d{{3}}){_END[1:]}"
)

_VEHICLE = re.compile(
    rf"(?<![a-z])(?:{PLATE_WORDS}|bien(?:so(?:xe)?)?|bs|xe|taxi|o ?to|mo ?to|vario|tai|ban tai|container|cont|buyt"
    r"|khach|wave|may keo"
    r"|dream|vision|sh|ex|exciter|air ?blade|ab|lead|winner|sirius|jupiter|cup|vespa|vios|innova|camry|mazda|kia|ford"
    r"|ranger|morning|i10|accent|cx5|honda|yamaha|suzuki|toyota|hyundai|vinfast|cub|future|nouvo|attila|liberty"
    r"|quan doi|bo doi|quan su|bien do|grab|may cay|cong nong|chiec)(?![a-z])"
)
_MOVES = re.compile(
    r"[ ,]{1,2}(?:dang |vua |bi )?(?:chay|dau|do|phong|lao|tong|vuot|lai|quet|dam|cho|bien do)(?![a-z])"
)
_ARMY_WORDS = re.compile(rf"(?<![a-z])(?:{PLATE_WORDS}|bien|xe|quan doi|quan su|bo doi)(?![a-z])[^\d]{{0,20}}$")
_SAYS_PLATE = re.compile(
    rf"(?<![a-z])(?:{PLATE_WORDS}|bien(?:so(?:xe)?)?(?! (?:quang cao|bao|hieu|ten|cam))|bs)(?![a-z])[^\d\n]{{0,25}}$"
    r"|(?<![a-z])(?:xe(?: (?:may|tai|khach|hoi|om|dien))?|taxi|o ?to)[ :(]{1,3}$"
)
_SAYS_ARMY = re.compile(
    r"(?<![a-z])(?:bien do|quan doi|bo doi|quan su|bien(?: so)?|bks)[ :]{1,2}(?:bien(?: so)? |so )?$"
)
# The exact notation of a real plate, "35B1-123.45": no lot, road or room is written like this, whatever words precede
# it.
_OFFICIAL = re.compile(r"\d{2}-?[A-ZĐ]{1,2}[1-9]?-\d{3}\.\d{2}")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_MEASURE = re.compile(
    r"(?<![a-z])(?:lop|phong|can ho|can|toa|lo|dieu|khoan|muc|ql|tl|dt|duong|km|ma|model|so nha|ngo|gia|(?<!o )to"
    r"|quan|phuong|thon|ap|khu|tang|nhom|ghe|ve xe|cot)[ :.]{0,3}$"
)


def _is_near_vehicle(view: View, start: int, end: int) -> bool:
    return bool(_VEHICLE.search(view.before(start, 45)) or _VEHICLE.search(view.after(end, 30)))


def _is_five_figure_plate(view: View, start: int, end: int) -> bool:
    """Return whether letters and five figures are a plate; lower-case letters with blanks need a word for a vehicle
    nearby.
    """
    written = view.text[start:end]
    if _OFFICIAL.fullmatch(written):
        return True
    if _MEASURE.search(view.before(start)):
        return False
    letters = "".join(filter(str.isalpha, written))
    is_tight = " " not in written or letters.isupper()
    return is_tight or _is_near_vehicle(view, start, end)


def _is_four_figure_plate(view: View, start: int, end: int) -> bool:
    """Return whether letters and four figures are an old plate; if they contain a year, a blank or lower case, a word
    for a vehicle must be near.
    """
    if _MEASURE.search(view.before(start)):
        return False
    written = view.text[start:end]
    is_sure = "".join(filter(str.isalpha, written)).isupper() and " " not in written and not _YEAR.search(written)
    return is_sure or _is_near_vehicle(view, start, end)


def _is_loosely_written_plate(view: View, start: int, end: int) -> bool:
    """Return whether loosely separated letters and figures are a plate: they follow a word for a plate, or are in
    capitals near a vehicle.
    """
    if _MEASURE.search(view.before(start)):
        return False
    if _SAYS_PLATE.search(view.before(start)):
        return True
    first = next(filter(str.isalpha, view.text[start:end]))
    return first.isupper() and _is_near_vehicle(view, start, end)


def _is_after_army_word(view: View, start: int, end: int) -> bool:  # noqa: ARG001  the signature of a check
    return bool(_SAYS_ARMY.search(view.before(start)))


def _is_army_plate(view: View, start: int, end: int) -> bool:
    written = view.text[start:end]
    if written[2:].isdigit():  # Flights and goods are numbered in the same way.
        return bool(_ARMY_WORDS.search(view.before(start)))
    return _is_near_vehicle(view, start, end) or bool(_MOVES.match(view.after(end)))


def _is_diplomatic_plate(view: View, start: int, end: int) -> bool:
    written = view.text[start:end]
    return "".join(filter(str.isalpha, written)).isupper() or _is_near_vehicle(view, start, end)


RULES = (
    Rule("plate", re.compile(_DIPLOMAT), _is_diplomatic_plate, sign=re.compile("ng|nn|qt|cv")),
    Rule("plate", re.compile(_FIVE), _is_five_figure_plate),
    Rule("plate", re.compile(_TEMPORARY), _is_four_figure_plate),
    Rule("plate", re.compile(_READ_OUT)),
    Rule("plate", re.compile(_FOUR), _is_four_figure_plate),
    Rule("plate", re.compile(_LOOSE), _is_loosely_written_plate),
    Rule("plate", re.compile(_ARMY), _is_army_plate, cased=True),
    Rule("plate", re.compile(_SMALL_ARMY), _is_after_army_word, sign=re.compile("bien|quan|bo doi|bks")),
)
