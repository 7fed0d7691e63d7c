"""Base class of every conformance kit: a subclass can't drop or change a rule without an explicit reason."""

import re
from collections.abc import Iterator
from typing import Any

_RULE_NUMBER = re.compile(r"([A-Z]{1,3}-\d{2,3}) (.+)", re.DOTALL)


class ConformanceKit:
    """A set of numbered rules, written as test methods, that a backend proves by subclassing.

    A kit says `class StorageConformance(ConformanceKit, kit=True)`; every `test_*` method in it is a rule whose
    docstring begins with its number (`S-07 …`). A backend's test class subclasses the kit without `kit=True` and may
    override a rule only with `@pytest.mark.xfail(reason="…")`; anything else is a `TypeError` while the class is made.
    """

    _is_kit = True

    def __init_subclass__(cls, *, kit: bool = False, **others: Any) -> None:
        super().__init_subclass__(**others)
        cls._is_kit = kit
        if kit:
            kit_rules(cls)
        elif dropped := dropped_rules(cls):
            raise TypeError(
                f"{cls.__qualname__} drops or overrides {'; '.join(dropped)}: "
                "leave inherited rules alone, or mark the override with @pytest.mark.xfail(reason=...)"
            )


def kit_rules(cls: type) -> dict[str, str]:
    """Return the rules that a class inherits from kits: number -> sentence, sorted by number.

    Raises:
        TypeError: a rule has no number, two rules have the same one, or a method has the name of a rule with another
            number.
    """
    rules: dict[str, str] = {}
    numbers: dict[str, str] = {}  # Name of the method -> number of its rule.
    for name, rule in _iter_rules_of_kits(cls):
        match = _RULE_NUMBER.match(rule.__doc__ or "")
        if match is None:
            raise TypeError(f"{cls.__qualname__}.{name}: a rule's docstring begins with its number, such as 'S-07 …'")
        number, sentence = match.groups()
        if name in numbers:
            if numbers[name] != number:
                raise TypeError(f"{cls.__qualname__}.{name} is {numbers[name]} and hides {number}; rename one of them")
        elif number in rules:
            raise TypeError(f"{cls.__qualname__}.{name}: number {number} is taken; give the rule the next free one")
        else:
            numbers[name] = number
            rules[number] = " ".join(sentence.split())
    return dict(sorted(rules.items(), key=lambda rule: _split_rule_number(rule[0])))


def rule_numbers(cls: type) -> dict[str, str]:
    """Return the numbers of the rules that a class inherits from kits, by the names of their methods."""
    return {name: rule.__doc__.partition(" ")[0] for name, rule in _iter_rules(cls)}


def _split_rule_number(number: str) -> tuple[str, int]:
    letters, _, digits = number.partition("-")
    return letters, int(digits)


def dropped_rules(cls: type) -> list[str]:
    """Return the names of inherited rules that a class deletes or overrides without a reasoned xfail."""
    return [
        name
        for name, rule in _iter_rules(cls)
        if (override := getattr(cls, name, None)) is not rule and not _has_reasoned_xfail(override)
    ]


def _iter_rules(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield each rule that a class inherits once, from the kit nearest to the class."""
    names: set[str] = set()
    for name, rule in _iter_rules_of_kits(cls):
        if name not in names:
            names.add(name)
            yield name, rule


def _iter_rules_of_kits(cls: type) -> Iterator[tuple[str, Any]]:
    """Yield the rules of every kit of a class, the nearest kit first."""
    for base in cls.__mro__:
        if base is ConformanceKit or not (issubclass(base, ConformanceKit) and base._is_kit):  # noqa: SLF001  our own
            continue
        yield from ((name, rule) for name, rule in vars(base).items() if name.startswith("test_"))


def _has_reasoned_xfail(method: Any) -> bool:
    marks = getattr(method, "pytestmark", [])
    return any(mark.name == "xfail" and mark.kwargs.get("reason") for mark in marks)
