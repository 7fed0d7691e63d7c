"""Tests that run with a fixed number of reproducible seeds.

`@fuzzed(50)` gives a test fifty values of its argument `seed`; `--hypothesis-profile=long` multiplies them by the ratio
of its examples to the default profile's. They are drawn without a database, so two runs of the same code try the same
seeds. A failure names its seed; `@example(seed=…)` above the test tries that one first, and `--hypothesis-seed` has no
effect.
"""

from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

_DEFAULT_EXAMPLES = 25
"""Number of examples of the default profile in `tests/conftest.py`."""

Test = Callable[..., None]


def fuzzed(count: int) -> Callable[[Test], Test]:
    """Run a test with `count` seeds. Its fixtures are created once and shared by all seeds."""
    examples = count * settings().max_examples // _DEFAULT_EXAMPLES
    bounds = settings(
        max_examples=max(1, examples),
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),  # shrinking is useless: a smaller seed is no smaller example
        suppress_health_check=list(HealthCheck),
    )

    def decorate(test: Test) -> Test:
        return bounds(given(seed=st.integers(0, 2**32 - 1))(test))

    return decorate
