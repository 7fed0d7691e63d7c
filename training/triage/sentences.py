"""The hand-written sentences: reading, checking and cleaning them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from anninh_core.kernel.text import nfc, words

HERE = Path(__file__).parent
KINDS = ("tip", "question", "chatter", "unsuitable")
CATEGORIES = ("situation", "crime", "wanted", "search", "traffic", "public_order", "fire", "epidemic")
NOTHING = ""
"""Category of a tip whose words alone name no matter: "màu đỏ", "xóm 5", "hai đứa cơ ạ"."""
_SHINGLE = 3  # words
_ALIKE = 0.5  # share of common shingles from which two sentences count as one


@frozen(kw_only=True)
class Sentence:
    """One message as its author wrote it, and what a person should take it for.

    Attributes:
        text: may hold slots, `[a|b]` and `{place}`.
        category: "" unless it is a tip, and of a tip whose words alone name no matter.
        topic: `area/what`; sentences on one topic never stand on both sides of a split.
        author: who wrote it, a letter.
    """

    id: str
    text: str
    kind: str
    category: str
    emergency: bool
    topic: str
    author: str


def load_sentences(folder: Path = HERE / "data") -> list[Sentence]:
    """Return the sentences of a folder, files and lines in their order."""
    return [sentence for path in sorted(folder.glob("*.jsonl")) for sentence in load_file(path)]


def load_file(path: Path) -> list[Sentence]:
    """Return the sentences of a file.

    Raises:
        ValueError: a line that is no sentence, with its number.
    """
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return [_parse(line, f"{path.name}:{number}") for number, line in lines if line.strip()]


def _parse(line: str, where: str) -> Sentence:
    try:
        raw: dict[str, Any] = json.loads(line)
        sentence = Sentence(
            **{name: raw[name] for name in ("id", "text", "kind", "category", "emergency", "topic", "author")}
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{where}: no sentence: {error!r}") from error
    if not _fits(sentence):
        raise ValueError(f"{where}: labels {sentence.kind!r}, {sentence.category!r}, {sentence.emergency!r} don't fit")
    return sentence


def _fits(sentence: Sentence) -> bool:
    if sentence.kind != "tip":
        return sentence.kind in KINDS and not sentence.category and not sentence.emergency
    return sentence.category in CATEGORIES or (sentence.category == NOTHING and not sentence.emergency)


def drop_repeats(sentences: Iterable[Sentence], kept_back: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences without those that say the same folded words twice, or nearly what is kept back for testing.

    Nearly: half of the runs of three words are common. Of what is kept back only these shingles are looked at.
    """
    held = [_shingles(sentence.text) for sentence in kept_back]
    by_shingle: dict[str, list[int]] = {}
    for number, shingles in enumerate(held):
        for shingle in shingles:
            by_shingle.setdefault(shingle, []).append(number)
    seen: set[str] = set()
    kept = []
    for sentence in sentences:
        key = " ".join(words(sentence.text))
        shingles = _shingles(sentence.text)
        near = {number for shingle in shingles for number in by_shingle.get(shingle, ())}
        if key in seen or any(len(shingles & held[n]) >= _ALIKE * len(shingles | held[n]) for n in near):
            continue
        seen.add(key)
        kept.append(sentence)
    return kept


def _shingles(text: str) -> frozenset[str]:
    tokens = words(text)
    runs = range(max(1, len(tokens) - _SHINGLE + 1))
    return frozenset(" ".join(tokens[start : start + _SHINGLE]) for start in runs)


def write_clean(sources: Sequence[Path], folder: Path, kept_back: Sequence[Sentence]) -> int:
    """Write files of sentences, cleaned and in NFC, into a folder; return how many sentences there are."""
    found = drop_repeats((one for path in sources for one in load_file(path)), kept_back)
    for path in sources:
        author = path.stem
        lines = [_line(sentence) for sentence in found if sentence.author == author]
        (folder / path.name).write_text("".join(lines), encoding="utf-8")
    return len(found)


def _line(sentence: Sentence) -> str:
    fields = ("id", "text", "kind", "category", "emergency", "topic", "author")
    raw = {name: getattr(sentence, name) for name in fields}
    return json.dumps({**raw, "text": nfc(sentence.text).strip()}, ensure_ascii=False) + "\n"
