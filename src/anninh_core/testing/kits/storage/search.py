"""Rules about search: S-105 to S-109 and S-150 to S-156."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest

from anninh_core._moved import keep_old_imports
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search.query import Phrase, TermQuery
from anninh_core.ports.storages.changes import SearchTerms
from anninh_core.ports.storages.query import encode_cursor, order_columns
from anninh_core.ports.storages.searching import Hit
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing.kits.storage.base import (
    NOW,
    TIP,
    StorageKit,
    change,
    commit,
    commit_records,
    find_all,
    page_ids,
    tip,
)


def build_terms(name: str, *words: str, minutes: int = 0, unit: str = "u1") -> SearchTerms:
    """Return the search terms of a record."""
    return SearchTerms(kind="kit_tip", id=name, unit=unit, at=NOW + timedelta(minutes=minutes), terms=words)


def build_query(*clauses: str, excluded: Sequence[str] = ()) -> TermQuery:
    """Return a query with one clause for each text: `a b | c` means the phrase "a b" or the word c."""
    return TermQuery(
        tuple(tuple(tuple(phrase.split()) for phrase in clause.split("|")) for clause in clauses),
        tuple(tuple(phrase.split()) for phrase in excluded),
    )


def commit_terms(storage: Storage, *texts: SearchTerms) -> None:
    """Commit the search terms of records, so that these can be found."""
    commit(storage, change(search=texts))


def search_ids(
    storage: Storage, query: TermQuery, units: Sequence[str] | None = None, *, limit: int = 50, kind: str = "kit_tip"
) -> list[str]:
    """Return the ids of the hits on all pages of a search."""
    hits: list[Hit] = []
    while True:
        page = storage.search.find(kind, query, units, limit, hits[-1] if hits else None)
        assert not {*page} & {*hits}, "a page repeats hits of the pages before"
        hits += page
        if len(page) < limit:
            break
    assert hits == sorted(set(hits), reverse=True), "the newest first, and each once"
    return [hit.id for hit in hits]


class SearchRules(StorageKit, kit=True):
    """Rules about the index of opaque search terms."""

    def test_clauses(self, storage: Storage) -> None:
        """S-105 A text must meet every clause of a query, by any of its phrases; the order of clauses doesn't
        matter.
        """
        commit_terms(
            storage,
            build_terms("a", "x", "y", minutes=3),
            build_terms("b", "x", "z", minutes=2),
            build_terms("c", "y", "w", "x", minutes=1),
        )
        assert search_ids(storage, build_query("x")) == ["a", "b", "c"]
        assert search_ids(storage, build_query("y", "x")) == ["a", "c"]
        assert search_ids(storage, build_query("x", "y|z")) == ["a", "b", "c"]
        assert search_ids(storage, build_query("z|w", "y|z")) == ["b", "c"]
        assert search_ids(storage, build_query("x", "nothing")) == []

    def test_replaced(self, storage: Storage) -> None:
        """S-106 New terms of a record replace its earlier ones, also within a batch; empty terms remove the record."""
        commit(storage, change(search=(build_terms("a", "x", "y"),)), change(search=(build_terms("b", "x"),)))
        commit(
            storage,
            change(search=(build_terms("a", "y", "z"),)),
            change(search=(build_terms("b"), build_terms("never"))),
        )
        commit(storage, change(search=(build_terms("c", "x"),)), change(search=(build_terms("c", "z"),)))
        hits = {word: search_ids(storage, build_query(word)) for word in "xyz"}
        assert hits == {"x": [], "y": ["a"], "z": ["c", "a"]}

    def test_phrases(self, storage: Storage) -> None:
        """S-107 A phrase matches adjacent terms in the same order, with repetitions."""
        commit_terms(
            storage,
            build_terms("a", "x", "y", "x", "y", "y", minutes=3),
            build_terms("b", "y", "x", "z", "y", minutes=2),
            build_terms("c", "xy", minutes=1),
        )
        assert search_ids(storage, build_query("x y")) == ["a"]
        assert search_ids(storage, build_query("y x")) == ["a", "b"]
        assert search_ids(storage, build_query("x y x")) == ["a"]
        assert search_ids(storage, build_query("y y")) == ["a"]
        assert search_ids(storage, build_query("x x")) == []
        assert search_ids(storage, build_query("y y | x z", "y x")) == ["a", "b"]

    def test_excluded(self, storage: Storage) -> None:
        """S-108 A text that contains an excluded phrase is no hit."""
        commit_terms(
            storage,
            build_terms("a", "x", "y", minutes=3),
            build_terms("b", "y", "x", minutes=2),
            build_terms("c", "x", "z"),
        )
        assert search_ids(storage, build_query("x", excluded=["x y"])) == ["b", "c"]
        assert search_ids(storage, build_query("x|y", excluded=["z", "y x"])) == ["a"]
        assert search_ids(storage, build_query("x", excluded=["nothing"])) == ["a", "b", "c"]
        assert search_ids(storage, build_query("x", excluded=["x"])) == []

    def test_bounds(self, storage: Storage) -> None:
        """S-109 A search finds only its kind and its units, by the newest terms; with no units it finds nothing."""
        commit_terms(
            storage,
            build_terms("a", "x", unit="u1"),
            build_terms("b", "x", unit="u2"),
            build_terms("c", "x", unit="u3"),
        )
        commit_terms(storage, build_terms("c", "x", unit="u1"))
        assert search_ids(storage, build_query("x"), ["u1"]) == ["c", "a"]
        assert search_ids(storage, build_query("x"), ["u3", "u2"]) == ["b"]
        assert search_ids(storage, build_query("x"), []) == []
        assert search_ids(storage, build_query("x"), None) == ["c", "b", "a"]
        assert search_ids(storage, build_query("x"), kind="kit_item") == []

    @pytest.mark.parametrize("limit", [1, 2, 3, 50])
    def test_hit_pages(self, storage: Storage, limit: int) -> None:
        """S-150 Hits are listed newest first, then by greatest id; pages have no gap and no repetition."""
        texts = [build_terms(f"t{n:02}", "x", minutes=n % 3, unit=f"u{n % 2}") for n in range(20)]
        commit_terms(storage, *texts)
        newest = sorted(texts, key=lambda text: (text.at, text.id), reverse=True)
        assert search_ids(storage, build_query("x"), limit=limit) == [text.id for text in newest]
        assert search_ids(storage, build_query("x"), ["u1"], limit=limit) == [
            text.id for text in newest if text.unit == "u1"
        ]

    def test_behind_what_is_gone(self, storage: Storage) -> None:
        """S-151 A page continues after a hit, even if that record is no longer indexed."""
        commit_terms(storage, *(build_terms(name, "x") for name in "abcd"))
        (first, second) = storage.search.find("kit_tip", build_query("x"), None, 2)
        commit_terms(storage, build_terms("c"), build_terms("e", "x", minutes=1))
        assert (first, second) == (Hit(NOW, "d"), Hit(NOW, "c"))
        assert [hit.id for hit in storage.search.find("kit_tip", build_query("x"), None, 5, second)] == ["b", "a"]
        assert storage.search.find("kit_tip", build_query("x"), None, 5, Hit(NOW, "a")) == []

    @pytest.mark.parametrize("wrong", ["", "X", "a b", "đ", "a-b", 'a"', "x" * 41])
    def test_wrong_terms(self, storage: Storage, wrong: str) -> None:
        """S-152 A term that isn't 1 to 40 of a-z and 0-9 is refused, when stored and when searched."""
        with pytest.raises(BadInput):
            commit_terms(storage, build_terms("a", "x", wrong))
        with pytest.raises(BadInput):
            storage.search.find("kit_tip", TermQuery(((("x", wrong),),)), None, 5)
        with pytest.raises(BadInput):
            storage.search.find("kit_tip", TermQuery(((("x",),),), ((wrong,),)), None, 5)

    def test_no_page(self, storage: Storage) -> None:
        """S-153 A search with a page size of 0 is refused."""
        with pytest.raises(BadInput):
            storage.search.find("kit_tip", build_query("x"), None, 0)

    def test_long_text(self, storage: Storage) -> None:
        """S-154 In 4,000 terms, the last phrase, a term of 40 letters and words of query languages are found."""
        odd = ("or", "and", "not", "near", "null", "x" * 40, "0")
        commit_terms(storage, build_terms("a", *odd, *(f"w{number}" for number in range(4_000))))
        assert search_ids(storage, build_query("w3998 w3999", "w0")) == ["a"]
        assert search_ids(storage, build_query("and not", "or|near", "x" * 40, "0 w0", excluded=["not and"])) == ["a"]

    def test_meaning(self, storage: Storage) -> None:
        """S-155 The hits of a query are exactly the texts whose terms `TermQuery.matches` accepts."""
        chance = Random(1)

        def choose_phrase(most: int) -> Phrase:
            return tuple(chance.choices("vwxyz", k=chance.randint(1, most)))

        texts = [build_terms(f"t{n:03}", *choose_phrase(8), minutes=chance.randint(0, 9)) for n in range(120)]
        commit_terms(storage, *texts)
        newest = sorted(texts, key=lambda text: (text.at, text.id), reverse=True)
        for _ in range(80):
            clauses = tuple(
                tuple(choose_phrase(3) for _ in range(chance.randint(1, 3))) for _ in range(chance.randint(1, 3))
            )
            query = TermQuery(clauses, tuple(choose_phrase(3) for _ in range(chance.randint(0, 2))))
            assert search_ids(storage, query, limit=7) == [text.id for text in newest if query.matches(text.terms)], (
                query
            )

    def test_written_cursor(self, storage: Storage) -> None:
        """S-156 A list continues after any record, from a cursor made of its values by `encode_cursor`."""
        commit_records(storage, *(tip(f"t{number}", received=number % 3) for number in range(7)))
        whole = find_all(storage)
        for behind, name in enumerate(whole, start=1):
            record = storage.records.get("kit_tip", name)
            assert record is not None
            values = [record.columns[column] for column, _ in order_columns(TIP, "newest")]
            page = storage.records.find(
                Find(kind="kit_tip", order="newest", after=encode_cursor("newest", values, name), limit=50)
            )
            assert page_ids(page) == whole[behind:]


keep_old_imports(__name__)
