"""Tests that run with many seeds: the same ones each time, a fixed number of them.

`@fuzzed(50)` gives a test fifty values of its argument `seed`; with `--hypothesis-profile=long` there are as many more
as that profile has more examples. They are drawn without a database, so two runs of the same code try the same. What
fails names its seed; `@example(seed=…)` above the test tries that one first, and `--hypothesis-seed` has no say.
"""

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

_DEFAULT_EXAMPLES = 25
"""Of the default profile, in `tests/conftest.py`."""

Test = Callable[..., None]


def fuzzed(count: int) -> Callable[[Test], Test]:
    """Run a test with so many seeds. Its fixtures are made once and shared by all of them."""
    examples = count * settings().max_examples // _DEFAULT_EXAMPLES
    bounds = settings(
        max_examples=max(1, examples),
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),  # a smaller seed is no smaller example
        suppress_health_check=list(HealthCheck),
    )

    def decorate(test: Test) -> Test:
        return bounds(given(seed=st.integers(0, 2**32 - 1))(test))

    return decorate
