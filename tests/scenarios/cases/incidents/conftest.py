"""The residents and officers of the tests of danger."""

from tests.scenarios.cases.danger.conftest import play

__all__ = ["play"]
