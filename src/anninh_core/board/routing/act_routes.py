"""Routes of a record's page, of a list and of a form for a new record, each with the acts sent from it."""

from typing import Protocol

from starlette.responses import Response

from anninh_core.board.forms.carry_out import Again, carry_out
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.routing.endpoint import Handler
from anninh_core.board.routing.routes import PageRoute


class ShowsRecord(Protocol):
    """Shows the page of a record, also after a failed act."""

    def __call__(self, page: PageRequest, failure: FailedAct | None = None, /) -> Response:
        """Return the page."""
        ...


def build_act_route(path: str, handler: Handler) -> PageRoute:
    """Return the route to which forms of a record or a list submit their acts.

    Args:
        path: address of the record or list; the name of the operation follows.
    """
    return PageRoute(path=f"{path}/do/{{noun}}/{{verb}}", handler=handler, methods=("POST",))


def build_record_routes(path: str, subject: str, show: ShowsRecord) -> tuple[PageRoute, PageRoute]:
    """Return the routes of a record's page and of the acts on it, which redirect to the page.

    Args:
        path: address of the page, such as `/posts/{id}`.
        subject: argument for the record's id, such as `post_id`.
    """

    def act_on_record(page: PageRequest) -> Response:
        id = page.params["id"]
        return carry_out(page, page.operation, {subject: id}, show, path.format(id=id))

    return PageRoute(path=path, handler=show), build_act_route(path, act_on_record)


def build_row_act_route(path: str, subject: str, show: Again) -> PageRoute:
    """Return the route of acts on the records of a list, which redirect to the list.

    Args:
        path: address of the list, such as `/system/failures`.
        subject: argument for the record's id, such as `row_id`.
        show: shows the list after a failed act.
    """

    def act_on_row(page: PageRequest) -> Response:
        return carry_out(page, page.operation, {subject: page.params["id"]}, show, path)

    return build_act_route(f"{path}/{{id}}", act_on_row)


def build_new_record_route(path: str, show: Again) -> PageRoute:
    """Return the route of acts that create a record, which redirect to its page.

    Args:
        path: address below which each record has its page, such as `/groups`.
        show: shows the form after a failed act.
    """

    def create_record(page: PageRequest) -> Response:
        return carry_out(page, page.operation, {}, show, lambda record: f"{path}/{record.id}")

    return build_act_route(path, create_record)
