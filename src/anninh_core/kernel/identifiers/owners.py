"""Rules that decide by the surrounding words whether personal data in a text belongs to the sender or to another
person.

Senders mark their own data ("số của em", "gọi lại cho tôi", "em là Lan, sđt …"), or sign with a number that is alone in
its sentence. All other data belongs to the matter: "stk nó", "chuyển vào tài khoản …", "số lạ gọi". If a sentence has
both, the words directly after a number count first, then the last ones before it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from anninh_core.kernel.identifiers.forms import SAYS_NAME
from anninh_core.kernel.redact import Normalized, PersonalDataMatch, PersonalKind
from anninh_core.kernel.text import fold

Span = tuple[int, int, str]


def _any_of(*phrases: str) -> str:
    """Return a regular expression that matches any of the phrases, which are separated by commas, with or without their
    diacritics.
    """
    words = [phrase.strip() for several in phrases for phrase in several.split(",")]
    spellings = sorted({spelling for word in words for spelling in (word, fold(word))}, key=len, reverse=True)
    alternatives = "|".join(spelling.replace(" ", r"\s+") for spelling in spellings)
    return rf"(?>(?<!\w)(?:{alternatives})(?!\w))"


_SELF = _any_of(
    "tôi, tui, tớ, em, cháu, mình, chúng tôi, chúng em, bọn em, nhà tôi, nhà em, nhà cháu, vợ em, chồng em, vợ tôi",
    "chồng tôi, gia đình tôi, gia đình em, người báo, người báo tin",
)
_ELDER = rf"{_any_of('anh, chị, cô, chú, bác, ông, bà, con')}(?!\s+{_any_of('ta, ấy, đó, kia, này, nợ')})"
_OTHER = _any_of(
    "nó, hắn, thằng, bọn, bọn nó, chúng, chúng nó, tụi nó, kẻ, đối tượng, ông ta, bà ta, anh ta, chị ta, cô ta, ông ấy",
    "bà ấy, anh ấy, chị ấy, cô ấy, ông đó, bà đó, anh đó, chị đó, bên kia, bên đó, bên bán, bên nhận, shop, chủ",
    "thủ phạm, nghi phạm, nhân viên, tài xế, công ty, cty, tên trộm, tên cướp, tên đó, ai đó",
)
_OF_THE_MATTER = _any_of(
    "số lạ, số này, số đó, số kia, từ số, bằng số, từ, lừa đảo, lừa, mạo danh, giả danh, xưng, tự xưng, bảo, dụ, dọa",
    "đòi, đừng",
)
_PERSON = rf"{_any_of('người')}(?!\s+{_any_of('báo, nhà, thân, gửi')})"
_GIVES = _any_of("chuyển, chuyển khoản, chuyển tiền, gửi, gửi tiền, nạp, nạp tiền, ck, nộp, bắn, trả")
_INTO = _any_of("vào, đến, tới, qua, cho, sang, về, số, stk, tk, tài khoản")
_LABEL = _any_of(
    "số, số điện thoại, số đt, số máy, số tài khoản, số tk, số thẻ, sđt, đt, điện thoại, di động, zalo, facebook, fb",
    "stk, tk, tài khoản, thẻ, cccd, cmnd, cmt, căn cước, căn cước công dân, chứng minh, chứng minh nhân dân, hộ chiếu",
    "mail, email, gmail, phone, tel, sim",
)
_CONTACT = _any_of(
    "gọi, gọi lại, gọi điện, liên hệ, liên lạc, lh, alo, a lô, nhắn, nhắn tin, nhắn lại, điện, điện lại, báo lại",
    "phản hồi, trả lời, call",
)
_ASKING = _any_of(
    "xin, vui lòng, nhờ, mong, làm ơn, hãy, cần gì, có gì, cần, cần thì, khi cần, nếu cần, cán bộ, công an, các anh",
    "các chú, anh chị, cứ",
)
_OF = _any_of("của")
_IS = _any_of("là, sinh năm, sn, và, hoặc, theo, qua")
_LIVES = _any_of("ở, ở tại, trú, trú tại, thường trú tại, tạm trú tại, cư trú tại, ngụ tại, sống ở, sống tại, địa chỉ")
_PLACE_WORD = _any_of(
    "số, số nhà, nhà số, ngõ, hẻm, ngách, đường, phố, xóm, thôn, tổ, tổ dân phố, ấp, bản, khu, khu phố, xã, phường",
    "thị trấn, huyện, thị xã, quận, thành phố, tỉnh",
)
_PLACE_NAME = r"(?:[\w/\-]*\d[\w/\-]*|(?-i:[^\W\d_a-zà-ỹ]\w*(?:\s+[^\W\d_a-zà-ỹ]\w*){0,3}))"
_PLACE = rf"{_PLACE_WORD}\s+{_PLACE_NAME}(?:[\s,]+{_PLACE_WORD}\s+{_PLACE_NAME})*+"


def _compile_pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_SAYS_OWN = _compile_pattern(
    rf"{_LABEL}(?:\s+{_LABEL})*+\s+(?:{_OF}\s+)?{_SELF}|{_SELF}\s+{_any_of('dùng, đang dùng, xài, sử dụng')}\s+{_LABEL}"
)
_ASKS_BACK = _compile_pattern(
    rf"{_CONTACT}(?:\s+\w+){{0,2}}?\s+(?:{_SELF}|{_ELDER})|(?:^|[,:(]|{_ASKING})\s*{_CONTACT}"
)
_SAYS_OTHER = _compile_pattern(rf"{_OTHER}|{_OF_THE_MATTER}|{_PERSON}|{_GIVES}[^.!?\n]{{0,40}}?{_INTO}")
_RIGHT_BEHIND = (
    rf"[\s,:\-]*(?:{_any_of('là, đây là')}\s+(?:{_LABEL}\s+)*+(?:{_OF}\s+)?|(?:{_LABEL}\s+)++(?:{_OF}\s+)?|{_OF}\s+"
    rf"|\(\s*(?:{_LABEL}\s+)*+(?:{_OF}\s+)?)"
)
_OF_THE_NEXT = r"(?![\s:\-]*(?:(?:là|la)\s+)?(?:\d|\S+@))"
_OWN_BEHIND = _compile_pattern(rf"{_RIGHT_BEHIND}{_SELF}{_OF_THE_NEXT}")
_OTHER_BEHIND = _compile_pattern(rf"{_RIGHT_BEHIND}(?:{_OTHER}|{_PERSON}){_OF_THE_NEXT}")
_ONLY_LABELS = _compile_pattern(rf"(?:{_LABEL}|{_SELF}|{_OF}|{_IS}|[\W\d_])*+")
_DESCRIBES = _compile_pattern(rf"(?:{_PLACE}|{_LIVES}|{_LABEL}|{_SELF}|{_OF}|{_IS}|[\W\d_])*+")
_OWN_HOME = _compile_pattern(
    rf"(?:{_any_of('nhà, địa chỉ')}\s+(?:{_OF}\s+)?)?{_SELF}[\s:]+{_LIVES}[\s:]+(?P<hit>{_PLACE})"
)
_HOME = _compile_pattern(rf"{_LIVES}[\s:]+(?P<hit>{_PLACE})")
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)|\n")
_NEAR = 200  # Number of characters around a number in which its owner is named.
# An account number that is alone in its sentence is the recipient of a payment, not a signature.
_NO_SIGNATURE = frozenset({"bank_account"})
_INTRODUCES_SELF = _compile_pattern(
    rf"(?:{_any_of('tôi, tui, em, cháu, mình, con')}|{_any_of('tên tôi, tên em, tên cháu, tên mình, tên con')}"
    rf"|{_any_of('họ tên, họ và tên, người báo, người gửi')})"
)


def find_own_names(normal: Normalized) -> Iterator[tuple[int, int]]:
    """Yield the places of a sender's own name; a name that a sentence attributes to another person is omitted."""
    sentences = _Sentences(normal.text)
    for match in SAYS_NAME.finditer(normal.text):
        begin = match.start()
        if _INTRODUCES_SELF.match(normal.text, begin):
            is_own = _SAYS_OTHER.search(normal.text, sentences.find_window_start(begin), begin) is None
        # "tên là Hoa" or "bác là Hoa" names the sender only at the start of a sentence; later in it another person is
        # meant.
        else:
            is_own = not normal.text[sentences.begin(begin) : begin].strip()
        if is_own:
            yield match.span("hit")


def find_own_data(normal: Normalized, matches: Sequence[PersonalDataMatch]) -> Iterator[Span]:
    """Yield the positions in `normal.text` of the sender's own numbers and addresses, each with its kind."""
    text = normal.text
    sentences = _Sentences(text)
    names = tuple(find_own_names(normal))
    for match in matches:
        start = bisect_left(normal.ends, match.start + 1)
        end = bisect_right(normal.starts, match.end - 1)
        if _is_senders_own(sentences, start, end, names, match.kind):
            yield start, end, match.kind
    for home in _OWN_HOME.finditer(text):
        yield *home.span("hit"), "residence"
    for _, stop in names:
        for home in _HOME.finditer(text, stop, min(sentences.end(stop), stop + _NEAR)):
            if _DESCRIBES.fullmatch(text, stop, home.start()):
                yield *home.span("hit"), "residence"


def _is_senders_own(
    sentences: "_Sentences", start: int, end: int, names: Sequence[tuple[int, int]], kind: PersonalKind
) -> bool:
    text = sentences.text
    last = sentences.end(end)
    if _OWN_BEHIND.match(text, end, last):
        return True
    if _OTHER_BEHIND.match(text, end, last):
        return False
    near = sentences.find_window_start(start)
    others = [match.end() for match in _SAYS_OTHER.finditer(text, near, start)]
    own = [match.end() for match in _SAYS_OWN.finditer(text, near, start)]
    if not others:
        own += [match.end() for match in _ASKS_BACK.finditer(text, near, start)]
        own += [stop for _, stop in names if near <= stop <= start and _DESCRIBES.fullmatch(text, stop, start)]
    if own or others:
        return max(own, default=0) > max(others, default=0)
    first = sentences.begin(start)
    if last - first > _NEAR or kind in _NO_SIGNATURE or text[:first].rstrip().endswith(":"):
        return False
    is_alone = _ONLY_LABELS.fullmatch(text, first, start) and _ONLY_LABELS.fullmatch(text, end, last)
    return bool(is_alone)


class _Sentences:
    def __init__(self, text: str) -> None:
        self.text = text
        ends = [*_SENTENCE_END.finditer(text)]
        self._begins = [0, *(match.end() for match in ends)]
        self._ends = [*(match.start() for match in ends), len(text)]

    def begin(self, position: int) -> int:
        """Return the start of the sentence at a position."""
        return self._begins[bisect_right(self._begins, position) - 1]

    def end(self, position: int) -> int:
        """Return the end of the sentence at a position."""
        return self._ends[bisect_left(self._ends, position)]

    def find_window_start(self, position: int) -> int:
        """Return the start of the words near a position, within the same sentence."""
        return max(self.begin(position), position - _NEAR)
