"""Copies of a sentence as others would type it: without diacritics, in slang, misspelt, dictated, in capitals."""

import random
import re
from collections.abc import Sequence

from anninh_core.kernel.text import fold, nfc
from anninh_core.plugins.triage.ngrams import is_bare
from training.triage.sentences import Sentence

SEED = 138
_SLOT = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_FIRSTS = "Ninh Khánh Yên Gia Kim Đồng Trường Sơn Quang Đức Thượng Hạ Phú Văn Xuân Thanh Lạc Hưng Liên Bình Cao Tân"
_SECONDS = "Hòa Vân Giang An Mỹ Hải Thắng Khang Nhân Thành Trung Phong Lâm Tiến Lộc Sơn Thủy Hậu Cường Đông Thịnh Yên"
"""Halves of names, drawn apart: so many come out that none of them tells what a message is about."""
_HAMLETS = "Đông Đoài Trại Áng Đình Chùa Trong Ngoài Thượng Bãi Giữa Mới Lũng Vạc Đề Bến Nam Trung Ao Cầu"
_COMMUNES = ("xã {name}",) * 6 + ("phường {name}", "thị trấn {name}", "TT {name}", "x. {name}", "p. {name}", "p {name}")
_PARTS = (
    "thôn {hamlet}",
    "thôn {name}",
    "xóm {number}",
    "xóm {number}",
    "xóm {hamlet}",
    "làng {hamlet}",
    "tổ {number}",
    "khu phố {number}",
    "phố {name}",
    "ngõ {number}",
    "bản {hamlet}",
    "khu dân cư số {number}",
)
_SLANG = {
    "không": ("ko", "k", "hok", "kg", "hk"),
    "được": ("dc", "đc"),
    "với": ("vs",),
    "gì": ("j",),
    "vậy": ("z",),
    "rồi": ("r",),
    "người": ("ng",),
    "biết": ("bik", "bit"),
    "mọi người": ("mn",),
    "như thế nào": ("ntn",),
    "em": ("e",),
    "anh": ("a",),
    "chị": ("c",),
    "làm": ("lm",),
    "mới": ("ms",),
    "nhưng mà": ("nma",),
    "hôm qua": ("hqua",),
    "ô tô": ("oto",),
    "số điện thoại": ("sđt",),
    "anh em": ("ae",),
    "bây giờ": ("bh", "bjo"),
    "giờ": ("h",),
    "công an": ("ca",),
    "những": ("nhữg", "nhg"),
    "trước": ("trc",),
    "nhiều": ("nh", "nhìu"),
    "cũng": ("cx",),
    "đang": ("đag",),
    "vẫn": ("vx",),
    "quá": ("wá",),
    "trường": ("trg",),
    "thôi": ("thui",),
    "xe máy": ("xm",),
    "điện thoại": ("đt",),
    "tin nhắn": ("tn",),
    "nhà": ("nhà", "nhak"),
    "ơi": ("ưi", "oi"),
}
_SLANG_PATTERN = re.compile(
    rf"(?<!\w)({'|'.join(sorted(map(re.escape, _SLANG), key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
# How a hurried thumb and a foreign accent spell.
_SOUNDS = (
    ("ch", "tr"),
    ("tr", "ch"),
    ("s", "x"),
    ("x", "s"),
    ("d", "gi"),
    ("gi", "d"),
    ("r", "d"),
    ("l", "n"),
    ("n", "l"),
)


def copies(sentence: Sentence) -> list[str]:
    """Return up to six texts of a sentence, the first as written; the same for the same id, whatever stands around."""
    dice = random.Random(f"{SEED}:{sentence.id}")  # noqa: S311  copies, not secrets
    text, bare, slang, misspelt, dictated, loud = (fill_slots(nfc(sentence.text), dice) for _ in range(6))
    made = [
        text,
        fold_keeping_marks(bare),
        write_slang(slang, dice),
        misspell(misspelt, dice),
        dictate(dictated),
        loud.upper(),
    ]
    return list(dict.fromkeys(made))


def choose_bare(texts: Sequence[str]) -> str:
    """Return the first of a sentence's texts without diacritics; the very first if all have a mark ("3×4")."""
    return next((text for text in texts if is_bare(text)), texts[0])


def fill_slots(text: str, dice: random.Random) -> str:
    """Return a text with each `[a|b]` decided and each place named."""
    chosen = _SLOT.sub(lambda slot: dice.choice(slot[1].split("|")), text)
    return re.sub(r"\{place\}", lambda _: name_place(dice), chosen)


def name_place(dice: random.Random) -> str:
    """Return a commune, a part of one, both, or a name alone: "xã Ninh Vân", "xóm 3", "tổ 2 p. Yên Hòa", "Kim An"."""
    commune, part = (_fill_name(dice.choice(patterns), dice) for patterns in (_COMMUNES, _PARTS))
    joint = dice.choice((" ", ", "))
    return dice.choice((commune, commune, part, part, f"{part}{joint}{commune}", _fill_name("{name}", dice)))


def _fill_name(pattern: str, dice: random.Random) -> str:
    name = f"{dice.choice(_FIRSTS.split())} {dice.choice(_SECONDS.split())}"
    return pattern.format(name=name, hamlet=dice.choice(_HAMLETS.split()), number=dice.randint(1, 15))


def fold_keeping_marks(text: str) -> str:
    """Return a text without diacritics and capitals, its punctuation kept."""
    return fold(text)


def write_slang(text: str, dice: random.Random) -> str:
    """Return a text with what the young shorten shortened, most of the time."""
    return _SLANG_PATTERN.sub(
        lambda word: dice.choice(_SLANG[word[0].lower()]) if dice.random() < 0.8 else word[0],
        text,
    )


def misspell(text: str, dice: random.Random) -> str:
    """Return a text in which about every sixth word is misspelt."""
    return " ".join(_misspell_word(word, dice) if dice.random() < 0.17 else word for word in text.split())


def _misspell_word(word: str, dice: random.Random) -> str:
    for wrong, right in dice.sample(_SOUNDS, len(_SOUNDS)):
        if word.startswith(wrong) and len(word) > len(wrong) and dice.random() < 0.5:
            return right + word[len(wrong) :]
    if len(word) < 3:
        return word
    at = dice.randrange(len(word) - 1)
    match dice.randrange(3):
        case 0:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 1:
            return word[:at] + word[at + 1 :]
        case _:
            return fold(word)


def dictate(text: str) -> str:
    """Return a text as a phone writes down what it hears: no punctuation, no capitals."""
    return " ".join(re.sub(r"[^\w\s]", " ", text).lower().split())
