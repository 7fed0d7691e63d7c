"""A page that is asked for: who asks, what came along, and what can be called for it."""

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
from anninh_core.board.responses import send_page
from anninh_core.board.words.page_words import PageWords
from anninh_core.kernel.errors import AnninhError, Damaged
from anninh_core.language.catalogue import Language
from anninh_core.language.labels import name_of_list
from anninh_core.language.phrasing import Phrasing

Values = Mapping[str, Sequence[str]]


@define(kw_only=True, slots=False)  # not slotted: what is asked for once is kept
class PageRequest:
    """A page that is asked for.

    Attributes:
        base: where the board is mounted in another application, "" where it isn't.
        path: below that, without the question mark and what stands behind it.
        params: parts of the path by name.
        query: what stands behind the question mark, all of each name.
        folder: of the templates, such as `screens/tips`.
        address: from where it comes.
        is_address_shared: whether that is a proxy's own address, which anybody may come from.
        peer: address of whoever is connected, a proxy's own where one stands between.
        headers: of the request, by names in small letters.
        token: of the sign-in, "" for none.
        actor: who asks, None for nobody.
        failure: the act that was tried and not done, None for none. A form of the page that says so takes it.
        damaged: how many records lists of the page left out because they can't be opened.
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
        """The moment that it is."""
        return self.desk.app.internals.context.clock.now()

    @cached_property
    def words(self) -> PageWords:
        """The words of the page."""
        return PageWords(self.language)

    @cached_property
    def formats(self) -> Formats:
        """How moments and the like are written."""
        return Formats(self.words, self.now)

    @cached_property
    def names(self) -> Names:
        """What units and officers are called."""
        return Names(self.desk.app, self.words, self.call)

    @cached_property
    def phrasing(self) -> Phrasing:
        """How sentences with values are put in the page's words."""
        return Phrasing(self.language, self._name_value, self._quote_act)

    def _name_value(self, name: str, value: str) -> str:
        """Return what people call a value; the page's own record has no name but this one."""
        if value in self.params.values():
            return self.words.label("this case" if name == "case" else "this", "record")
        return self.names.value(name, value)

    def _quote_act(self, operation: str) -> str:
        return f"“{self.act_title(operation) or operation}”"

    @cached_property
    def viewer(self) -> Viewer:
        """Who looks; only where somebody is signed in."""
        shown = self.call("units.whoami")
        return Viewer(
            id=shown.id,
            name=shown.name,
            unit=shown.unit,
            unit_name=shown.unit_name,
            roles=shown.roles,
            permissions=frozenset(shown.permissions),
            role_units=shown.role_units,
            fresh_until=shown.fresh_until,
        )

    @cached_property
    def news_mark(self) -> str:
        """By which the page asks whether anything is new since it was made."""
        return str(self.call("work.news").mark)

    @cached_property
    def form_token(self) -> str:
        """What the page's forms carry."""
        return make_form_token(self.token)

    @cached_property
    def takes_passkeys(self) -> bool:
        """Whether the settings let people show a passkey on the board's own pages."""
        own = self.desk.config.own_origin(self.headers.get("host", ""))
        return own in self.desk.app.accounts.passkey_origins()

    @property
    def signed_in(self) -> Actor:
        """Who asks, on a page that only people who signed in get."""
        assert self.actor is not None, "pages without a sign-in ask for nothing of an officer"
        return self.actor

    @property
    def operation(self) -> str:
        """The operation that the address of a form names; under its present name, if that is a former one."""
        name = f"{self.params['noun']}.{self.params['verb']}"
        operation = self.desk.door.operations.get(name)
        return operation.name if operation else name

    def call(self, operation: str, *, actor: Actor | None = None, **arguments: object) -> Any:
        """Carry an operation out, as the door does, and return its view.

        Args:
            operation: its name, such as `tips.get`.
            actor: under which key, or having seen what; who asks, if not given.
            arguments: values as Python has them.
        """
        return self._count_damaged(self.desk.door.call(actor or self.signed_in, operation, arguments))

    def compute(self, operation: str, **arguments: object) -> Any:
        """Carry a query out that counts or decides by all records; None where one of them can't be opened."""
        try:
            return self.call(operation, actor=None, **arguments)
        except Damaged:
            return None

    def once(self, operation: str, **arguments: object) -> Any:
        """Carry a query out that the page asks for again and again, and return what it said the first time."""
        key = (operation, *sorted(arguments.items()))
        if key not in self._answers:
            self._answers[key] = self.call(operation, actor=None, **arguments)
        return self._answers[key]

    def read_together(self, *reads: tuple[str, Mapping[str, Any]]) -> tuple[Any, ...]:
        """Carry queries out as one look, which leaves one journal entry, named by the first; see `Door.read_together`.

        Args:
            *reads: name and arguments of each.
        """
        return tuple(map(self._count_damaged, self.desk.door.read_together(self.signed_in, reads)))

    def call_json(self, operation: str, arguments: Mapping[str, object], *, actor: Actor | None = None) -> Any:
        """Carry an operation out with arguments as JSON has them; raises `BadArguments` for what doesn't fit."""
        decoded = self.desk.door.decode(operation, msgspec.json.encode(arguments))
        return self._count_damaged(self.desk.door.call(actor or self.signed_in, operation, decoded))

    def _count_damaged(self, answer: Any) -> Any:
        self.damaged += getattr(answer, "damaged", 0)
        return answer

    def has(self, operation: str) -> bool:
        """Tell whether the officer's permissions reach an operation on some unit, so that it may be shown."""
        found = self.desk.door.operations.get(operation)
        return found is not None and all(self.viewer.may(one) for one in (found.permission, *found.needs))

    def one(self, name: str, default: str = "") -> str:
        """Return what stands behind the question mark under a name, the last of several."""
        return next(iter(reversed(self.query.get(name, ()))), default)

    def sent(self, name: str, default: str = "") -> str:
        """Return what a form sent under a name, the last of several."""
        return next(iter(reversed(self.form.get(name, ()))), default)

    def act_title(self, operation: str) -> str:
        """Return what people call an act, "" for what is none: only our words are shown, whatever an address says."""
        return self.words.act(operation)

    def action_label(self, action: str) -> str:
        """Return what a line of the journal calls an action, "" for an unknown one."""
        labels: Mapping[str, str] = self.once("units.labels", language=self.language).families["act"]
        return labels.get(action) or self.act_title(action)

    def label(self, value: object, of: str = "") -> str:
        """Return what people call a value of a closed list, as the profile calls it where it does.

        Args:
            value: a member of an enumeration, or its value.
            of: name of the list where the value doesn't tell.
        """
        context, name = name_of_list(value, of)
        labels = self.once("units.labels", language=self.language)
        family = labels.lists.get(context, "")
        return labels.families.get(family, {}).get(name, "") or self.words.label(value, of)

    def url(self, path: str = "", **query: object) -> str:
        """Return an address of the board; without a path, of this page with other words behind the question mark."""
        return self.base + self.local_url(path, **query)

    def local_url(self, path: str = "", **query: object) -> str:
        """Return an address as `url` does, below where the board is mounted."""
        if not path:
            kept = {name: values[-1] for name, values in self.query.items() if name != "done"}
            query = {**kept, **query}
        given = {name: value for name, value in query.items() if value not in ("", None)}
        return f"{path or self.path}{'?' if given else ''}{urlencode(given)}"

    def own_path(self, wanted: str) -> str:
        """Return where to go on: a page of the board and nothing else, the first one where something else is wanted."""
        is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
        return wanted if is_own else "/"

    def render(self, template: str, status: int = 200, /, **shown: object) -> Response:
        """Return a page made of a template of the page's folder."""
        text = self.renderer.render(self, template, shown)
        return send_page(text, status, self.headers)

    def redirect(self, path: str, **query: object) -> Response:
        """Send the browser to another page, which it gets by GET."""
        return RedirectResponse(self.url(path, **query), 303)

    def within(self, folder: str) -> "PageRequest":
        """Return the same request with another folder's words and templates."""
        return evolve(self, folder=folder)

    def anew(self) -> "PageRequest":
        """Return the same request as a try of its own: under no key, and having seen no version."""
        kept = {name: values for name, values in self.form.items() if name not in ("request_key", "version")}
        return evolve(self, form=kept)

    def load_officers(self, ids: Iterable[str]) -> None:
        """Have the names of officers ready, asked for at once."""
        self.names.load(ids)


@define(frozen=True)
class SentFile:
    """A file that a form sent along."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@frozen(kw_only=True)
class FailedAct:
    """An act that was tried and not done: the page shows it with what was written.

    Attributes:
        errors: by field, what is wrong with it.
        words: what was written, shown where the page has no such form any more.
        keeps_key: whether the same try goes on; else the next one is another.
        cause: the kind of error, None where the form itself was at fault.
    """

    operation: str
    status: int
    sentence: str
    errors: Mapping[str, str] = field(factory=dict)
    words: Sequence[str] = field(default=(), repr=False)
    keeps_key: bool = False
    cause: type[AnninhError] | None = None


class RendersPages(Protocol):
    """Makes the text of a page from a template."""

    def render(self, page: PageRequest, template: str, shown: Mapping[str, object]) -> str:
        """Return a page as HTML.

        Args:
            template: its path, or its name in the page's folder.
            shown: what the template needs besides the page.
        """
        ...
