"""The acts that are carried out over a damaged town, each with its observation and the judgement of it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from attrs import field, frozen
from tests.damage.damages import Damage
from tests.damage.rules import Verdict
from tests.damage.world import OpenedTown, Town
from tests.scenarios.cases.duty_bench import FIRE
from tests.trust.district import HERE, ROOT
from tests.web.conftest import build_caller

from anninh_core.app import App
from anninh_core.domain.retention.kind import PURGE_ORDER
from anninh_core.kernel.dates import short_moment
from anninh_core.kernel.errors import AnninhError, Damaged, TooMuchDamage
from anninh_core.operations import OperationGateway
from anninh_core.operations.operation import Operation
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.read_session import Listing, ShortenedTuple
from anninh_core.web import create_asgi

REFUSALS = frozenset({Damaged.__name__, TooMuchDamage.__name__})
"""Classes of the errors that count as a refusal."""

PATIENCE_MINUTES = 2
_PAGE = 100
_COUNTS = frozenset({"retention.preview_counts", "work.counts"})
"""Queries that count the items of lists."""
_NO_LISTS = frozenset({"audit.verify", "audit.check_records", "keys.status", "system.health", "work.news"})
"""Queries that return no lists: about the machine, the keys and the journal, and one with a time-dependent mark in its
answer.
"""
_A_WEEK_LATER = timedelta(days=8)
_YEARS_LATER = timedelta(days=4 * 365)


Observation = Any
Observe = Callable[[OpenedTown, Town, Damage | None], Observation]
Judge = Callable[[Observation, Observation, Damage], Verdict]


@frozen
class Act:
    """An act over a town, with the observation and the judgement of its effect.

    Attributes:
        observe: carries out the act and returns the observation; without a damage, over the whole town.
        judge: compares the observations over the whole and the damaged town.
    """

    observe: Observe = field(repr=False)
    judge: Judge = field(repr=False)


def run_worker_round(app: App) -> dict[str, str]:
    """Run one round of the worker with every job, and return the class of each error by the name of the job that raised
    it.
    """
    errors: dict[str, str] = {}

    def attempt(name: str, run: Callable[[], object]) -> None:
        try:
            run()
        except Exception as error:  # noqa: BLE001  a worker goes on after any
            errors[name] = _name_error(error)

    attempt("step", app.worker.drain)
    for job in app.worker.jobs.values():
        attempt(job.name, job.run)
    attempt("step", app.worker.drain)
    return errors


def _name_error(error: Exception) -> str:
    """Return the class name of an error, marked as foreign if the error isn't of this library."""
    return type(error).__name__ if isinstance(error, AnninhError) else f"foreign {type(error).__name__}: {error}"


def _run_act(act: Callable[[], object]) -> object:
    """Return the result of an act, or the class of its error."""
    try:
        return act()
    except Exception as error:  # noqa: BLE001  judged by its class
        return _name_error(error)


# Act "emergency": a resident reports a fire by webhook, and the worker runs for two minutes.


def _report_fire(opened: OpenedTown, _: Town, __: Damage | None) -> tuple[list[int], int]:
    """Return the statuses of the webhooks, and the number of notices of the fire that officers on duty got within two
    minutes.
    """
    run_worker_round(opened.app)
    opened.clock.advance(timedelta(minutes=1))
    call = build_caller(create_asgi(opened.app))
    opened.chat.says(opened.chat.person("Bà Mới"), FIRE)
    statuses = [
        call("POST", "/hook/oa", content=request.body, headers=request.headers).status_code
        for request in opened.chat.webhooks()
    ]
    # The time in the text distinguishes the notice of this fire from other notices.
    moment = short_moment(opened.clock.now())
    run_worker_round(opened.app)
    for _minute in range(PATIENCE_MINUTES):
        opened.clock.advance(timedelta(minutes=1))
        run_worker_round(opened.app)
    return statuses, sum(moment in text for text in opened.notices())


def _judge_fire(_: Any, after: tuple[list[int], int], __: Damage) -> Verdict:
    statuses, notices = after
    if set(statuses) != {200}:
        return Verdict("lost", f"the webhook was answered {statuses}")
    return Verdict("paged") if notices else Verdict("silent", "no officer on duty got a notice")


# Act "list": every public query without required arguments is run.


def _read_lists(opened: OpenedTown, town: Town, _: Damage | None) -> dict[str, Any]:
    """Return the result of each list query as JSON data, or the class of its error."""
    gateway = OperationGateway(opened.app)
    context = gateway.view_context()
    results: dict[str, Any] = {}
    for name, operation in gateway.operations.items():
        fields = msgspec.structs.fields(operation.request)
        if (
            operation.kind is UseCaseKind.QUERY
            and name not in _NO_LISTS
            and not any(parameter.required for parameter in fields)
        ):
            arguments = {"limit": _PAGE} if any(parameter.name == "limit" for parameter in fields) else {}

            def read(operation: Operation = operation, arguments: Mapping[str, int] = arguments) -> object:
                answer = operation.verb(town.looker, **arguments)
                content = msgspec.json.decode(gateway.encode(operation.shown.show(answer, context)))
                if isinstance(answer, ShortenedTuple):
                    return {"items": content, "damaged": answer.damaged}
                return content | {"damaged": answer.damaged} if isinstance(answer, Listing) else content

            results[name] = _run_act(read)
    return results


def _judge_lists(before: dict[str, Any], after: dict[str, Any], _: Damage) -> Verdict:
    verdicts = [_judge_list(name, before[name], page) for name, page in after.items() if page != before[name]]
    for word in ("other", "unlisted", "rest", "refused", "fewer"):
        reasons = [verdict.why for verdict in verdicts if verdict.word == word]
        if reasons:
            return Verdict(word, "; ".join(reasons))
    return Verdict("same")


def _judge_list(name: str, before: Any, after: Any) -> Verdict:
    if isinstance(after, str):
        return Verdict("refused" if after in REFUSALS else "other", f"{name} raised {after}")
    if name in _COUNTS:
        return Verdict("fewer", name)
    ids_before = _collect_ids(before)
    ids_after = _collect_ids(after)
    if ids_before is None or ids_after is None:
        return Verdict("other", f"{name} differs")
    if ids_after - ids_before and len(ids_before) < _PAGE:
        return Verdict("other", f"{name} shows {len(ids_after - ids_before)} more")
    if ids_before - ids_after and not (isinstance(after, dict) and after.get("damaged")):
        return Verdict("unlisted", f"{name} lacks {len(ids_before - ids_after)}")
    return Verdict("rest", name)


def _collect_ids(answer: Any) -> set[str] | None:
    """Return the ids of the items of a list, or None if the answer is no list."""
    items = answer.get("items") if isinstance(answer, dict) else answer
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return None
    return {str(item.get("id") or item.get("name") or place) for place, item in enumerate(items)}


# Act "report": the figures of a commune and of the district are counted.


def _count_figures(opened: OpenedTown, town: Town, _: Damage | None) -> dict[str, Any]:
    reports = opened.app.reports
    looker = town.looker
    year = date(2021, 1, 1), date(2021, 12, 31)
    acts: Mapping[str, Callable[[], object]] = {
        "figures of the commune": lambda: reports.figures(looker, HERE, *year),
        "figures of the district": lambda: reports.figures(looker, ROOT, *year),
        "begin": lambda: reports.begin(looker, "ninh-my", "annual", 2021).figures,
        "refresh": lambda: reports.refresh(looker, town.things["report"]).figures,
        "consolidate": lambda: reports.consolidate(looker, "roll-out", 2021).figures,
    }
    return {name: _run_act(act) for name, act in acts.items()}


def _judge_figures(before: dict[str, Any], after: dict[str, Any], _: Damage) -> Verdict:
    differing = {name: figures for name, figures in after.items() if figures != before[name]}
    other = [name for name, figures in differing.items() if figures not in REFUSALS]
    if other:
        errors = [figures for figures in differing.values() if isinstance(figures, str) and figures not in REFUSALS]
        return Verdict("other", ", ".join([*other, *errors]))
    return Verdict("refused", ", ".join(differing)) if differing else Verdict("same")


# Act "tick": a day later every job runs, twice.


def _run_jobs(opened: OpenedTown, _: Town, __: Damage | None) -> dict[str, str]:
    opened.clock.advance(timedelta(days=1))
    errors = run_worker_round(opened.app)
    opened.clock.advance(timedelta(minutes=1))
    return errors | run_worker_round(opened.app)


def _judge_jobs(before: dict[str, str], after: dict[str, str], _: Damage) -> Verdict:
    failed = {name: error for name, error in after.items() if before.get(name) != error}
    words = ", ".join(f"{name} {error}" for name, error in failed.items())
    if not failed:
        return Verdict("goes on")
    is_refusal = all(error in REFUSALS for error in failed.values()) and failed.keys().isdisjoint(ACTING)
    return Verdict("refused" if is_refusal else "stops", words)


ACTING = frozenset(
    {
        "step",
        "poll",
        "page_officers",
        "release_held",
        "retry_failed",
        "retry_handlers",
        "check_duty",
        "check_health",
        "notify_manual_tasks",
        "raise_alarms",
        "tell_new_tips",
        "tell_digests",
        "warn_of_windows",
        "sign_heads",
        "deliver_heads",
        "carry_out_erasures",
        "purge_expired",
        "delete_files",
    }
)
"""Jobs that no single damage may stop: they page, notify, send or destroy."""


# Act "erasure": an ordered purge and a granted erasure request are carried out, and years later the retention periods
# end.


def _run_erasure(opened: OpenedTown, town: Town, damage: Damage | None) -> dict[str, list[str]]:
    """Return the scopes that are reported as destroyed, and those of them whose data key is still the same."""
    app = opened.app
    keyring = app.internals.context.storage.keyring
    orders = {f"tip:{town.things['tip.over']}", str(damage and f"{damage.kind}:{damage.id}")}
    scopes = {record.scope for records in town.records.values() for record in records if record.scope}
    before = keyring.get_many(scopes)
    for case in sorted(orders):
        _run_act(lambda case=case: app.retention.order_purge(town.looker, case, reason="retention"))  # type: ignore[misc]
    erase = app.retention.erase
    _run_act(lambda: erase(town.looker, town.things["erasure"], rule="Điều 16", reason="Có quyền"))
    reported: set[str] = set()
    for pause in (_A_WEEK_LATER, _YEARS_LATER, timedelta(days=1)):
        opened.clock.advance(pause)
        run_worker_round(app)
        purged = _run_act(lambda: app.retention.purge(town.looker, limit=_PAGE))
        reported |= {order.id for order in purged} if isinstance(purged, tuple | list) else set()
    orders_kept = app.internals.context.iter_readable(
        PURGE_ORDER, app.internals.context.storage.maintenance.scan(PURGE_ORDER.name), lambda *_: None
    )
    reported |= {order.id for order in orders_kept if order.done_at is not None}
    erasure = _run_act(lambda: app.retention.erasure(town.looker, town.things["erasure"]))
    if getattr(erasure, "state", None) == "erased":
        reported |= {*erasure.scopes}  # type: ignore[attr-defined]
    after = keyring.get_many(reported)
    still_keyed = [scope for scope, key in after.items() if scope in before and before[scope].wrapped == key.wrapped]
    return {"reported": sorted(reported), "lies": still_keyed}


def _judge_erasure(before: dict[str, list[str]], after: dict[str, list[str]], _: Damage) -> Verdict:
    if after["lies"]:
        return Verdict("lied", f"reported as destroyed with a key: {after['lies']}")
    waiting = {*before["reported"]} - {*after["reported"]}
    return Verdict("waits", f"{len(waiting)} less") if waiting else Verdict("done")


# Act "verify": the store is examined as `anninh audit verify` does.


def _list_findings(opened: OpenedTown, town: Town, _: Damage | None) -> set[str]:
    return {finding.sentence for finding in opened.app.audit.examine(town.looker).findings}


def _judge_findings(before: set[str], after: set[str], damage: Damage) -> Verdict:
    new = after - before
    if any(name in sentence for sentence in new for name in damage.names):
        return Verdict("named")
    return Verdict("found" if new else "unseen", "; ".join(sorted(new)[:2]))


ACTS: Mapping[str, Act] = {
    "emergency": Act(_report_fire, _judge_fire),
    "list": Act(_read_lists, _judge_lists),
    "report": Act(_count_figures, _judge_figures),
    "tick": Act(_run_jobs, _judge_jobs),
    "erasure": Act(_run_erasure, _judge_erasure),
    "verify": Act(_list_findings, _judge_findings),
}
