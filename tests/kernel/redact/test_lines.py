"""What is found in strings as people write them, each with what must be found marked in it."""

import re
from pathlib import Path

from anninh_core.kernel.redact import find_personal_data

MARKED = re.compile(r"⟦(\w+)\|(.*?)⟧")
LINES = (Path(__file__).parent / "lines.txt").read_text(encoding="utf-8").splitlines()


def test_just_what_is_marked_is_found() -> None:
    """Every marked piece as its kind, from end to end, and nothing else: money, dates, goods and codes stay."""
    assert not "\n".join(list_misread_lines())


def test_the_end_of_the_line_before_changes_nothing() -> None:
    """A name in capitals or a bank that ends a line is no part of the number that begins the next one."""
    misread = list_misread_lines("NGUYỄN THỊ HOA\n")
    assert not "\n".join(misread)


def list_misread_lines(before: str = "") -> list[str]:
    """Return the lines in which other pieces are found than marked ones, written after other words."""
    misread = []
    for line in filter(None, LINES):
        text = before + MARKED.sub(r"\2", line)
        found = [(hit.kind, hit.text) for hit in find_personal_data(text) if hit.kind != "link"]
        if found != MARKED.findall(line):
            misread.append(f"{line} -> {found}")
    return misread


def test_every_kind_is_there_and_near_misses_too() -> None:
    """A list that lost a kind would prove nothing about it."""
    marked = {kind for line in LINES for kind, _ in MARKED.findall(line)}

    assert marked == {"phone", "cccd", "cmnd", "passport", "plate", "email", "bank_account"}
    assert sum(not MARKED.search(line) for line in LINES) > 100
