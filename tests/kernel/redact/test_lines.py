"""Personal data is found in sentences as people write them; each piece that must be found is marked in `lines.txt`."""

import re
from pathlib import Path

from anninh_core.kernel.redact import find_personal_data

MARKED = re.compile(r"⟦(\w+)\|(.*?)⟧")
LINES = (Path(__file__).parent / "lines.txt").read_text(encoding="utf-8").splitlines()


def test_exactly_the_marked_pieces_are_found() -> None:
    """Exactly the marked pieces are found, whole and with their kind; money, dates, goods and codes are not."""
    assert not "\n".join(list_misread_lines())


def test_preceding_line_changes_no_hit() -> None:
    """A name in capitals at the end of a line is not joined to the number at the beginning of the next line."""
    misread = list_misread_lines("NGUYỄN THỊ HOA\n")
    assert not "\n".join(misread)


def list_misread_lines(before: str = "") -> list[str]:
    """Return the lines in which other personal data is found than marked, with the text `before` in front of each
    line.
    """
    misread = []
    for line in filter(None, LINES):
        text = before + MARKED.sub(r"\2", line)
        hits = [(hit.kind, hit.text) for hit in find_personal_data(text) if hit.kind != "link"]
        if hits != MARKED.findall(line):
            misread.append(f"{line} -> {hits}")
    return misread


def test_list_covers_every_kind_and_near_misses() -> None:
    """The list has an example of every kind of personal data and more than a hundred lines without any."""
    marked = {kind for line in LINES for kind, _ in MARKED.findall(line)}

    assert marked == {"phone", "cccd", "cmnd", "passport", "plate", "email", "bank_account"}
    assert sum(not MARKED.search(line) for line in LINES) > 100
