"""Health checks of the configured templates: they exist, may be sent, and their parameters are filled."""

from collections.abc import Iterator, Sequence

from anninh_core.kernel.errors import DeliveryError, RequestRejected
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.templates.catalogue import Catalogue, Template
from anninh_zalo.templates.filling import Chosen

NAME = "templates"
"""How these checks are called."""


def checks(catalogue: Catalogue, used: Sequence[Chosen]) -> Sequence[Check]:
    """Return what an operator should know of the templates in use; nothing where none is set. Doesn't raise."""
    if not used:
        return ()
    return (*(check for one in used for check in _looked_at(catalogue, one)), _quota(catalogue))


def _looked_at(catalogue: Catalogue, used: Chosen) -> Iterator[Check]:
    what = f"template {used.id} (option {used.option})"
    try:
        found = catalogue.info(used.id)
    except RequestRejected:
        yield problem(NAME, f"{what}: Zalo has none of this id", "correct the id, or have the template approved")
        return
    except DeliveryError as error:
        yield warning(NAME, f"{what} can't be looked at: {error}", "see to that, then look again")
        return
    if not found.enabled:
        state = found.state or "not told"
        yield problem(NAME, f"{what} can't be sent: its state is {state}", "have it approved, or choose another one")
    elif found.quality == "LOW":
        yield warning(NAME, f"{what}: its quality is low, and Zalo will disable it", "write a better one in time")
    wrong = list(_wrong(found, used))
    yield from (problem(NAME, f"{what}: {one}", "change the options, or the template") for one in wrong)
    if found.enabled and not wrong:
        yield ok(NAME, f"{what} is enabled and its parameters fit")


def _wrong(found: Template, used: Chosen) -> Iterator[str]:
    """Yield what is wrong with what fills a template, as far as it can be told before there is a message."""
    wanted = {field.name: field for field in found.fields}
    for name in used.fields:
        if name not in wanted:
            has = ", ".join(sorted(field.shown for field in found.fields)) or "none"
            yield f"it has no parameter {name!r}, but {has}"
        elif wanted[name].most and used.least(name) > wanted[name].most:
            most = wanted[name].most
            yield f"parameter {name!r} takes {most} characters, and its text has {used.least(name)} at least"
    for name, field in wanted.items():
        if field.required and name not in used.fields:
            yield f"its parameter {field.shown!r} isn't filled; give the option {used.option}.{field.shown}"


def _quota(catalogue: Catalogue) -> Check:
    try:
        quota = catalogue.quota()
    except DeliveryError as error:
        return warning(NAME, f"today's quota can't be looked at: {error}", "see to that, then look again")
    what = f"{quota.left} of today's {quota.daily} messages by template are left"
    return (
        ok(NAME, what) if quota.left else warning(NAME, what, "wait until tomorrow; Zalo raises the quota by quality")
    )
