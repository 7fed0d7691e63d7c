"""Measure the model on a file that it wasn't trained on, or out of fold; messages take the whole route."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from attrs import evolve

from anninh_core.app import Settings
from anninh_core.cli.evaluation.eval import measure_predictions, print_figures
from anninh_core.cli.evaluation.messages import (
    JudgedMessage,
    Label,
    Prediction,
    build_message,
    predict_message,
    predict_messages,
    read_messages,
)
from anninh_core.kernel.text import fold
from anninh_core.plugins import Plugins
from anninh_core.plugins.triage import build_opinion
from anninh_core.plugins.triage.model import NO_DANGER, Scores, load_model
from anninh_core.plugins.triage.ngrams import count_words, is_bare, list_folded
from anninh_core.profile import load_profile
from anninh_core.vocabulary.district import District
from training.triage.features import build_rows, load_concepts
from training.triage.fit import SHORT, SPLITS
from training.triage.generate import SEED, choose_bare, copies
from training.triage.heads import Values, score_out_of_fold
from training.triage.sentences import Sentence, load_sentences

_FOLDS = 5
_MODEL_NAME = "triage"


def print_set(path: Path) -> None:
    """Print the figures of the shipped model on a file, as written and stripped of diacritics."""
    district = load_profile(Settings().profile)
    plugins = Plugins(Settings().plugins)
    messages = read_messages(path, district)
    stripped = [evolve(message, text=fold(message.text)) for message in messages]
    for title, texts in (("as written", messages), ("without diacritics", stripped)):
        _print(f"{path.name}, {title}", texts, predict_messages(texts, plugins, district))


def print_out_of_fold(*, by_topic: bool, errors: int) -> None:
    """Print the figures on the training sentences, each judged once a split by a model that didn't see it."""
    sentences = load_sentences()
    rows = build_rows(sentences, load_concepts())
    splits = [score_out_of_fold(sentences, rows, folds=_FOLDS, by_topic=by_topic, seed=SEED + n) for n in range(SPLITS)]
    sentences, scores = sentences * SPLITS, [np.concatenate(parts) for parts in zip(*splits, strict=True)]
    district = load_profile(Settings().profile)
    split = "topic" if by_topic else "sentence"
    messages = [_judge(sentence, copies(sentence)[0]) for sentence in sentences]
    bare = [_judge(sentence, choose_bare(copies(sentence))) for sentence in sentences]
    predictions = _route(messages, scores[0], district)
    _print(f"out of fold, by {split}", messages, predictions)
    _print(f"out of fold, by {split}, without diacritics", bare, _route(bare, scores[1], district))
    _print_errors(sentences, messages, predictions, errors)


def _print(title: str, messages: Sequence[JudgedMessage], predictions: Sequence[Prediction]) -> None:
    """Print the figures of all messages, then those of the short ones, which all of them would hide."""
    pairs = list(zip(messages, predictions, strict=True))
    short = [(message, prediction) for message, prediction in pairs if len(message.text.split()) <= SHORT]
    for name, chosen in ((title, pairs), (f"{title}, up to {SHORT} words", short)):
        print(f"== {name}")
        print_figures(
            *measure_predictions([message for message, _ in chosen], [prediction for _, prediction in chosen])
        )
        print()


def _judge(sentence: Sentence, text: str) -> JudgedMessage:
    return JudgedMessage(text, Label(sentence.kind, sentence.category, sentence.emergency))


def _route(messages: Sequence[JudgedMessage], scores: Values, district: District) -> list[Prediction]:
    """Return what the router makes of scores, with thresholds and calibration of the shipped model."""
    model = load_model()
    words = Plugins(("opinions",))
    if model is None:
        raise SystemExit("there is no model file yet; run `python -m training.triage fit` first")
    predictions = []
    for judged, sums in zip(messages, scores.tolist(), strict=True):
        message = build_message(judged.text)
        folded = list_folded(judged.text)
        limits = model.find_limits(count_words(folded), bare=is_bare(judged.text))
        if model.is_mere_address(folded):
            sums[-1] = NO_DANGER
        opinion = evolve(build_opinion(model, Scores(sums, (), limits), district), by=_MODEL_NAME)
        predictions.append(predict_message(message, (*words.triage(message, district).values, opinion), district))
    return predictions


def _print_errors(
    sentences: Sequence[Sentence], messages: Sequence[JudgedMessage], predictions: Sequence[Prediction], limit: int
) -> None:
    wrong = [
        (sentence, prediction)
        for sentence, judged, prediction in zip(sentences, messages, predictions, strict=True)
        if (judged.label.kind, judged.label.emergency) != (prediction.kind, prediction.emergency)
    ]
    for sentence, prediction in wrong[:: max(1, len(wrong) // limit)] if limit else []:
        label = f"{sentence.kind} {sentence.category} {'!' * sentence.emergency}".strip()
        shown = f"{prediction.kind} {prediction.category} {'!' * prediction.emergency}"
        print(f"{sentence.id} {label} -> {shown} | {sentence.text[:160]}")
