from tests.scenarios.cases.danger.conftest import play

__all__ = ["play"]
