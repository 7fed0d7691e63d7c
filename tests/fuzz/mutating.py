"""Functions that mutate texts, JSON values and bytes; a seed always gives the same mutation."""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

HOSTILE_TEXTS: Sequence[str] = (
    "",
    " ",
    "\0",
    "\x1b[2J\x07\x08",
    "\u202egnp.exe\u202c",  # The text is displayed from right to left.
    "\u2066a\u2069\u200b\u200d\ufeff",
    "Ngu\u031b\u0323\u031b\u0300i",  # The letters are decomposed, and a letter has several marks.
    "a" + "\u0301" * 500,
    "é" * 3 + "e\u0301" * 3,
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "\ufffe\uffff\U0010ffff",
    "\u2028\u2029\x85\r\n\t",
    "-1",
    "1e999",
    "9" * 400,
    "0x10",
    "NaN",
    "٣٤٥",  # These digits aren't ASCII digits.
    "²",
    "../../../../etc/passwd",
    "C:\\..\\nul",
    "%00%0a%s%n{0}{x}${jndi:x}",
    "'; DROP TABLE records; --",
    "<script>alert(1)</script>",
    "]]>&amp;&#0;<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>",
    "=1+cmd|' /C calc'!A0",
    '#read("/etc/passwd") $x$ ] } \\',
    "null",
    "true",
    "[]",
    "23:59:60",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2021-02-30",
    "x" * 5_000,
    "a b " * 2_000,
    "((((((((((" * 300,
)
"""Texts that often break programs that read them."""

HOSTILE_VALUES: Sequence[Any] = (
    None,
    True,
    False,
    0,
    -1,
    2**31,
    2**63,
    10**300,
    -(10**19),
    0.1,
    -0.0,
    1e308,
    [],
    {},
    [[]],
    {"": ""},
    [None],
    {"id": {"id": {"id": None}}},
)


def pick_text(random: Random) -> str:
    return random.choice(HOSTILE_TEXTS)


def mutate_text(random: Random, text: str) -> str:
    """Return `text` after a random mutation: a hostile text inserted or in its place, a piece removed or repeated, or
    characters replaced.
    """
    place = random.randrange(len(text) + 1)
    end = min(len(text), place + random.randrange(1, 8))
    match random.randrange(6):
        case 0:
            return text[:place] + pick_text(random) + text[place:]
        case 1:
            return text[:place]
        case 2:
            return text[:place] + text[end:]
        case 3:
            return text[:place] + text[place:end] * random.choice((2, 3, 200)) + text[end:]
        case 4:
            return text[:place] + chr(random.choice((0, 10, 34, 92, 0x7F, 0x202E, 0xFF11, 0x1F600))) + text[end:]
        case _:
            return pick_text(random)


def mutate_value(random: Random, value: Any, *, keep: float = 0.0) -> Any:
    """Return a JSON value with at least one mutation.

    Args:
        random: source of the random choices.
        value: as `json.loads` returns it; it isn't changed.
        keep: probability of no further mutation after the first.
    """
    mutated = _mutate_random_part(random, value)
    while random.random() > keep:
        mutated = _mutate_random_part(random, mutated)
        keep += 0.3
    return mutated


def mutate_words(random: Random, value: Any) -> Any:
    """Return a JSON value of the same shape with about a quarter of its texts mutated."""
    if isinstance(value, Mapping):
        return {key: mutate_words(random, part) for key, part in value.items()}
    if isinstance(value, list):
        return [mutate_words(random, part) for part in value]
    return mutate_text(random, value) if isinstance(value, str) and random.random() < 0.25 else value


def _mutate_random_part(random: Random, value: Any) -> Any:
    if isinstance(value, Mapping) and value and random.random() < 0.9:
        return _mutate_object(random, dict(value))
    if isinstance(value, list) and value and random.random() < 0.9:
        return _mutate_list(random, list(value))
    return _mutate_leaf(random, value)


def _mutate_object(random: Random, value: dict[str, Any]) -> dict[str, Any]:
    key = random.choice(list(value))
    match random.randrange(10):
        case 0:
            del value[key]
        case 1:
            value[mutate_text(random, key)] = value.pop(key)
        case 2:
            value[pick_text(random)] = random.choice(HOSTILE_VALUES)
        case 3:
            value[key] = value[random.choice(list(value))]
        case _:
            value[key] = _mutate_random_part(random, value[key])
    return value


def _mutate_list(random: Random, value: list[Any]) -> list[Any]:
    place = random.randrange(len(value))
    match random.randrange(6):
        case 0:
            del value[place]
        case 1:
            value[place:place] = [value[place]] * random.choice((1, 2, 300))
        case 2:
            random.shuffle(value)
        case _:
            value[place] = _mutate_random_part(random, value[place])
    return value


def _mutate_leaf(random: Random, value: Any) -> Any:
    match random.randrange(8):
        case 0:
            return random.choice(HOSTILE_VALUES)
        case 1:
            return [value]
        case 2:
            return {"value": value}
        case 3 if not isinstance(value, str):
            return str(value)
        case _:
            return mutate_text(random, value) if isinstance(value, str) else _mutate_number(random, value)


def _mutate_number(random: Random, value: Any) -> Any:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return random.choice(HOSTILE_VALUES)
    return random.choice((-value, value + 1, value * 2**32, 0.5, 0, 10**18))


def mutate_bytes(random: Random, data: bytes) -> bytes:
    """Return mutated bytes: with flipped bits, with pieces removed, repeated, moved or replaced, or with the end cut
    off.
    """
    spoilt = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        _mutate_bytes_once(random, spoilt)
    return bytes(spoilt) if bytes(spoilt) != data else data + b"\0"


def _mutate_bytes_once(random: Random, spoilt: bytearray) -> None:
    place = random.randrange(len(spoilt) + 1)
    end = min(len(spoilt), place + random.choice((1, 2, 8, 64, 1024)))
    match random.randrange(7):
        case 0 if place < len(spoilt):
            spoilt[place] ^= 1 << random.randrange(8)
        case 1:
            del spoilt[place:]
        case 2:
            del spoilt[place:end]
        case 3:
            spoilt[place:place] = spoilt[place:end] * random.choice((1, 2, 50))
        case 4:
            spoilt[place:end] = random.randbytes(end - place)
        case 5:
            spoilt[place:place] = random.choice((b"\xff\xfe", b"\xed\xa0\x80", b"\0" * 16, b"\xc0\x80", b"\r\n\r\n"))
        case _:
            other = random.randrange(len(spoilt) + 1)
            spoilt[place:end] = spoilt[other : other + (end - place)]


def encode_mutated(random: Random, value: Any) -> bytes:
    """Return a JSON body that is mutated as a value, and often also in its syntax or bytes."""
    mutated = mutate_words(random, value) if random.random() < 0.4 else mutate_value(random, value, keep=0.5)
    body = json.dumps(mutated, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")
    match random.randrange(8):
        case 0:
            return mutate_bytes(random, body)
        case 1:
            return _duplicate_key(random, body)
        case 2:
            return _insert_bad_escape(random, body)
        case 3:
            return body.replace(b"{", b"[" * random.choice((2, 3_000)) + b"{", 1)
        case _:
            return body


def _duplicate_key(random: Random, body: bytes) -> bytes:
    """Return a JSON object that has a key twice, the second time with another value."""
    value = json.loads(body)
    if not isinstance(value, dict) or not value:
        return body
    twice = json.dumps({random.choice(list(value)): random.choice(HOSTILE_VALUES)}).encode()
    return body[:-1] + b"," + twice[1:]


def _insert_bad_escape(random: Random, body: bytes) -> bytes:
    """Return a JSON body with an unpaired surrogate, a null character or a direction override escaped in one of its
    strings.
    """
    places = [place for place, byte in enumerate(body) if byte == ord('"')]
    if not places:
        return body
    place = random.choice(places) + 1
    return body[:place] + random.choice((b"\\ud83d", b"\\udc00\\ud800", b"\\u0000", b"\\u202e")) + body[place:]
