"""Each promise of the pages about safety and privacy is proved by a test that is named next to it."""

import re
import tomllib
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, ROOT, get_page_name
from tests.docs.proofs import CITED, PROMISING, Sentence, find_missing_tests, iter_promises, iter_sentences

PAGES = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    DOCS / "explanation" / "limits.md",
    DOCS / "explanation" / "threat_model.md",
    *sorted((DOCS / "howto").glob("*.md")),
    *sorted((DOCS / "vi").glob("*.md")),
]
PAGE = pytest.mark.parametrize("page", PAGES, ids=get_page_name)
PROOF = re.compile(r"<!-- proof: (?:tests/[\w/]+\.py::\w+(?:, )?)+ -->")


def read_exceptions() -> dict[str, list[str]]:
    """Return, for each page, fragments of the sentences that have a promising word but promise nothing."""
    text = (ROOT / "tests/docs/no_promises.toml").read_text(encoding="utf-8")
    listed: dict[str, list[str]] = {}
    for pages in tomllib.loads(text).values():
        for page, fragments in pages.items():
            listed.setdefault(page, []).extend(fragments)
    return listed


NO_PROMISES = read_exceptions()


def find_unproved_promises(text: str, fragments: list[str]) -> list[str]:
    """Return the sentences that promise something, cite no test, and contain none of the fragments."""
    return [
        sentence.text
        for sentence in iter_promises(text)
        if not sentence.proofs and not any(fragment in sentence.text for fragment in fragments)
    ]


@PAGE
def test_every_promise_has_its_proof(page: Path) -> None:
    """A sentence with a promising word, such as `never` or `can't`, cites the test that proves it, or is listed as no
    promise.
    """
    assert find_unproved_promises(page.read_text(encoding="utf-8"), NO_PROMISES.get(get_page_name(page), [])) == []


@PAGE
def test_every_proof_runs(page: Path) -> None:
    """Each test that a page cites as a proof is collected, and neither skipped nor expected to fail; no proof's comment
    begins a line.
    """
    text = page.read_text(encoding="utf-8")
    assert find_missing_tests(text) == []
    assert [proof for proof in re.findall(r"<!-- *proof.*?-->", text, re.DOTALL) if not PROOF.fullmatch(proof)] == []
    assert [line for line in text.splitlines() if line.strip().startswith("<!-- proof")] == []


def test_listed_fragments_are_needed() -> None:
    """Each listed fragment of a sentence without a promise is in exactly one sentence of its page; the sentence has no
    proof, and the fragment has a promising word.
    """
    stale: list[tuple[str, str]] = []
    for page, fragments in NO_PROMISES.items():
        written = list(iter_sentences((ROOT / page).read_text(encoding="utf-8")))
        stale += [(page, fragment) for fragment in fragments if not is_needed(fragment, written)]
    assert stale == []


def is_needed(fragment: str, written: list[Sentence]) -> bool:
    """Return whether a fragment with a promising word is in exactly one sentence, which has no proof."""
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
    assert find_unproved_promises(PLANTED, []) == [
        "- can't be read.",
        "Không bao giờ mất.",
        "| Nobody writes it. | No. |",
    ]
    assert find_unproved_promises(PLANTED, ["can't be read", "Không bao giờ", "writes it"]) == []
    here = "tests/docs/test_proofs.py"
    assert find_missing_tests(f"{here}::test_the_checks_bite, {here}::test_gone, tests/docs/test_gone.py::test_x") == [
        f"{here}::test_gone",
        "tests/docs/test_gone.py::test_x",
    ]
    assert find_missing_tests("tests/docs/proofs.py::find_missing_tests") == [
        "tests/docs/proofs.py::find_missing_tests"
    ]
    assert CITED.findall("tests/promises/test_plan.py::test_nothing") != []


def test_unrun_tests_prove_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is marked `xfail` or `skip`, on its own or by its module, is no proof."""
    monkeypatch.setattr("tests.docs.proofs.ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    marked = (
        "import pytest\n\n\n@pytest.mark.xfail(strict=True)\ndef test_a() -> None: ...\n\n\ndef test_b() -> None: ...\n"
    )
    (tmp_path / "tests/test_one.py").write_text(marked, encoding="utf-8")
    (tmp_path / "tests/test_two.py").write_text(f"{marked}\npytestmark = pytest.mark.skip('why')\n", encoding="utf-8")
    cited = [f"tests/test_{file}.py::test_{name}" for file in ("one", "two") for name in "ab"]
    assert find_missing_tests(" ".join(cited)) == [cited[0], cited[2], cited[3]]
