"""Built-in opinions from the words of the profile. The code contains no Vietnamese; changing the profile changes the
opinions.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from anninh_core.kernel.redact import find_personal_data
from anninh_core.kernel.text import contains_phrase, expand_slang, nfc, words
from anninh_core.plugins.markers import hookimpl
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.messages import InboundMessage, Place
from anninh_core.vocabulary.opinions import Finding, Flag, TriageOpinion
from anninh_core.vocabulary.views import ItemToReview, PostToModerate
from anninh_core.vocabulary.written_phrases import (
    consists_of_accented_phrases,
    find_accented_phrases,
    split_written,
    strip_places,
)

_INCOMING = "incoming."
# On a tie the first kind wins: a tip classified as chatter is worse than the reverse.
_KINDS = ("tip", "command", "question", "unsuitable", "chatter")
_LISTS = (*_KINDS, "emergency", "incoming")
_MAX_SHORT_WORDS = 5
_MAX_COMMAND_WORDS = 10  # Maximum number of words of a message with a command.
# Each entry names a list of words in the profile, the gate of its finding, and the severity.
_WORD_CHECKS = (
    ("secret", "no_state_secret", "hold"),
    ("hearsay", "true", "note"),
    ("minor", "permitted", "note"),
)
# Official items may contain phone numbers and addresses, but never intentionally one of these kinds of data.
_SENSITIVE_KINDS = frozenset({"cccd", "cmnd", "passport", "bank_account"})


@hookimpl
def anninh_triage_opinion(message: InboundMessage, district: District) -> TriageOpinion | None:
    """Classify a message by the profile's phrases: each phrase found counts with its number of words, and the kind with
    the greatest weight wins.

    Emergency phrases count for a tip: a false alarm costs an officer's time, missed danger costs more.
    """
    text = _to_searchable_text(message.text, district)
    matches = district.phrases_of(*_LISTS).find_phrases(text)
    if (danger_opinion := _find_certain_danger(message, matches, district)) is not None:
        return danger_opinion
    phrases_by_list = {name: _drop_contained(phrases) for name, phrases in matches.items()}
    categories = {
        name.removeprefix(_INCOMING): category_phrases
        for name, category_phrases in phrases_by_list.items()
        if name.startswith(_INCOMING)
    }
    category = max(categories, key=lambda name: _count_words(categories[name]), default="")
    emergency = phrases_by_list.get("emergency", [])
    phrases_by_kind = {kind: phrases_by_list.get(kind, []) for kind in _KINDS}
    phrases_by_kind["command"] = [phrase for phrase in phrases_by_kind["command"] if _is_command(text, phrase)]
    phrases_by_kind["tip"] = _drop_contained([*emergency, *phrases_by_kind["tip"], *categories.get(category, ())])
    if phrases_by_kind["tip"]:
        phrases_by_kind["command"] = []  # A message that contains both a command and a report counts as a report.
    weights = {kind: _count_words(phrases) for kind, phrases in phrases_by_kind.items()}
    total = sum(weights.values())
    if not total:
        return None
    kind = "command" if phrases_by_kind["command"] else max(_KINDS, key=weights.__getitem__)
    return TriageOpinion(
        kind,
        category=category if kind == "tip" else "",
        emergency=kind == "tip" and bool(emergency),
        confidence=weights[kind] / total,
        reason=", ".join(phrases_by_kind[kind]),
        fallback=True,
    )


def _find_certain_danger(
    message: InboundMessage, matches: Mapping[str, Sequence[str]], district: District
) -> TriageOpinion | None:
    """Return an opinion if a message contains phrases that always mean danger, or None; it has the same rank as other
    plugins' opinions.

    These are the phrases of a category with a danger reply, and, in private chats, short reports.
    """
    for id, category in district.incoming.items():
        if category.danger_reply and (phrases := matches.get(f"{_INCOMING}{id}")):
            reason = ", ".join(_drop_contained(phrases))
            return TriageOpinion("tip", category=id, emergency=True, confidence=1.0, reason=reason)
    if message.conversation.place is not Place.PERSON:
        return None
    categories = {
        name.removeprefix(_INCOMING): phrases for name, phrases in matches.items() if name.startswith(_INCOMING)
    }
    return _find_short_danger(message.text, district, categories)


def _find_short_danger(text: str, district: District, categories: Mapping[str, Sequence[str]]) -> TriageOpinion | None:
    """Return the opinion that a short text reports danger, or None if it has none of the profile's phrases of
    danger.
    """
    lists = district.words
    tokens = strip_places(split_written(text, district.teen_code), district)
    if not 0 < len(tokens) <= _MAX_SHORT_WORDS or find_accented_phrases(tokens, lists.get("figurative", ())):
        return None
    courtesy = (*lists.get("polite", ()), *lists.get("assent", ()))
    alone = lists.get("danger_alone", ())
    certain = find_accented_phrases(tokens, lists.get("danger_short", ()))
    if not certain and consists_of_accented_phrases(tokens, (*alone, *courtesy)):
        certain = find_accented_phrases(tokens, alone)
    phrases = certain or find_accented_phrases(tokens, lists.get("danger_possible", ()))
    if not phrases:
        return None
    return TriageOpinion(
        "tip",
        category=max(categories, key=lambda name: _count_words(categories[name]), default=""),
        emergency=bool(certain),
        confidence=1.0,
        reason=", ".join(phrases),
        look_first=True,
    )


@hookimpl
def anninh_moderation_flags(post: PostToModerate, district: District) -> list[Flag]:
    """Flag words of the charter, links to unofficial sites, personal data, and possible secrets."""
    text = _to_searchable_text(post.text, district)
    notes = {rule.code: _find_phrases(text, rule.words) for rule in district.charter.rules}
    extra = {
        "scam_link": _find_unofficial_hosts([*post.links, *_find_links(post.text)], district),
        "personal_data": _describe_personal_data(post.text, district),
        "secrets": [
            *_find_secret_markings(post.text, district),
            *_find_phrases(text, district.words.get("secret", ())),
        ],
    }
    for code in notes.keys() & extra.keys():
        notes[code] = list(dict.fromkeys([*notes[code], *extra[code]]))
    return [Flag(code, ", ".join(reasons)) for code, reasons in notes.items() if reasons]


@hookimpl
def anninh_review_findings(item: ItemToReview, district: District) -> list[Finding]:
    """Check a draft's words, its source and, for a wanted notice, the decision that the notice must cite.

    Identifying content is found by the leak check, because only the leak check has data about people.
    """
    text = f"{item.title}\n{item.body}"
    return [*_find_word_problems(text, district), *_find_source_problems(item, district)]


def _find_word_problems(text: str, district: District) -> Iterator[Finding]:
    if markings := _find_secret_markings(text, district):
        yield _build_finding("no_state_secret", "hold", district, "secret_marking", markings)
    searchable = _to_searchable_text(text, district)
    for key, gate, severity in _WORD_CHECKS:
        if phrases := _find_phrases(searchable, district.words.get(key, ())):
            yield _build_finding(gate, severity, district, key, phrases)


def _find_source_problems(item: ItemToReview, district: District) -> Iterator[Finding]:
    if hosts := _find_unofficial_hosts([item.source_url], district):
        yield _build_finding("official_source", "hold", district, "source", hosts)
    if not item.source_url and not item.source_name:
        yield _build_finding("official_source", "hold", district, "no_source")
    if hosts := _find_unofficial_hosts(_find_links(item.body), district):
        yield _build_finding("official_source", "note", district, "link", hosts)
    category = district.outgoing.get(item.category)
    if category is not None and category.needs_decision and not item.decision_number:
        yield _build_finding("permitted", "hold", district, "no_decision")


def _build_finding(gate: str, severity: str, district: District, key: str, details: Iterable[str] = ()) -> Finding:
    return Finding(gate, district.say(f"check.{key}", found=", ".join(details)), severity)


def _to_searchable_text(text: str, district: District) -> str:
    """Return the folded words of a text as written, and again with informal spellings expanded, separated by "|"."""
    folded_words = words(text)
    if district.teen_code.keys().isdisjoint(folded_words):
        return " ".join(folded_words)
    return " | ".join(" ".join(tokens) for tokens in (folded_words, expand_slang(folded_words, district.teen_code)))


def _find_phrases(searchable: str, phrases: Iterable[str]) -> list[str]:
    # The plain search comes first, because it excludes nearly all phrases at a third of the cost.
    return _drop_contained(phrase for phrase in phrases if phrase in searchable and contains_phrase(searchable, phrase))


def _drop_contained(phrases: Iterable[str]) -> list[str]:
    """Return the phrases without those that are part of a longer one, which would count twice."""
    unique_phrases = list(dict.fromkeys(phrases))
    if len(unique_phrases) < 2:
        return unique_phrases
    # The plain search comes first, because most phrases aren't part of another one.
    return [
        inner
        for inner in unique_phrases
        if not any(inner in outer and inner != outer and contains_phrase(outer, inner) for outer in unique_phrases)
    ]


def _is_command(searchable: str, phrase: str) -> bool:
    """Return whether a phrase of a text is meant as a command: it must begin a short message, because its words alone
    may be a name.
    """
    folded_text = searchable.partition(" | ")[0]
    return f"{folded_text} ".startswith(f"{phrase} ") and len(folded_text.split()) <= _MAX_COMMAND_WORDS


def _count_words(phrases: Iterable[str]) -> int:
    return sum(len(phrase.split()) for phrase in phrases)


def _find_secret_markings(text: str, district: District) -> list[str]:
    """Return the markings of secrecy in a text: whole words, with matching case and accents, outside of innocent
    phrases.
    """
    remaining = nfc(text)
    for innocent in district.words.get("secret_innocent", ()):
        remaining = remaining.replace(innocent, "|")
    markings = []
    for marking in sorted(district.words.get("secret_marking", ()), key=len, reverse=True):
        remaining, count = re.subn(rf"(?<!\w){re.escape(marking)}(?!\w)", "|", remaining)
        if count:
            markings.append(marking)
    return markings


def _describe_personal_data(text: str, district: District) -> list[str]:
    """Return the number of personal data in a text for each kind; the data themselves are never repeated."""
    kinds = Counter(hit.kind for hit in find_personal_data(text) if hit.kind != "link")
    return [f"{district.say(f'personal.{kind}')} ×{n}" for kind, n in kinds.items()]


def _find_links(text: str) -> list[str]:
    return [hit.text for hit in find_personal_data(text) if hit.kind == "link"]


def _find_unofficial_hosts(links: Iterable[str], district: District) -> list[str]:
    hosts = dict.fromkeys(_parse_host(link) for link in links if link)
    return [
        host for host in hosts if not any(f".{host}".endswith(f".{domain}") for domain in district.official_domains)
    ]


def _parse_host(link: str) -> str:
    try:
        host = urlsplit(link if "//" in link else f"//{link}").hostname
    except ValueError:  # A malformed address can't be official, so that it is shown unchanged.
        host = None
    return (host or link).rstrip(".")
