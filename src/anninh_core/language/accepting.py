"""Choice of the language of a response by the Accept-Language header."""

from anninh_core.language.catalogue import LANGUAGES, Language


def choose_language(header: str) -> Language:
    """Return the available language with the greatest weight in an Accept-Language header."""
    best: tuple[float, Language] = (0.0, LANGUAGES[0])
    for choice in header[:200].split(","):
        tag, _, weight = choice.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        for language in LANGUAGES:
            if primary == language and (quality := _parse_weight(weight)) > best[0]:
                best = (quality, language)
    return best[1]


def _parse_weight(text: str) -> float:
    name, _, number = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        return min(1.0, float(number))
    except ValueError:
        return 0.0
