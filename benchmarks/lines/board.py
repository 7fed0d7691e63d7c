"""The board: what a page costs, and officers at work beside a flood of webhooks.

Page: the list of 50 tips is made of its template alone, with everything at hand that stands on it; CPU time, so that
other programs don't count.

Beside the flood: a door, a board and their clients each have a process of their own, on one SQLite file. 50 officers,
each signed in, open the list, a tip, the form for a tip told at the door, send it and are led to the new tip, with 5
seconds between two clicks in the mean: 10 clicks a second. The flood comes over 64 connections, as in the line
`webhook`, and takes what the machine gives.

Floor of the flood: the same flood while the officers look out of the window; both take turns.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anninh_core import Actor, App
from anninh_core.board.browser.cookies import Cookies
from anninh_core.board.browser.static_files import StaticFiles
from anninh_core.board.config import BoardConfig
from anninh_core.board.pages.badges import Badges
from anninh_core.board.pages.context import PageContext
from anninh_core.board.pages.request import PageRequest
from anninh_core.board.routing.renderer import Renderer
from anninh_core.board.screens.all_screens import SCREENS
from anninh_core.board.screens.tips.lists import due
from anninh_core.operations import Door
from anninh_core.testing import UnsafeLocalUsers
from benchmarks.lines.webhook import CONNECTIONS
from benchmarks.measure import CannotRun, Effort, Goal, Pairs, Result, compared
from benchmarks.processes import Program
from benchmarks.programs.serve_board import UNIT
from benchmarks.town import open_town, tip_texts

TITLE = "a page of the board; 50 officers at it beside a flood of webhooks, SQLite"
OFFICERS = 50
ROWS = 50
TIPS = 200
PAGE = Goal(most=5)
ANSWERS = Goal(most=500)
BESIDE = Goal(least=0.7)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure a page, then the officers beside the flood."""
    return [_measure_page(effort.within("page")), *_measure_flood(effort.within("flood"))]


def _measure_page(effort: Effort) -> Result:
    with open_town(effort.folder) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", UNIT, "tip_officer", "tip_supervisor", "editor")
        texts = tip_texts()
        for number in range(ROWS):
            tip = app.tips.record_walk_in(officer, texts[number % len(texts)], unit=UNIT)
            app.tips.triage(officer, tip.id, category="crime")
            app.tips.assign(officer, tip.id, unit=UNIT, officers=[officer.id])
        render = list_of_tips(app, officer)
        if render().count('class="row"') != ROWS:
            raise CannotRun(f"the page has other rows than {ROWS}")
        times = sorted(_cpu_milliseconds(render) for _ in range(effort.choose(60, 300)))
    median = times[len(times) // 2]
    note = f"{len(times)} tries, the best {times[0]:.1f} ms"
    case = f"a list of {ROWS} tips from its template, CPU"
    return Result(case=case, unit="ms", measured=median, limit=PAGE, note=note)


class RememberingRenderer(Renderer):
    """Remembers of which template the last page was made, and what stands on it."""

    made: tuple[PageRequest, str, Mapping[str, object]]

    def render(self, page: PageRequest, template: str, shown: Mapping[str, object]) -> str:
        """Return a page."""
        self.made = page, template, shown
        return super().render(page, template, shown)


def list_of_tips(app: App, officer: Actor) -> Callable[[], str]:
    """Return what makes the page of the list once more, with everything at hand that stands on it."""
    config = BoardConfig()
    static = StaticFiles()
    sections = tuple(screen.section for screen in SCREENS if screen.section is not None)
    renderer = RememberingRenderer(static, sections)
    cookies = Cookies(config)
    door = Door(app)
    badges = Badges(app, door)
    context = PageContext(app=app, door=door, config=config, cookies=cookies, static=static, badges=badges)
    page = PageRequest(
        desk=context, renderer=renderer, path="/tips", params={}, query={}, folder="screens/tips", actor=officer
    )
    due(page)
    return lambda: Renderer.render(renderer, *renderer.made)


def _cpu_milliseconds(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return 1000 * (time.process_time() - begun)


def _measure_flood(effort: Effort) -> Sequence[Result]:
    rounds, length = effort.choose((4, 8.0), (11, 30.0))
    folder = effort.folder
    with Program("benchmarks.programs.serve_board", folder, OFFICERS, TIPS) as board:
        said = board.answer()
        with Program("benchmarks.programs.serve", folder) as door:
            url = door.line()
            _flood(url, 1.0, 0)
            seen = [_turn(url, said, length, turn) for turn in range(rounds)]
    pairs = Pairs(tuple(beside for beside, _, _ in seen), tuple(alone for _, alone, _ in seen))
    waits = sorted(wait for _, _, clicks in seen for kind in clicks["waits"].values() for wait in kind)
    return [
        Result(
            case=f"95 of 100 answers to {OFFICERS} officers within",
            unit="ms",
            measured=waits[len(waits) * 95 // 100],
            limit=ANSWERS,
            note=_describe([clicks for _, _, clicks in seen], waits),
        ),
        compared("webhooks beside the officers / alone", "requests/s", pairs, goal=BESIDE),
    ]


def _turn(url: str, said: Mapping[str, Any], length: float, turn: int) -> tuple[float, float, Mapping[str, Any]]:
    """Return the rate of the flood beside the officers and alone, and what the officers saw."""
    with Program("benchmarks.programs.click", turn) as officers:
        officers.tell(json.dumps(said))
        officers.line()
        beside = _flood(url, length, 2_000_000 * turn + 1_000_000)
        officers.finish()
        clicks = officers.answer()
    if set(clicks["answers"]) - {"200", "303"}:
        raise CannotRun(f"the board answered {clicks['answers']}")
    return beside, _flood(url, length, 2_000_000 * turn + 2_000_000), clicks


def _flood(url: str, length: float, first: int) -> float:
    with Program("benchmarks.programs.load", url, CONNECTIONS, length, first) as load:
        seen = load.answer()
    if set(seen["answers"]) != {"200"}:
        raise CannotRun(f"not every event was taken: {seen['answers']}")
    return float(seen["rate"])


def _describe(turns: Sequence[Mapping[str, Any]], waits: Sequence[float]) -> str:
    kinds = sorted({kind for clicks in turns for kind in clicks["waits"]})
    medians = []
    for kind in kinds:
        of_kind = sorted(wait for clicks in turns for wait in clicks["waits"].get(kind, ()))
        medians.append(f"{kind} {of_kind[len(of_kind) // 2]:.0f}")
    told = f"{len(waits)} answers, half within {waits[len(waits) // 2]:.0f} ms, slowest {waits[-1]:.0f} ms; "
    return f"{told}medians in ms: {', '.join(medians)}"
