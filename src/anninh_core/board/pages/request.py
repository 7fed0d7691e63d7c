"""The request for a page: actor, submitted data, and the operations that it may call."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec
from attrs import define, evolve, field, frozen
from starlette.responses import RedirectResponse, Response

from anninh_core import Actor
from anninh_core.board.browser.form_tokens import make_form_token
from anninh_core.board.pages.context import PageContext
from anninh_core.board.pages.formats import Formats
from anninh_core.board.pages.names import Names
from anninh_core.board.pages.viewer import Viewer
from anninh_core.board.responses import build_page_response
from anninh_core.board.words.page_words import PageWords
from anninh_core.kernel.errors import AnninhError, Damaged
from anninh_core.language.catalogue import Language
from anninh_core.language.labels import identify_list_value
from anninh_core.language.phrasing import Phrasing

Values = Mapping[str, Sequence[str]]


@define(kw_only=True, slots=False)  # The class has no slots, because cached properties need the instance's `__dict__`.
class PageRequest:
    """The request for a page.

    Attributes:
        base: path where the board is mounted in another application, or "".
        path: path below `base`, without the query string.
        params: parts of the path by name.
        query: parameters of the query string, with all values of each name.
        folder: folder of the templates, such as `screens/tips`.
        address: client address.
        is_address_shared: whether `address` is a proxy's own address, which any client may have.
        peer: address at the other end of the connection, a proxy's own if there is one in between.
        headers: request headers, by lower-case names.
        token: session token, or "".
        actor: the signed-in actor, or None.
        failure: the act that failed, or None. The form that shows the failure resets it.
        damaged: number of records that lists of the page left out because they can't be opened.
    """

    desk: PageContext
    renderer: "RendersPages"
    base: str = ""
    path: str
    method: str = "GET"
    params: Mapping[str, str]
    query: Values
    form: Values = field(factory=dict, repr=False)
    files: Mapping[str, "SentFile"] = field(factory=dict, repr=False)
    folder: str = ""
    address: str = ""
    is_address_shared: bool = False
    peer: str = ""
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    client: str = ""
    token: str = field(default="", repr=False)
    actor: Actor | None = None
    language: Language = "vi"
    is_fragment: bool = False
    failure: "FailedAct | None" = field(default=None, init=False, repr=False)
    damaged: int = field(default=0, init=False)
    _answers: dict[tuple[object, ...], Any] = field(factory=dict, init=False, repr=False)

    @property
    def now(self) -> datetime:
        """The current time."""
        return self.desk.app.internals.context.clock.now()

    @cached_property
    def words(self) -> PageWords:
        """The texts of the page in its language."""
        return PageWords(self.language)

    @cached_property
    def formats(self) -> Formats:
        """The formats of times, days and numbers on the page."""
        return Formats(self.words, self.now)

    @cached_property
    def names(self) -> Names:
        """The names of units and officers."""
        return Names(self.desk.app, self.words, self.call)

    @cached_property
    def phrasing(self) -> Phrasing:
        """The object that puts sentences with values into the page's language."""
        return Phrasing(self.language, self._name_value, self._quote_act_title)

    def _name_value(self, name: str, value: str) -> str:
        """Return the label of a value; the page's own record is only called "this case" or "this record"."""
        if value in self.params.values():
            return self.words.label("this case" if name == "case" else "this", "record")
        return self.names.value(name, value)

    def _quote_act_title(self, operation: str) -> str:
        return f"“{self.act_title(operation) or operation}”"

    @cached_property
    def viewer(self) -> Viewer:
        """The officer who views the page; only with a session."""
        officer = self.call("units.whoami")
        return Viewer(
            id=officer.id,
            name=officer.name,
            unit=officer.unit,
            unit_name=officer.unit_name,
            roles=officer.roles,
            permissions=frozenset(officer.permissions),
            role_units=officer.role_units,
            fresh_until=officer.fresh_until,
        )

    @cached_property
    def news_mark(self) -> str:
        """The mark that the page sends when it asks whether anything changed since it was made."""
        return str(self.call("work.news").mark)

    @cached_property
    def form_token(self) -> str:
        """The token that the page's forms contain."""
        return make_form_token(self.token)

    @cached_property
    def takes_passkeys(self) -> bool:
        """Whether the settings allow passkeys on the board's own pages."""
        own = self.desk.config.own_origin(self.headers.get("host", ""))
        return own in self.desk.app.accounts.passkey_origins()

    @property
    def signed_in(self) -> Actor:
        """The actor, on a page that requires a session."""
        assert self.actor is not None, "pages without a sign-in ask for nothing of an officer"
        return self.actor

    @property
    def operation(self) -> str:
        """Name of the operation in a form's address; a former name is replaced by the present one."""
        name = f"{self.params['noun']}.{self.params['verb']}"
        operation = self.desk.gateway.operations.get(name)
        return operation.name if operation else name

    def call(self, operation: str, *, actor: Actor | None = None, **arguments: object) -> Any:
        """Call an operation through the door and return its view.

        Args:
            operation: its name, such as `tips.get`.
            actor: the actor with a request key or a seen version; the signed-in actor if not given.
            arguments: Python values.
        """
        return self._count_damaged(self.desk.gateway.call(actor or self.signed_in, operation, arguments))

    def call_if_readable(self, operation: str, **arguments: object) -> Any:
        """Call a query that counts or decides over all records; return None if a record can't be opened."""
        try:
            return self.call(operation, actor=None, **arguments)
        except Damaged:
            return None

    def once(self, operation: str, **arguments: object) -> Any:
        """Call a query once per page, and return the cached result from then on."""
        key = (operation, *sorted(arguments.items()))
        if key not in self._answers:
            self._answers[key] = self.call(operation, actor=None, **arguments)
        return self._answers[key]

    def read_together(self, *reads: tuple[str, Mapping[str, Any]]) -> tuple[Any, ...]:
        """Call several queries as one reading, which leaves one journal entry, named by the first query; see
        `OperationGateway.read_together`.

        Args:
            *reads: name and arguments of each query.
        """
        return tuple(map(self._count_damaged, self.desk.gateway.read_together(self.signed_in, reads)))

    def call_json(self, operation: str, arguments: Mapping[str, object], *, actor: Actor | None = None) -> Any:
        """Call an operation with arguments as JSON values.

        Raises:
            BadArguments: the arguments don't fit the operation.
        """
        decoded = self.desk.gateway.decode(operation, msgspec.json.encode(arguments))
        return self._count_damaged(self.desk.gateway.call(actor or self.signed_in, operation, decoded))

    def _count_damaged(self, answer: Any) -> Any:
        self.damaged += getattr(answer, "damaged", 0)
        return answer

    def has(self, operation: str) -> bool:
        """Return whether the officer has an operation's permissions on some unit, so that the page may show it."""
        door_operation = self.desk.gateway.operations.get(operation)
        return door_operation is not None and all(
            self.viewer.may(permission) for permission in (door_operation.permission, *door_operation.needs)
        )

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a parameter of the query string."""
        return next(iter(reversed(self.query.get(name, ()))), default)

    def sent(self, name: str, default: str = "") -> str:
        """Return the last value of a form field."""
        return next(iter(reversed(self.form.get(name, ()))), default)

    def act_title(self, operation: str) -> str:
        """Return the title of an act, "" if unknown: an address can't put its own words on the page."""
        return self.words.act(operation)

    def action_label(self, action: str) -> str:
        """Return the label of an action in the journal, or ""."""
        labels: Mapping[str, str] = self.once("units.labels", language=self.language).families["act"]
        return labels.get(action) or self.act_title(action)

    def label(self, value: object, of: str = "") -> str:
        """Return the label of a value of a closed list; a label in the profile takes precedence.

        Args:
            value: a member of an enumeration, or its value.
            of: name of the list, if `value` is no enumeration member.
        """
        context, name = identify_list_value(value, of)
        labels = self.once("units.labels", language=self.language)
        family = labels.lists.get(context, "")
        return labels.families.get(family, {}).get(name, "") or self.words.label(value, of)

    def url(self, path: str = "", **query: object) -> str:
        """Return an address of the board; without `path`, the address of this page with other query parameters."""
        return self.base + self.local_url(path, **query)

    def local_url(self, path: str = "", **query: object) -> str:
        """Return an address as `url` does, without `base`."""
        if not path:
            current = {name: values[-1] for name, values in self.query.items() if name != "done"}
            query = {**current, **query}
        parameters = {name: value for name, value in query.items() if value not in ("", None)}
        return f"{path or self.path}{'?' if parameters else ''}{urlencode(parameters)}"

    def own_path(self, wanted: str) -> str:
        """Return `wanted` if it is a path on the board, or else "/", so that no redirect leads to another site."""
        is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
        return wanted if is_own else "/"

    def render(self, template: str, status: int = 200, /, **variables: object) -> Response:
        """Return a page rendered from a template of the page's folder."""
        text = self.renderer.render(self, template, variables)
        return build_page_response(text, status, self.headers)

    def redirect(self, path: str, **query: object) -> Response:
        """Redirect the browser to another page, which it loads by GET."""
        return RedirectResponse(self.url(path, **query), 303)

    def within(self, folder: str) -> "PageRequest":
        """Return the same request with the texts and templates of another folder."""
        return evolve(self, folder=folder)

    def as_new_try(self) -> "PageRequest":
        """Return the same request as a new try: without a request key and without a seen version."""
        fields = {name: values for name, values in self.form.items() if name not in ("request_key", "version")}
        return evolve(self, form=fields)

    def load_officers(self, ids: Iterable[str]) -> None:
        """Load the names of officers in one call."""
        self.names.load(ids)


@define(frozen=True)
class SentFile:
    """A file that a form uploaded."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@frozen(kw_only=True)
class FailedAct:
    """An act that failed: the page shows it with the submitted text.

    Attributes:
        errors: error message by field.
        words: submitted text, shown if the page no longer has the form.
        keeps_key: whether a retry keeps the request key; otherwise it counts as another try.
        cause: class of the error, None if the form itself was at fault.
    """

    operation: str
    status: int
    sentence: str
    errors: Mapping[str, str] = field(factory=dict)
    words: Sequence[str] = field(default=(), repr=False)
    keeps_key: bool = False
    cause: type[AnninhError] | None = None


class RendersPages(Protocol):
    """Renders pages from templates."""

    def render(self, page: PageRequest, template: str, shown: Mapping[str, object]) -> str:
        """Return a page as HTML.

        Args:
            template: its path, or its name in the page's folder.
            variables: what the template needs in addition to the page.
        """
        ...
