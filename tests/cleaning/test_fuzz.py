"""Randomly damaged files raise no error, and a file reported as cleaned contains no metadata."""

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
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # pypdf logs every damage
TRIES = 300
LIMITS = FileLimits(size=1_000_000, pixels=1_000_000, unpacked=5_000_000, parts=2_000)


def overwrite_bytes(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 12)):
        data[chance.randrange(len(data))] = chance.randrange(256)


def cut_out_bytes(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.randint(1, 200)]


def repeat_bytes(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    to = chance.randrange(len(data))
    data[to:to] = data[start : start + chance.randint(1, 200)]


def overwrite_number(data: bytearray, chance: random.Random) -> None:
    """Overwrite four bytes, possibly a length, with an extreme number."""
    start = chance.randrange(max(len(data) - 4, 1))
    data[start : start + 4] = chance.choice([b"\xff" * 4, b"\x7f\xff\xff\xff", bytes(4), b"\x00\x00\x00\x01"])


CHANGES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    overwrite_bytes,
    cut_out_bytes,
    repeat_bytes,
    overwrite_number,
)


def iter_damaged_copies(data: bytes, seed: str) -> Iterator[bytes]:
    chance = random.Random(seed)
    for _ in range(TRIES):
        copy = bytearray(data)
        for change in chance.choices(CHANGES, k=chance.randint(1, 3)):
            if copy:
                change(copy, chance)
        yield bytes(copy)


def clean_and_count_marked(clean: Callable[[bytes], CleanedFile], files: Iterator[bytes]) -> tuple[set[Cleaning], int]:
    """Return the cleaning results of files, and the number of cleaned files that still contain markers."""
    states = set()
    marked_count = 0
    for data in files:
        result = clean(data)
        states.add(result.cleaning)
        marked_count += result.data is not None and bool(find_markers(result.data))
    return states, marked_count


@pytest.mark.parametrize("kind", [kind for kind in {**PICTURES, **DOCUMENTS} if kind != "heic"])
def test_damaged_pictures_and_documents_are_safe(kind: str) -> None:
    """A damaged picture or document raises no error, and a cleaned one contains no markers."""
    states, marked_count = clean_and_count_marked(
        partial(clean_in_process, limits=LIMITS), iter_damaged_copies(CORPUS[kind], f"files {kind}")
    )
    assert (states <= {*Cleaning}, marked_count) == (True, 0)


@pytest.mark.parametrize("kind", FILMS)
def test_damaged_films_and_audio_are_safe(kind: str) -> None:
    """A damaged film or audio file raises no error; markers remain rarely, when a changed length makes a tag part of
    the audio, which no reader shows.
    """
    states, marked_count = clean_and_count_marked(
        partial(clean_in_process, limits=LIMITS), iter_damaged_copies(CORPUS[kind], f"files {kind}")
    )
    assert states <= {*Cleaning}
    assert marked_count < TRIES // 10


def test_library_crash_is_contained() -> None:
    """A file that crashes its library ends only the cleaning process; some of the tested files crashed theirs when this
    was written.
    """
    states, marked_count = clean_and_count_marked(
        clean_file, islice(iter_damaged_copies(CORPUS["heic"], "files heic"), 60, 75)
    )
    assert Cleaning.REFUSED in states
    assert marked_count == 0
