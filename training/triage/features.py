"""Sentences as rows of numbers: binary TF-IDF of each block, each block with a norm of its own."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from attrs import frozen
from scipy.sparse import csr_matrix, diags, hstack

from anninh_core.kernel.text import fold, place_tones
from anninh_core.plugins.triage.model import inverse_frequency
from anninh_core.plugins.triage.ngrams import count_words, list_folded, list_lengths, list_written
from training.triage.generate import choose_bare, copies
from training.triage.sentences import HERE, Sentence

MOST = {"folded": 20_000, "written": 20_000, "concepts": 100}
"""N-grams kept of each block: those of most sentences; more made the file larger and nothing better."""
SCALE = {"folded": 1.0, "written": 1.0, "concepts": 0.5}
_FEWEST = 2  # sentences
_SHORT = 2  # letters; shorter words without diacritics could be anything


@frozen
class Row:
    """A copy of a sentence: its number, its n-grams by block, whether it is the text as written, or without diacritics.

    It is both where nothing has diacritics.
    """

    sentence: int
    ngrams: Mapping[str, frozenset[str]]
    original: bool
    bare: bool


@frozen
class Vocabulary:
    """What is known of one block: n-grams in order, and in how many rows each occurs, of how many."""

    ngrams: Sequence[str]
    counts: Sequence[int]
    texts: int


def load_concepts() -> dict[str, list[str]]:
    """Return phrase -> names of the concepts it stands for; without its diacritics it stands for them too."""
    raw: dict[str, str] = tomllib.loads((HERE / "concepts.toml").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for name, phrases in raw.items():
        for phrase in phrases.split(","):
            written = place_tones(phrase.strip().lower())
            for spelling in {written, fold(written) if len(fold(written)) > _SHORT else written}:
                found.setdefault(spelling, set()).add(name)
    return {phrase: sorted(found[phrase]) for phrase in sorted(found)}


def build_rows(sentences: Sequence[Sentence], concepts: Mapping[str, Sequence[str]]) -> list[Row]:
    """Return the rows of all copies; copies that look the same to the model count once."""
    rows: list[Row] = []
    for number, sentence in enumerate(sentences):
        texts = copies(sentence)
        ngrams = {text: split(text, concepts) for text in (*texts, choose_bare(texts))}
        keys = {text: (one["folded"], one["written"]) for text, one in ngrams.items()}
        unlike = {keys[text]: ngrams[text] for text in texts}
        original = keys[texts[0]]
        bare = keys[choose_bare(texts)]
        rows.extend(Row(number, one, key == original, key == bare) for key, one in unlike.items())
    return rows


def split(text: str, concepts: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    """Return the n-grams of a text by block."""
    folded = list_folded(text)
    written = list_written(text)
    names = {name for ngram in written if ngram in concepts for name in concepts[ngram]}
    lengths = list_lengths(count_words(folded))
    return {"folded": frozenset(folded), "written": frozenset(written), "concepts": frozenset(names | lengths)}


def choose_vocabulary(rows: Sequence[Row], block: str) -> Vocabulary:
    """Return the n-grams that at least two sentences have, copies of one counting as one."""
    by_sentence: dict[int, set[str]] = {}
    for row in rows:
        by_sentence.setdefault(row.sentence, set()).update(row.ngrams[block])
    spread = Counter(ngram for ngrams in by_sentence.values() for ngram in ngrams)
    often = sorted((-count, ngram) for ngram, count in spread.items() if count >= _FEWEST)
    kept = sorted(ngram for _, ngram in often[: MOST[block]])
    counts = Counter(ngram for row in rows for ngram in row.ngrams[block])
    return Vocabulary(kept, [counts[ngram] for ngram in kept], len(rows))


def build_matrix(rows: Sequence[Row], vocabularies: Mapping[str, Vocabulary]) -> csr_matrix:
    """Return the rows' values, the blocks side by side."""
    return hstack([_block_matrix(rows, block, known) for block, known in vocabularies.items()]).tocsr()


def _block_matrix(rows: Sequence[Row], block: str, known: Vocabulary) -> csr_matrix:
    at = {ngram: number for number, ngram in enumerate(known.ngrams)}
    columns = []
    ends = [0]
    for row in rows:
        columns.extend(sorted(at[ngram] for ngram in row.ngrams[block] if ngram in at))
        ends.append(len(columns))
    shape = (len(rows), len(known.ngrams))
    ones = csr_matrix((np.ones(len(columns)), np.array(columns, dtype=np.int64), np.array(ends)), shape=shape)
    values = ones @ diags([inverse_frequency(known.texts, count) for count in known.counts])
    norms = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel())
    norms[norms == 0] = 1
    return diags(SCALE[block] / norms) @ values
