"""Each promise of the pages about safety and privacy is proved by a test that is named next to it."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, ROOT, name_of
from tests.docs.proofs import CITED, PROMISING, Sentence, missing_tests, promises, sentences

PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    DOCS / "explanation" / "limits.md",
    DOCS / "explanation" / "threat_model.md",
    *sorted((DOCS / "howto").glob("*.md")),
    *sorted((DOCS / "vi").glob("*.md")),
]
PAGE = pytest.mark.parametrize("page", PAGES, ids=name_of)
PROOF = re.compile(r"<!-- proof: (?:tests/[\w/]+\.py::\w+(?:, )?)+ -->")


def no_promises() -> dict[str, list[str]]:
    """Return page -> fragments of the sentences that promise nothing."""
    text = (ROOT / "tests/docs/no_promises.toml").read_text(encoding="utf-8")
    listed: dict[str, list[str]] = {}
    for pages in tomllib.loads(text).values():
        for page, fragments in pages.items():
            listed.setdefault(page, []).extend(fragments)
    return listed


NO_PROMISES = no_promises()


def unproved(text: str, fragments: list[str]) -> list[str]:
    """Return the sentences that promise something, cite no test and aren't listed."""
    return [
        sentence.text
        for sentence in promises(text)
        if not sentence.proofs and not any(fragment in sentence.text for fragment in fragments)
    ]


@PAGE
def test_every_promise_has_its_proof(page: Path) -> None:
    """A sentence with a promising word, such as `never` or `can't`, cites the test that proves it, or is listed as no
    promise.
    """
    assert unproved(page.read_text(encoding="utf-8"), NO_PROMISES.get(name_of(page), [])) == []


@PAGE
def test_every_proof_runs(page: Path) -> None:
    """Each test that a page cites is collected, and neither skipped nor expected to fail; no comment begins a line."""
    text = page.read_text(encoding="utf-8")
    assert missing_tests(text) == []
    assert [proof for proof in re.findall(r"<!-- *proof.*?-->", text, re.DOTALL) if not PROOF.fullmatch(proof)] == []
    assert [line for line in text.splitlines() if line.strip().startswith("<!-- proof")] == []


def test_listed_fragments_are_needed() -> None:
    """Each listed fragment is in one sentence of its page, which has no proof, and has a promising word."""
    stale: list[tuple[str, str]] = []
    for page, fragments in NO_PROMISES.items():
        written = list(sentences((ROOT / page).read_text(encoding="utf-8")))
        stale += [(page, fragment) for fragment in fragments if not is_of_use(fragment, written)]
    assert stale == []


def is_of_use(fragment: str, written: list[Sentence]) -> bool:
    """Return whether a fragment excuses exactly one sentence, which has no proof."""
    matching = [sentence for sentence in written if fragment in sentence.text]
    return len(matching) == 1 and not matching[0].proofs and PROMISING.search(fragment) is not None


PLANTED = """# Page

It keeps words. It never shows
them to others, and **nothing is lost.** <!-- proof: tests/docs/test_proofs.py::test_the_checks_bite --> The rest

- can't be read. Không bao giờ mất.
- It waits.

| Nobody reads it. | `tests/docs/test_proofs.py::test_the_checks_bite` |
| Nobody writes it. | No. |
| Not protected: guesses. | Take care. |

```text
never
```
"""


def test_the_checks_bite() -> None:
    """A promise without a proof is found across lines, in lists and in tables, and only a test that runs is a proof."""
    assert unproved(PLANTED, []) == ["- can't be read.", "Không bao giờ mất.", "| Nobody writes it. | No. |"]
    assert unproved(PLANTED, ["can't be read", "Không bao giờ", "writes it"]) == []
    here = "tests/docs/test_proofs.py"
    assert missing_tests(f"{here}::test_the_checks_bite, {here}::test_gone, tests/docs/test_gone.py::test_x") == [
        f"{here}::test_gone",
        "tests/docs/test_gone.py::test_x",
    ]
    assert missing_tests("tests/docs/proofs.py::missing_tests") == ["tests/docs/proofs.py::missing_tests"]
    assert CITED.findall("tests/promises/test_plan.py::test_nothing") != []


def test_unrun_tests_prove_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is marked `xfail` or `skip`, itself or by its module, is no proof."""
    monkeypatch.setattr("tests.docs.proofs.ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    marked = (
        "import pytest\n\n\n@pytest.mark.xfail(strict=True)\ndef test_a() -> None: ...\n\n\ndef test_b() -> None: ...\n"
    )
    (tmp_path / "tests/test_one.py").write_text(marked, encoding="utf-8")
    (tmp_path / "tests/test_two.py").write_text(f"{marked}\npytestmark = pytest.mark.skip('why')\n", encoding="utf-8")
    cited = [f"tests/test_{file}.py::test_{name}" for file in ("one", "two") for name in "ab"]
    assert missing_tests(" ".join(cited)) == [cited[0], cited[2], cited[3]]
