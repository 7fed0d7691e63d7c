"""The training sentences of the triage model, and how the model is made."""

import random
from collections import Counter
from pathlib import Path

import pytest
from attrs import evolve
from training.triage.generate import copies, fill_slots, misspell, write_slang
from training.triage.sentences import (
    CATEGORIES,
    HERE,
    KINDS,
    Sentence,
    drop_repeats,
    load_file,
    load_sentences,
    write_clean,
)

from anninh_core.kernel.text import fold, nfc, words
from anninh_core.plugins.triage.model import join_sums, load_model

SENTENCES = load_sentences()
HELD_OUT = load_sentences(HERE / "held_out")
LINE = Sentence(
    id="z-1",
    text="Chiều nay [xóm|làng] {place} không được có điện, mọi người biết gì không?",
    kind="question",
    category="",
    emergency=False,
    topic="question/power",
    author="z",
)


def test_there_are_enough_different_sentences() -> None:
    """There are enough training sentences of each kind and category."""
    kinds = Counter(sentence.kind for sentence in SENTENCES)
    categories = Counter(sentence.category for sentence in SENTENCES if sentence.category)

    assert len(SENTENCES) >= 2000
    assert sum(sentence.emergency for sentence in SENTENCES) >= 450
    assert kinds["chatter"] >= 400
    assert kinds["unsuitable"] >= 250
    assert kinds["question"] >= 350
    assert min(categories[name] for name in CATEGORIES) >= 120
    assert set(kinds) == set(KINDS)


def test_sentences_are_unique_and_not_in_test_set() -> None:
    """No training sentence occurs twice or in the test set, which would measure memory instead of quality."""
    assert len({" ".join(words(sentence.text)) for sentence in SENTENCES}) == len(SENTENCES)
    assert len({sentence.id for sentence in SENTENCES}) == len(SENTENCES)
    assert drop_repeats(SENTENCES, HELD_OUT) == SENTENCES
    assert {sentence.author for sentence in SENTENCES}.isdisjoint(sentence.author for sentence in HELD_OUT)


def test_texts_are_stored_normalised() -> None:
    """Texts are stored in NFC without surrounding white space."""
    assert all(sentence.text == nfc(sentence.text).strip() for sentence in SENTENCES)


def test_copies_are_deterministic() -> None:
    """The copies of a sentence depend only on the sentence and its id."""
    sentence_copies = copies(LINE)

    assert sentence_copies == copies(LINE)
    assert 3 <= len(sentence_copies) <= 6
    assert len(set(sentence_copies)) == len(sentence_copies)
    assert any(text.isascii() for text in sentence_copies)
    assert any(text.isupper() for text in sentence_copies)
    assert not any("[" in text or "{" in text for text in sentence_copies)
    assert copies(evolve(LINE, id="z-2")) != sentence_copies


def test_copies_resemble_typed_messages() -> None:
    """Copies resemble typed messages: slots are filled, slang shortens, and typos keep most words."""
    dice = random.Random(1)
    assert fill_slots("[a|b] c", dice) in ("a c", "b c")
    assert fill_slots("ngoặc [này] ở lại", dice) == "ngoặc [này] ở lại"
    assert {write_slang("không được", random.Random(n)) for n in range(9)} & {"ko dc", "k dc", "ko đc", "k đc"}
    text = "chiều nay mất điện cả xóm từ sáng đến giờ chưa có lại"
    assert sum(a == b for a, b in zip(misspell(text, dice).split(), text.split(), strict=True)) >= 6


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    """An invalid line is refused with its file and line number."""
    path = tmp_path / "z.jsonl"
    path.write_text('\n{"id": "z-1", "text": "a"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"z.jsonl:2: no sentence"):
        load_file(path)
    path.write_text(
        '{"id": "1", "text": "a", "kind": "question", "category": "fire", "emergency": false, '
        '"topic": "t/t", "author": "z"}',
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="labels 'question', 'fire'"):
        load_file(path)


@pytest.mark.parametrize(("emergency", "fits"), [("false", True), ("true", False)])
def test_only_an_emergency_needs_a_category(tmp_path: Path, emergency: str, fits: bool) -> None:
    """A tip without a category is allowed, as an addition such as 'màu đỏ', but an emergency needs a category."""
    path = tmp_path / "z.jsonl"
    path.write_text(
        f'{{"id": "1", "text": "màu đỏ", "kind": "tip", "category": "", "emergency": {emergency}, '
        '"topic": "t/t", "author": "z"}',
        encoding="utf-8",
    )
    if fits:
        assert load_file(path)[0].category == ""
    else:
        with pytest.raises(ValueError, match="labels 'tip', ''"):
            load_file(path)


def test_cleaning_drops_repeats_and_near_copies(tmp_path: Path) -> None:
    """Cleaning drops repeated sentences and near copies of held-out ones, regardless of diacritics."""
    held_out = evolve(LINE, text="mất con bò vàng ở bãi ven sông chiều hôm qua")
    near = evolve(LINE, text="Mất con bò vàng ở bãi ven sông chiều hôm kia")
    other = evolve(LINE, text="Đèn đường ngõ tôi hỏng cả tuần")

    assert drop_repeats([near, other, evolve(other, text=fold(other.text))], [held_out]) == [other]
    out = tmp_path / "out"
    out.mkdir()
    path = out / "z.jsonl"
    path.write_text(
        '{"id": "z-1", "text": " Đèn hỏng ", "kind": "tip", "category": "traffic", "emergency": false, '
        '"topic": "t/t", "author": "z"}\n',
        encoding="utf-8",
    )
    assert write_clean([path], out, []) == 1
    assert load_file(path)[0].text == "Đèn hỏng"


def test_the_shipped_model_was_made_from_these_sentences() -> None:
    """The shipped model was fitted to the present sentences and settings; needs the group `train`."""
    pytest.importorskip("sklearn", reason="the group `train` isn't installed")
    from training.triage.features import load_concepts  # noqa: PLC0415
    from training.triage.fit import hash_data  # noqa: PLC0415

    model = load_model()
    assert model is not None
    assert model.trained.data == hash_data(SENTENCES, load_concepts())


def test_figures_of_a_file_are_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures of a file are printed for all messages as written and without diacritics; needs the group `train`."""
    pytest.importorskip("sklearn", reason="the group `train` isn't installed")
    from training.triage.evaluate import print_set  # noqa: PLC0415

    path = tmp_path / "z.jsonl"
    path.write_text(
        '{"text": "Cháy nhà ở xóm 3, đến ngay các anh ơi", "kind": "tip", "category": "fire", "emergency": true}\n'
        '{"text": "Em cảm ơn các anh nhiều ạ", "kind": "chatter"}\n',
        encoding="utf-8",
    )

    print_set(path)

    output = capsys.readouterr().out
    assert "== z.jsonl, as written" in output
    assert "== z.jsonl, without diacritics" in output
    assert output.count("kind: 2 messages, macro F1 100") == 2


def test_scores_are_joined_as_in_the_shipped_model() -> None:
    """Training, which sets the thresholds, joins scores like the shipped model, which applies them; needs the group
    `train`.
    """
    pytest.importorskip("sklearn", reason="the group `train` isn't installed")
    import numpy as np  # noqa: PLC0415
    from training.triage import heads  # noqa: PLC0415

    sums = np.random.default_rng(1).normal(0, 4, (9, len(KINDS) + len(heads.MATTERS) + len(CATEGORIES)))

    for row, joined in zip(sums.tolist(), heads.join_sums(sums).tolist(), strict=True):
        assert join_sums(row, len(heads.MATTERS), heads.ODDS_WEIGHT) == pytest.approx(joined)


def test_the_same_sentences_make_the_same_bytes(tmp_path: Path) -> None:
    """Fitting the same sentences twice gives the same bytes; needs the group `train`."""
    pytest.importorskip("sklearn", reason="the group `train` isn't installed")
    from training.triage.fit import fit  # noqa: PLC0415

    few = write_clean([HERE / "data" / "h.jsonl"], tmp_path, [])

    assert few > 100
    assert fit(tmp_path) == fit(tmp_path)
