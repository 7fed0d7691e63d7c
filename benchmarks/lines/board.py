"""The board's speed: the cost of a page, and the waiting times of officers during a flood of webhooks.

Page: the list of 50 tips is rendered from its template alone, with all data loaded; CPU time, so that other programs
don't count.
During the flood: a web server, a board and their clients each run in their own process, on one SQLite file. 50
officers, each signed in, open the list, a tip, the form for a tip reported in person, submit it and are redirected to
the new tip, with 5 seconds between two clicks on average: 10 clicks a second. The flood comes over 64 connections, as
in the line `webhook`, and runs as fast as the machine allows.
Floor of the flood: the same flood while the officers are idle; both take turns.
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
from anninh_core.board.screens.tips.lists import show_due_tips
from anninh_core.operations import OperationGateway
from anninh_core.testing import UnsafeLocalUsers
from benchmarks.lines.webhook import CONNECTIONS
from benchmarks.measure import CannotRun, Effort, Goal, Pairs, Result, build_comparison
from benchmarks.processes import Program
from benchmarks.programs.serve_board import UNIT
from benchmarks.town import list_tip_texts, open_town

TITLE = "a page of the board; 50 officers at it beside a flood of webhooks, SQLite"
OFFICERS = 50
ROWS = 50
TIPS = 200
PAGE = Goal(most=5)
ANSWERS = Goal(most=500)
BESIDE = Goal(least=0.7)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure the rendering of a page, then the officers' waiting times during the flood."""
    return [_measure_page(effort.within("page")), *_measure_flood(effort.within("flood"))]


def _measure_page(effort: Effort) -> Result:
    with open_town(effort.folder) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", UNIT, "tip_officer", "tip_supervisor", "editor")
        texts = list_tip_texts()
        for number in range(ROWS):
            tip = app.tips.record_walk_in(officer, texts[number % len(texts)], unit=UNIT)
            app.tips.triage(officer, tip.id, category="crime")
            app.tips.assign(officer, tip.id, unit=UNIT, officers=[officer.id])
        render = prepare_list_page(app, officer)
        if render().count('class="row"') != ROWS:
            raise CannotRun(f"the page has other rows than {ROWS}")
        times = sorted(_measure_cpu_milliseconds(render) for _ in range(effort.choose(60, 300)))
    median = times[len(times) // 2]
    note = f"{len(times)} tries, the best {times[0]:.1f} ms"
    case = f"a list of {ROWS} tips from its template, CPU"
    return Result(case=case, unit="ms", measured=median, limit=PAGE, note=note)


class RememberingRenderer(Renderer):
    """A renderer that stores the arguments of the last rendered page."""

    made: tuple[PageRequest, str, Mapping[str, object]]

    def render(self, page: PageRequest, template: str, shown: Mapping[str, object]) -> str:
        """Render a page, and store the arguments of the call."""
        self.made = page, template, shown
        return super().render(page, template, shown)


def prepare_list_page(app: App, officer: Actor) -> Callable[[], str]:
    """Return a function that renders the page with the list of tips again from data already loaded."""
    config = BoardConfig()
    static = StaticFiles()
    sections = tuple(screen.section for screen in SCREENS if screen.section is not None)
    renderer = RememberingRenderer(static, sections)
    cookies = Cookies(config)
    gateway = OperationGateway(app)
    badges = Badges(app, gateway)
    context = PageContext(app=app, gateway=gateway, config=config, cookies=cookies, static=static, badges=badges)
    page = PageRequest(
        desk=context, renderer=renderer, path="/tips", params={}, query={}, folder="screens/tips", actor=officer
    )
    show_due_tips(page)
    return lambda: Renderer.render(renderer, *renderer.made)


def _measure_cpu_milliseconds(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return 1000 * (time.process_time() - begun)


def _measure_flood(effort: Effort) -> Sequence[Result]:
    rounds, length = effort.choose((4, 8.0), (11, 30.0))
    folder = effort.folder
    with Program("benchmarks.programs.serve_board", folder, OFFICERS, TIPS) as board:
        board_info = board.answer()
        with Program("benchmarks.programs.serve", folder) as gateway:
            url = gateway.read_line()
            _send_flood(url, 1.0, 0)
            turns = [_measure_turn(url, board_info, length, turn) for turn in range(rounds)]
    pairs = Pairs(
        tuple(rate_with_officers for rate_with_officers, _, _ in turns), tuple(rate_alone for _, rate_alone, _ in turns)
    )
    waits = sorted(wait for _, _, clicks in turns for kind in clicks["waits"].values() for wait in kind)
    return [
        Result(
            case=f"95 of 100 answers to {OFFICERS} officers within",
            unit="ms",
            measured=waits[len(waits) * 95 // 100],
            limit=ANSWERS,
            note=_describe_turns([clicks for _, _, clicks in turns], waits),
        ),
        build_comparison("webhooks beside the officers / alone", "requests/s", pairs, goal=BESIDE),
    ]


def _measure_turn(
    url: str, board_info: Mapping[str, Any], length: float, turn: int
) -> tuple[float, float, Mapping[str, Any]]:
    """Return the rate of the flood with the officers at work, the rate without them, and the officers' results."""
    with Program("benchmarks.programs.click", turn) as officers:
        officers.write_line(json.dumps(board_info))
        officers.read_line()
        rate_with_officers = _send_flood(url, length, 2_000_000 * turn + 1_000_000)
        officers.close_input()
        clicks = officers.answer()
    if set(clicks["answers"]) - {"200", "303"}:
        raise CannotRun(f"the board answered {clicks['answers']}")
    return rate_with_officers, _send_flood(url, length, 2_000_000 * turn + 2_000_000), clicks


def _send_flood(url: str, length: float, first: int) -> float:
    with Program("benchmarks.programs.load", url, CONNECTIONS, length, first) as load:
        result = load.answer()
    if set(result["answers"]) != {"200"}:
        raise CannotRun(f"not every event was taken: {result['answers']}")
    return float(result["rate"])


def _describe_turns(turns: Sequence[Mapping[str, Any]], waits: Sequence[float]) -> str:
    kinds = sorted({kind for clicks in turns for kind in clicks["waits"]})
    medians = []
    for kind in kinds:
        of_kind = sorted(wait for clicks in turns for wait in clicks["waits"].get(kind, ()))
        medians.append(f"{kind} {of_kind[len(of_kind) // 2]:.0f}")
    summary = f"{len(waits)} answers, half within {waits[len(waits) // 2]:.0f} ms, slowest {waits[-1]:.0f} ms; "
    return f"{summary}medians in ms: {', '.join(medians)}"
