"""Our own opinions, by the words of the profile. They know no Vietnamese; whoever changes the profile changes them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from anninh_core.kernel.redact import find_personal
from anninh_core.kernel.text import contains_phrase, nfc, teen_words, words
from anninh_core.plugins.markers import hookimpl
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage
from anninh_core.vocabulary.opinions import Finding, Flag, TriageOpinion
from anninh_core.vocabulary.views import ItemView, PostView

_INCOMING = "incoming."
# On a tie the earlier one wins: a tip taken for chatter is worse than the reverse.
_KINDS = ("tip", "command", "question", "unsuitable", "chatter")
_LONGEST_COMMAND = 10  # words
# List of words in the profile, the gate it stands beside, and how much it weighs.
_WORD_CHECKS = (
    ("secret", "no_state_secret", "hold"),
    ("hearsay", "true", "note"),
    ("minor", "permitted", "note"),
)
# Official items give phone numbers and addresses on purpose; nobody publishes these three by intention.
_GRAVE = frozenset({"cccd", "cmnd", "bank_account"})


@hookimpl
def anninh_triage_opinion(message: InboundMessage, district: District) -> TriageOpinion | None:
    """Weigh the profile's words: each phrase found counts with its number of words, the heaviest kind wins.

    Emergency phrases count for a tip: a false alarm costs an officer a look, danger taken for chatter costs more.
    """
    text = _searchable(message.text, district)
    spoken = {name: _outermost(phrases) for name, phrases in district.phrases.found_in(text).items()}
    categories = {name.removeprefix(_INCOMING): said for name, said in spoken.items() if name.startswith(_INCOMING)}
    category = max(categories, key=lambda name: _weight(categories[name]), default="")
    emergency = spoken.get("emergency", [])
    found = {kind: spoken.get(kind, []) for kind in _KINDS}
    found["command"] = [phrase for phrase in found["command"] if _commands(text, phrase)]
    found["tip"] = _outermost([*emergency, *found["tip"], *categories.get(category, ())])
    if found["tip"]:
        found["command"] = []  # whoever calls for help and tells of something reports it
    weights = {kind: _weight(phrases) for kind, phrases in found.items()}
    total = sum(weights.values())
    if not total:
        return None
    kind = "command" if found["command"] else max(_KINDS, key=weights.__getitem__)
    return TriageOpinion(
        kind,
        category=category if kind == "tip" else "",
        emergency=kind == "tip" and bool(emergency),
        confidence=weights[kind] / total,
        reason=", ".join(found[kind]),
    )


@hookimpl
def anninh_moderation_flags(post: PostView, district: District) -> list[Flag]:
    """Flag words of the charter, links that aren't official, personal data, and what looks secret."""
    text = _searchable(post.text, district)
    notes = {rule.code: _hits(text, rule.words) for rule in district.charter.rules}
    extra = {
        "scam_link": _unofficial([*post.links, *_links(post.text)], district),
        "personal_data": _personal(post.text, district),
        "secrets": [*_markings(post.text, district), *_hits(text, district.words.get("secret", ()))],
    }
    for code in notes.keys() & extra.keys():
        notes[code] = list(dict.fromkeys([*notes[code], *extra[code]]))
    return [Flag(code, ", ".join(found)) for code, found in notes.items() if found]


@hookimpl
def anninh_review_findings(item: ItemView, district: District) -> list[Finding]:
    """Look at a draft's words, personal data, source and, for a wanted notice, the decision it must cite."""
    text = f"{item.title}\n{item.body}"
    return [*_word_findings(text, district), *_personal_findings(text, district), *_source_findings(item, district)]


def _word_findings(text: str, district: District) -> Iterator[Finding]:
    if markings := _markings(text, district):
        yield _finding("no_state_secret", "hold", district, "secret_marking", markings)
    searchable = _searchable(text, district)
    for key, gate, severity in _WORD_CHECKS:
        if found := _hits(searchable, district.words.get(key, ())):
            yield _finding(gate, severity, district, key, found)


def _personal_findings(text: str, district: District) -> Iterator[Finding]:
    if found := _personal(text, district):
        grave = any(hit.kind in _GRAVE for hit in find_personal(text))
        yield _finding("permitted", "hold" if grave else "note", district, "personal", found)


def _source_findings(item: ItemView, district: District) -> Iterator[Finding]:
    if found := _unofficial([item.source_url], district):
        yield _finding("official_source", "hold", district, "source", found)
    if not item.source_url and not item.source_name:
        yield _finding("official_source", "hold", district, "no_source")
    if found := _unofficial(_links(item.body), district):
        yield _finding("official_source", "note", district, "link", found)
    category = district.outgoing.get(item.category)
    if category is not None and category.needs_decision and not item.decision_number:
        yield _finding("permitted", "hold", district, "no_decision")


def _finding(gate: str, severity: str, district: District, key: str, found: Iterable[str] = ()) -> Finding:
    return Finding(gate, district.say(f"check.{key}", found=", ".join(found)), severity)


def _searchable(text: str, district: District) -> str:
    """Return the folded words as written and once more with informal spellings expanded, "|" keeping them apart."""
    written = words(text)
    if district.teen_code.keys().isdisjoint(written):
        return " ".join(written)
    return " | ".join(" ".join(tokens) for tokens in (written, teen_words(written, district.teen_code)))


def _hits(searchable: str, phrases: Iterable[str]) -> list[str]:
    # The plain search comes first because nearly all phrases end there, at a third of the cost.
    return _outermost(phrase for phrase in phrases if phrase in searchable and contains_phrase(searchable, phrase))


def _outermost(phrases: Iterable[str]) -> list[str]:
    """Leave out what is part of a longer phrase found: it would be counted twice."""
    found = list(dict.fromkeys(phrases))
    if len(found) < 2:
        return found
    # The plain search comes first here too: most phrases aren't part of any other.
    return [
        inner
        for inner in found
        if not any(inner in outer and inner != outer and contains_phrase(outer, inner) for outer in found)
    ]


def _commands(searchable: str, phrase: str) -> bool:
    """Tell whether a command is meant: it opens a short message. The word alone may be a name."""
    written = searchable.partition(" | ")[0]
    return f"{written} ".startswith(f"{phrase} ") and len(written.split()) <= _LONGEST_COMMAND


def _weight(phrases: Iterable[str]) -> int:
    return sum(len(phrase.split()) for phrase in phrases)


def _markings(text: str, district: District) -> list[str]:
    """Find markings of secrecy: whole words, capitals and accents count, and not within an innocent phrase."""
    rest = nfc(text)
    for innocent in district.words.get("secret_innocent", ()):
        rest = rest.replace(innocent, "|")
    found = []
    for marking in sorted(district.words.get("secret_marking", ()), key=len, reverse=True):
        rest, times = re.subn(rf"(?<!\w){re.escape(marking)}(?!\w)", "|", rest)
        if times:
            found.append(marking)
    return found


def _personal(text: str, district: District) -> list[str]:
    """Count personal data by kind; what it says is never repeated."""
    kinds = Counter(hit.kind for hit in find_personal(text) if hit.kind != "link")
    return [f"{district.say(f'personal.{kind}')} ×{n}" for kind, n in kinds.items()]


def _links(text: str) -> list[str]:
    return [hit.text for hit in find_personal(text) if hit.kind == "link"]


def _unofficial(links: Iterable[str], district: District) -> list[str]:
    hosts = dict.fromkeys(_host(link) for link in links if link)
    return [host for host in hosts if not any(f".{host}".endswith(f".{own}") for own in district.official_domains)]


def _host(link: str) -> str:
    try:
        host = urlsplit(link if "//" in link else f"//{link}").hostname
    except ValueError:  # a malformed address is nobody's official one, so it is shown as it stands
        host = None
    return (host or link).rstrip(".")
