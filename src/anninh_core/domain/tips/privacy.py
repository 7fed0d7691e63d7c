"""The rule for matters that must not show on the reporter's phone without the receipt."""

from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.text import words
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.written_phrases import find_accented_phrases, split_written

_LIST = "private_matter"
_TOGETHER = ("private_family", "private_violence")
_WHISTLEBLOW = "whistleblow"  # This is the legal kind of a report about an official.


def is_private_matter(district: District, tip: Tip) -> bool:
    """Return whether a tip is about family violence, children or self-harm, or accuses an official or a unit."""
    if tip.lock is not None or tip.legal_kind == _WHISTLEBLOW:
        return True
    category = district.incoming.get(tip.category)
    if category is not None and category.danger_reply:
        return True
    if _LIST in district.phrases_of(_LIST).find_phrases(" ".join(words(tip.text))):
        return True
    tokens = split_written(tip.text, district.teen_code)
    return all(find_accented_phrases(tokens, district.words.get(name, ())) for name in _TOGETHER)
