"""Finding places in residents' texts, against only folding the texts.

Ours: `find_places` over every text of the demo's corpus, and over texts that each name a commune.
Floor: `words` over the same texts: splitting a text into folded words, which every search for names has to do. It
searches nothing.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from anninh_core.domain.tips.sorting.places import find_places
from anninh_core.kernel.text import words
from anninh_core.testing.apps import shipped_district
from benchmarks.measure import Effort, Goal, Result, build_comparison, build_milliseconds_round, measure_pairs
from benchmarks.town import list_tip_texts

TITLE = "places in residents' words, against folding the words"
GOAL = Goal(most=5)
NAMED = Goal(most=20)
_DAY = date(2021, 9, 1)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure both kinds of texts, in milliseconds per thousand texts."""
    rounds = effort.choose(9, 25)
    texts = (list_tip_texts() * 1000)[:1000]
    named = [f"{text} ở xã Ninh Hòa" for text in texts]
    return [
        _compare("1,000 texts of the corpus", texts, rounds, GOAL),
        _compare("1,000 texts that name a commune", named, rounds, NAMED),
    ]


def _compare(case: str, texts: Sequence[str], rounds: int, goal: Goal) -> Result:
    pairs = measure_pairs(
        build_milliseconds_round(partial(_find_all_places, texts)),
        build_milliseconds_round(partial(_fold_texts, texts)),
        rounds,
    )
    return build_comparison(case, "ms", pairs, goal=goal, note="divided by 1,000 it is what a message takes")


def _find_all_places(texts: Sequence[str]) -> None:
    district = shipped_district()
    for text in texts:
        find_places(district, text, day=_DAY)


def _fold_texts(texts: Sequence[str]) -> None:
    for text in texts:
        words(text)
