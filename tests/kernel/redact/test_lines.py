"""What is found in strings as people write them, each with what must be found marked in it."""

import re
from pathlib import Path

from anninh_core.kernel.redact import find_personal_data

MARKED = re.compile(r"⟦(\w+)\|(.*?)⟧")
LINES = (Path(__file__).parent / "lines.txt").read_text(encoding="utf-8").splitlines()


def test_just_what_is_marked_is_found() -> None:
    """Every marked piece as its kind, from end to end, and nothing else: money, dates, goods and codes stay."""
    wrong = []
    for line in filter(None, LINES):
        found = [(hit.kind, hit.text) for hit in find_personal_data(MARKED.sub(r"\2", line)) if hit.kind != "link"]
        if found != MARKED.findall(line):
            wrong.append(f"{line} -> {found}")

    assert not "\n".join(wrong)


def test_every_kind_is_there_and_near_misses_too() -> None:
    """A list that lost a kind would prove nothing about it."""
    marked = {kind for line in LINES for kind, _ in MARKED.findall(line)}

    assert marked == {"phone", "cccd", "cmnd", "passport", "plate", "email", "bank_account"}
    assert sum(not MARKED.search(line) for line in LINES) > 100
