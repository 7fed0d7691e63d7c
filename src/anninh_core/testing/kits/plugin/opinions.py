"""The kit for plugins that give opinions: opinions fit the profile, come in time, are repeatable and use no input or
output.
"""

import builtins
import io
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count
from typing import NoReturn

import pytest
from attrs import fields_dict

from anninh_core.kernel.redact import find_personal_data
from anninh_core.plugins.facade import PluginFailure, Plugins
from anninh_core.profile.loader import list_shipped_profiles, load_profile
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.plugin.loading import get_loaded_info, load_alone
from anninh_core.testing.kits.plugin.subjects import HARD_TEXTS, OPINION_HOOKS, TEXTS, Ask, build_questions
from anninh_core.vocabulary.district import District

BUDGET = timedelta(milliseconds=500)
"""Processor time that all opinions on one question may take together; wall time isn't counted."""

_TRIES = 3
_WAYS_OUT = (
    (builtins, "open"),
    (io, "open"),
    (os, "open"),
    (socket, "getaddrinfo"),
    (socket.socket, "connect"),
    (subprocess, "Popen"),
    (time, "sleep"),
)


class OpinionsConformance(ConformanceKit, kit=True):
    """Subclass it in a test module and give the fixture `plugin`: an installed plugin's name, or its module.

    Override `texts` with texts on which your plugin has an opinion, or O-02 fails: a plugin that never gives one can't
    be tested.

    Example::

        class TestMyOpinion(OpinionsConformance):
            @pytest.fixture
            def plugin(self) -> object:
                return my_opinion
    """

    @pytest.fixture
    def texts(self) -> Sequence[str]:
        """Return texts of residents and of drafts; the plugin must have an opinion on some of them."""
        return TEXTS

    @pytest.fixture
    def plugins(self, plugin: object) -> Plugins:
        """Return the loaded plugins: only the plugin under test."""
        return load_alone(plugin)

    @pytest.fixture
    def district(self) -> District:
        """Return the district of the shipped profile of 2021."""
        return load_profile("hoa_lu_2021")

    def test_has_opinions(self, plugins: Plugins) -> None:
        """O-01 The plugin implements at least one hook for opinions."""
        assert _list_opinion_hooks(plugins), f"implement one of {', '.join(OPINION_HOOKS)}"

    def test_speaks(self, plugins: Plugins, district: District, texts: Sequence[str]) -> None:
        """O-02 Each hook of the plugin gives an opinion on at least one of the texts."""
        for hook in _list_opinion_hooks(plugins):
            opinions = [ask().values for _, ask in build_questions(plugins, hook, district, texts)]
            assert any(opinions), f"{hook} says nothing: give the fixture `texts` words to which it does"

    @pytest.mark.parametrize("profile", list_shipped_profiles())
    def test_answers_fit(self, plugins: Plugins, texts: Sequence[str], profile: str) -> None:
        """O-03 With each shipped profile, the plugin's opinions use only values of that profile."""
        _assert_nothing_failed(_iter_questions(plugins, load_profile(profile), texts))

    def test_hard_texts(self, plugins: Plugins, district: District) -> None:
        """O-04 No text makes the plugin fail: empty, very long, decomposed, or full of symbols."""
        _assert_nothing_failed(_iter_questions(plugins, district, HARD_TEXTS))

    def test_same_answers(self, plugins: Plugins, district: District, texts: Sequence[str]) -> None:
        """O-05 A plugin gives the same opinions again, in another order and after other questions."""
        calls = [*_iter_questions(plugins, district, texts)]
        first = [ask() for ask in calls]
        again = [ask() for ask in reversed(calls)]
        assert again[::-1] == first

    def test_several_threads(self, plugins: Plugins, district: District, texts: Sequence[str]) -> None:
        """O-06 A plugin gives the same opinions when several threads ask it at once."""
        calls = [*_iter_questions(plugins, district, texts)]
        first = [ask() for ask in calls]
        with ThreadPoolExecutor(4) as pool:
            assert [*pool.map(lambda ask: ask(), calls)] == first

    def test_in_time(self, plugin: object, district: District, texts: Sequence[str]) -> None:
        """O-07 A plugin takes less processor time for one question than all opinions together may take."""
        timed = load_alone(plugin, time.thread_time, BUDGET)
        for ask in _iter_questions(timed, district, (*texts, *HARD_TEXTS)):
            failures = [_describe_timeouts(ask) for _ in range(_TRIES)]
            assert not all(failures), failures[0]

    def test_asks_nobody(
        self, plugins: Plugins, district: District, texts: Sequence[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """O-08 After its first call a plugin opens no file and no connection, starts no program and doesn't sleep."""
        calls = [*_iter_questions(plugins, district, texts)]
        for ask in calls:
            ask()  # The first call reads the files that a plugin reads only once, such as a model.
        seen: list[str] = []
        with monkeypatch.context() as patch:
            for owner, name in _WAYS_OUT:
                patch.setattr(owner, name, partial(_record_and_refuse_call, seen, f"{owner.__name__}.{name}"))
            for ask in calls:
                ask()
        assert not seen, "an opinion does no input and output: register a class for it"

    def test_reasons_are_discreet(self, plugins: Plugins, district: District, texts: Sequence[str]) -> None:
        """O-09 A reason is one line, and contains no telephone number, identity card number or account number."""
        for ask in _iter_questions(plugins, district, (*texts, *TEXTS)):
            for opinion in ask().values:
                text = str(getattr(opinion, "text" if "text" in fields_dict(type(opinion)) else "reason"))
                assert "\n" not in text
                assert not [hit.kind for hit in find_personal_data(text) if hit.kind != "link"]


def _list_opinion_hooks(plugins: Plugins) -> list[str]:
    return [hook for hook in get_loaded_info(plugins).hooks if hook in OPINION_HOOKS]


def _iter_questions(plugins: Plugins, district: District, texts: Sequence[str]) -> Iterator[Ask]:
    return (ask for hook in _list_opinion_hooks(plugins) for _, ask in build_questions(plugins, hook, district, texts))


def _assert_nothing_failed(calls: Iterator[Ask]) -> None:
    """Assert that no call fails; the assertion shows each failure's reason as an officer would read it."""
    for ask, number in zip(calls, count(), strict=False):
        descriptions = [_describe_failure(failure) for failure in ask().failures]
        assert not descriptions, f"question {number}: {'; '.join(descriptions)}"


def _describe_failure(failure: PluginFailure) -> str:
    cause = failure.error.__cause__ if failure.error is not None else None
    return f"{failure.hook} {failure.reason}" + (f": {cause}" if cause is not None else "")


def _describe_timeouts(ask: Ask) -> str:
    return "; ".join(_describe_failure(failure) for failure in ask().failures if failure.error is None and failure.ran)


def _record_and_refuse_call(seen: list[str], name: str, *_: object, **__: object) -> NoReturn:
    seen.append(name)
    raise OSError(f"{name} was called while an opinion was asked for")
