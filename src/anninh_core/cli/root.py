"""Table of all commands of the command line."""

import click

from anninh_core._version import __version__
from anninh_core.cli.lazy_group import LazyGroup

# For each command, its line in the overview. A command without a line is a former name, which still works.
_COMMANDS = {
    "init": "make a folder for an authority",
    "demo": "play the plan of 2021 from beginning to end",
    "play": "talk to the app as a resident",
    "tips": "residents' tips: read, triage, assign, ask, answer",
    "incidents": "reports of one event: join, separate, answer all",
    "inquiries": "what residents ask: look and answer",
    "content": "published content: write, review, publish, correct, withdraw",
    "posts": "group messages flagged for moderation",
    "duties": "what units owe by a day: hand in, urge",
    "reports": "reports of units: fill, submit, accept, sign",
    "search": "find tips, questions, articles and items by words",
    "kb": "look after the articles that questions are answered from",
    "groups": "the official groups: look, found, seat, launch",
    "login": "sign in, for this folder",
    "logout": "end the sign-in",
    "whoami": "show who is signed in, and until when",
    "account": "one's own password, second factor, passkeys, sessions and API tokens",
    "units": "show the tree of units",
    "officers": "who has which role, and how roles are granted",
    "duty": "officers on duty, and alarms to acknowledge",
    "report": "",
    "audit": "verify and read the trail",
    "identity": "disclosure of identities: requested, granted, opened once; and emergencies",
    "custodians": "who holds the keys to residents' names",
    "people": "what people ask about data of theirs, and who wants to be erased",
    "retention": "retention periods and their reasons, holds, and proof that purged data is gone",
    "leaks": "withheld files that may identify a person, and the decisions about them",
    "failures": "messages that were not processed or not delivered",
    "work": "process what has come and send what must go",
    "tick": "run the jobs that are due",
    "watch": "print faults, and report them by mail: for cron or a timer",
    "serve": "take webhooks in over HTTP",
    "board": "show officers their work in a browser",
    "doctor": "check clock, disk, keys, storage and queues, and say what to do",
    "backup": "write everything into a file, and verify one",
    "restore": "fill an empty place from a backup",
    "bundle": "move an authority to another place or engine",
    "keys": "protect and rotate the keys, and keep a recovery copy of them",
    "storage": "maintain the storage",
    "quarantine": "what can't be read and is left out meanwhile",
    "call": "call any operation by its name, as programs do",
    "plugins": "installed and loaded plugins, and their capabilities",
    "plugin": "hold a plugin to its conformance kits",
    "new": "begin a plugin of your own",
    "profiles": "show the shipped profiles, and days off for their calendars",
    "eval": "measure how often the suggestions are right",
}
_AUTHORING = ("new", "plugin")
_CALLING = ("call",)
_ACCOUNTS = ("account", "login", "logout", "whoami")
_CASEWORK = ("audit", "duty", "failures", "groups", "officers", "retention", "tips", "units")
_DAILY = ("content", "duties", "incidents", "inquiries", "posts", "report", "reports")
_EVALUATION = ("eval",)
_IDENTITY = ("custodians", "identity", "leaks", "people")
_KNOWLEDGE = ("kb", "search")
_RUNNING = ("board", "demo", "play", "serve", "tick", "watch", "work")
_PACKAGES = {
    command: package
    for package, commands in (
        ("authoring", _AUTHORING),
        ("calling", _CALLING),
        ("accounts", _ACCOUNTS),
        ("casework", _CASEWORK),
        ("daily", _DAILY),
        ("evaluation", _EVALUATION),
        ("identity", _IDENTITY),
        ("knowledge", _KNOWLEDGE),
        ("running", _RUNNING),
    )
    for command in commands
}
_MODULE_OF_COMMAND = {"logout": "login", "restore": "backup", "tick": "work", "whoami": "login"}
"""Names of the files in which commands are defined that have no file of their own, by command."""


def _find_module(command: str) -> str:
    """Return the module that defines a command, without loading it."""
    return f"anninh_core.cli.{_PACKAGES.get(command, 'administration')}.{_MODULE_OF_COMMAND.get(command, command)}"


anninh = click.version_option(__version__, prog_name="anninh", message="%(prog)s %(version)s")(
    LazyGroup(
        "anninh",
        homes={name: (_find_module(name), line) for name, line in _COMMANDS.items()},
        help="Official security chat groups: tips, reviewed content, moderation by people, signed reports.",
    )
)
