"""The page of limits names exactly the acts that have neither a screen nor a command."""

import re

import pytest
from tests.docs.pages import DOCS, ROOT
from tests.language.catalogue import derived_operations

from anninh_core.board.forms.act_table import load_act_table
from anninh_core.operations import OperationGateway
from anninh_core.testing import memory_app
from anninh_core.usecase.permissions.permits import UseCaseKind

FACES = (ROOT / "src/anninh_core/board", ROOT / "src/anninh_core/cli")


@pytest.fixture(scope="module")
def acts() -> frozenset[str]:
    """Return the names of the operations that change something."""
    with memory_app() as app:
        operations = OperationGateway(app).operations
        return frozenset(name for name, operation in operations.items() if operation.kind is not UseCaseKind.QUERY)


def find_missing_acts(acts: frozenset[str], faces: str) -> set[str]:
    """Return the acts whose names aren't in `faces`, the source of the screens and commands."""
    return {act for act in acts if not re.search(rf"\b{re.escape(act)}\b", faces)}


def test_acts_without_screen_and_command(acts: frozenset[str]) -> None:
    """The page of limits lists exactly the acts without a form and a command."""
    page = (DOCS / "explanation/limits.md").read_text(encoding="utf-8")
    (passage,) = (part for part in page.split("\n- ") if part.startswith("**Acts without a screen"))
    files = [file for face in FACES for file in face.rglob("*.py")]
    forms = [name for name, layout in load_act_table().items() if not layout.get("hidden", False)]
    derived = [operation.name for operation in derived_operations()]
    faces = "\n".join([*derived, *(file.read_text(encoding="utf-8") for file in files), *forms])
    assert set(re.findall(r"`([a-z]+\.[a-z_]+)`", passage)) == find_missing_acts(acts, faces)


def test_act_is_found_by_name_or_call() -> None:
    """An act counts as offered if the source has its name or the call of the app's verb."""
    acts = frozenset({"tips.assign", "tips.claim", "tips.close"})
    assert find_missing_acts(acts, '["tips.assign"]\napp.tips.close(me, id)') == {"tips.claim"}
