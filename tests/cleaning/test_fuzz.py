"""Files that were changed at random: nothing is raised, and nothing that tells is in what is called clean."""

import logging
import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import pytest
from tests.cleaning.documents import DOCUMENTS
from tests.cleaning.films import FILMS
from tests.cleaning.markers import find_markers
from tests.cleaning.pictures import PICTURES
from tests.cleaning.test_corpus import CORPUS

from anninh_core.cleaning import clean_file
from anninh_core.cleaning.cleaner import clean_in_process
from anninh_core.cleaning.results import CleanedFile, FileLimits
from anninh_core.vocabulary.files import Cleaning

pytestmark = pytest.mark.slow
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every damage, in its words
TRIES = 300
LIMITS = FileLimits(size=1_000_000, pixels=1_000_000, unpacked=5_000_000, parts=2_000)


def flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 12)):
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 200)]


def repeat(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    to = chance.randrange(len(data))
    data[to:to] = data[start : start + chance.randint(1, 200)]


def number(data: bytearray, chance: random.Random) -> None:
    """Put a number at its limit where a length may stand."""
    start = chance.randrange(max(len(data) - 4, 1))
    data[start : start + 4] = chance.choice([b"\xff" * 4, b"\x7f\xff\xff\xff", bytes(4), b"\x00\x00\x00\x01"])


CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (flip, cut, repeat, number)


def changed(data: bytes, seed: str) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(TRIES):
        copy = bytearray(data)
        for change in chance.choices(CHANGES, k=chance.randint(1, 3)):
            if copy:
                change(copy, chance)
        yield bytes(copy)


def check(clean: Callable[[bytes], CleanedFile], files: Iterator[bytes]) -> tuple[set[Cleaning], int]:
    """Return what became of files, and how many were called cleaned and had marks in them."""
    states = set()
    left = 0
    for data in files:
        result = clean(data)
        states.add(result.cleaning)
        left += result.data is not None and bool(find_markers(result.data))
    return states, left


@pytest.mark.parametrize("kind", [kind for kind in {**PICTURES, **DOCUMENTS} if kind != "heic"])
def test_changed_pictures_and_documents_do_no_harm(kind: str) -> None:
    """Nothing is raised, and what is still called cleaned has none of the marks."""
    states, left = check(partial(clean_in_process, limits=LIMITS), changed(CORPUS[kind], f"files {kind}"))
    assert (states <= {*Cleaning}, left) == (True, 0)


@pytest.mark.parametrize("kind", FILMS)
def test_changed_films_and_sounds_do_no_harm(kind: str) -> None:
    """Nothing is raised. A changed length can make a tag part of the sound: that is rare, and no reader sees it."""
    states, left = check(partial(clean_in_process, limits=LIMITS), changed(CORPUS[kind], f"files {kind}"))
    assert states <= {*Cleaning}
    assert left < TRIES // 10


def test_a_file_that_crashes_its_library() -> None:
    """It ends the process it is cleaned in, and nothing else: some of these did so when this was written."""
    states, left = check(clean_file, islice(changed(CORPUS["heic"], "files heic"), 60, 75))
    assert Cleaning.REFUSED in states
    assert left == 0
