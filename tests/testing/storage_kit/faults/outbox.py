"""Faults in the outbox."""

from collections.abc import Mapping

from tests.testing.storage_kit.twins import Fault

QUEUES = "ports.queues"

FAULTS: Mapping[str, Fault] = {
    "a delivered row keeps its conversation": Fault(
        "S-232", "apply", "if settled.state in CLOSED or settled.conversation:", "if settled.conversation:"
    ),
    "a failed row loses its conversation": Fault(
        "S-233",
        "apply",
        "if settled.state in CLOSED or settled.conversation:",
        "if settled.state != OutboxState.READY or settled.conversation:",
    ),
    "a row that waits for a person is renamed": Fault(
        "S-234", QUEUES, "                if row.state in CLOSED:\n", "                if row.state in SETTLED:\n"
    ),
    "a claim counts as a try": Fault(
        "S-70",
        QUEUES,
        "state=OutboxState.CLAIMED, token=held.row.token + 1)",
        "state=OutboxState.CLAIMED, token=held.row.token + 1, attempts=held.row.attempts + 1)",
    ),
    "proof isn't kept": Fault("S-70", "apply", "        proof=settled.proof or held.row.proof,\n", ""),
    "what isn't due leaves": Fault("S-71", QUEUES, "                and held.row.due_at <= now\n", ""),
    "what is due now waits": Fault("S-71", QUEUES, "held.row.due_at <= now", "held.row.due_at < now"),
    "lanes don't matter": Fault(
        "S-72",
        QUEUES,
        "(LANES.index(held.row.lane), held.row.due_at, held.row.created_seq)",
        "(held.row.due_at, held.row.created_seq)",
    ),
    "lanes are sorted by their names": Fault("S-72", QUEUES, "LANES.index(held.row.lane)", "str(held.row.lane)"),
    "a claim takes more than it was asked for": Fault(
        "S-73", QUEUES, "            for held in due[:limit]:\n", "            for held in due:\n"
    ),
    "no messengers mean all": Fault("S-73", QUEUES, "(messengers is None or", "(not messengers or"),
    "lanes that nobody asked for are claimed": Fault(
        "S-73", QUEUES, "                and held.row.lane in lanes\n", ""
    ),
    "a conversation leaves side by side": Fault("S-74", "tables", "            heads.add(conversation)\n", ""),
    "an urgent row waits for its conversation": Fault(
        "S-74", "tables", "return row.messenger, row.conversation, row.lane", "return row.messenger, row.conversation"
    ),
    "a conversation is sorted by ids": Fault(
        "S-74", "tables", "key=lambda held: held.row.created_seq)", "key=lambda held: held.row.id)"
    ),
    "a head becomes ready when somebody claims": Fault(
        "S-74", "apply", "    if change.outbox or change.outbox_settled:\n", "    if change.outbox_settled:\n"
    ),
    "a failed head holds its conversation": Fault(
        "S-75",
        "apply",
        "(settled.state == OutboxState.UNKNOWN and held.open)",
        "(settled.state in ('unknown', 'failed') and held.open)",
    ),
    "why a row failed isn't told": Fault(
        "S-75", "apply", "        error=settled.error,\n        delivery_method", "        delivery_method"
    ),
    "when a row ended isn't told": Fault("S-75", "apply", "        settled_at=None if is_retry else settled.at,\n", ""),
    "what a row waits for isn't asked": Fault(
        "S-76",
        "tables",
        "if held.row.state is OutboxState.WAITING and self._is_settled_or_absent(held.row.after):",
        "if held.row.state is OutboxState.WAITING:",
    ),
    "a row waits for one that never was": Fault(
        "S-77",
        "tables",
        "return after not in self.outbox or self.outbox[after].row.state in SETTLED",
        "return not after or (after in self.outbox and self.outbox[after].row.state in SETTLED)",
    ),
    "a row waits for a delivery and not for an end": Fault(
        "S-77",
        "tables",
        "self.outbox[after].row.state in SETTLED",
        "self.outbox[after].row.state is OutboxState.DELIVERED",
    ),
    "a token isn't raised by the next claim": Fault(
        "S-78",
        QUEUES,
        "state=OutboxState.CLAIMED, token=held.row.token + 1)",
        "state=OutboxState.CLAIMED, token=max(held.row.token, 1))",
    ),
    "a claim that ran out stays claimed": Fault(
        "S-78", QUEUES, "        held.row = evolve(held.row, state=OutboxState.READY)\n", "        pass\n"
    ),
    "a start isn't bound to the lease": Fault("S-79", QUEUES, "                or stored.until <= now\n", ""),
    "a row is started twice": Fault(
        "S-79",
        QUEUES,
        "(stored.row.state, stored.row.token) != (OutboxState.CLAIMED, token)",
        "stored.row.token != token",
    ),
    "a start leaves the lease as it was": Fault(
        "S-90",
        QUEUES,
        """state=OutboxState.STARTED, attempts=stored.row.attempts + 1)
            stored.until = now + ttl
""",
        """state=OutboxState.STARTED, attempts=stored.row.attempts + 1)
""",
    ),
    "a start that was lost is sent again": Fault(
        "S-80", QUEUES, "state=OutboxState.UNKNOWN, settled_at=now)", "state=OutboxState.READY)"
    ),
    "a start that was lost lets its conversation go on": Fault(
        "S-80",
        QUEUES,
        "        held.row = evolve(held.row, state=OutboxState.UNKNOWN, settled_at=now)\n",
        "        held.row = evolve(held.row, state=OutboxState.UNKNOWN, settled_at=now)\n        held.open = False\n",
    ),
    "patience isn't asked": Fault(
        "S-81", QUEUES, "stored.row.settled_at + patience < now", "stored.row.settled_at < now"
    ),
    "an unknown head holds for ever": Fault(
        "S-81", QUEUES, "                stored.open = False\n", "                pass\n"
    ),
    "what is tried again leaves at once": Fault(
        "S-82", "apply", "        due_at=settled.due_at or held.row.due_at,\n", ""
    ),
    "what is tried again goes to the end": Fault(
        "S-82", "apply", "    if is_retry and not held.open:", "    if is_retry:"
    ),
    "a person decides over and over": Fault(
        "S-83",
        "apply",
        "may_settle_outbox(settled, stored.row.state, stored.row.token)",
        "(settled.token is None or may_settle_outbox(settled, stored.row.state, stored.row.token))",
    ),
    "a stale word settles a row": Fault(
        "S-197",
        "apply",
        "may_settle_outbox(settled, stored.row.state, stored.row.token)",
        "may_settle_outbox(evolve(settled, seen=None), stored.row.state, stored.row.token)",
    ),
    "what queues up anew keeps its old place": Fault(
        "S-84",
        "apply",
        "row = evolve(row, state=OutboxState.WAITING, created_seq=tables.created)",
        "row = evolve(row, state=OutboxState.WAITING)",
    ),
    "what queues up anew takes the last one's place": Fault(
        "S-84", "apply", "        tables.created += 1\n        row = evolve(", "        row = evolve("
    ),
    "what queues up anew leaves beside the head": Fault(
        "S-84",
        "apply",
        "row = evolve(row, state=OutboxState.WAITING, created_seq=tables.created)",
        "row = evolve(row, created_seq=tables.created)",
    ),
    "a row that waits is made ready by a word": Fault(
        "S-225",
        "apply",
        "state=OutboxState.WAITING if is_retry and held.row.state is OutboxState.WAITING else",
        "state=",
    ),
    "an outcome that becomes unknown holds anew": Fault(
        "S-226", "apply", "(settled.state == OutboxState.UNKNOWN and held.open)", "settled.state == OutboxState.UNKNOWN"
    ),
    "the platform's id goes with the confirmation": Fault(
        "S-163", "apply", "settled.platform_id or held.row.platform_id", "settled.platform_id"
    ),
    "a lost settlement takes part of its change set along": Fault(
        "S-86",
        "apply",
        "    if not (\n        _may_settle_inbox_row(tables",
        """    if change.outbox_settled:
        for record in change.records:
            tables.records[record.kind].setdefault(record.id, record)
    if not (
        _may_settle_inbox_row(tables""",
    ),
    "a list by conversation finds all": Fault(
        "S-88", QUEUES, '            and conversation in ("", row.conversation)\n', ""
    ),
    "a list by cause finds all": Fault("S-88", QUEUES, '            and cause in ("", row.cause)\n', ""),
    "a platform id is found at any messenger": Fault(
        "S-88", QUEUES, "(row.messenger, row.platform_id) == (messenger, platform_id)", "row.platform_id == platform_id"
    ),
    "an empty platform id finds what wasn't sent": Fault(
        "S-88", QUEUES, "if platform_id and (row.messenger", "if (row.messenger"
    ),
    "delivered is whatever is old": Fault(
        "S-193", QUEUES, "if row.state is OutboxState.DELIVERED]", "if row.state in SETTLED]"
    ),
    "what waits for a removed row waits for ever": Fault(
        "S-194",
        "tables",
        "return after not in self.outbox or self.outbox[after].row.state in SETTLED",
        "return not after or (after in self.outbox and self.outbox[after].row.state in SETTLED)",
    ),
    "rows that haven't ended are removed": Fault(
        "S-215", QUEUES, "if row.state in SETTLED and (row.conversation", "if (row.conversation"
    ),
    "rows of a scope stay": Fault(
        "S-215", QUEUES, "not {row.scope, row.cause}.isdisjoint(about)", "row.cause in about"
    ),
    "an empty conversation removes all without one": Fault(
        "S-215", QUEUES, 'chats = set(conversations) - {""}', "chats = set(conversations)"
    ),
    "whoever waits behind a removed row waits for the next claim": Fault(
        "S-216",
        QUEUES,
        "            self._tables.promote()\n            return len(sent)",
        "            return len(sent)",
    ),
    "only messages wait for a person": Fault("S-196", QUEUES, "since = [*received, *(", "since = [*("),
    "what is unknown waits for nobody": Fault(
        "S-196", QUEUES, "if stored.row.state in FOR_PEOPLE]", "if stored.row.state in FOR_PEOPLE[::2]]"
    ),
    "since when is told by when it was due": Fault("S-196", QUEUES, "row.settled_at or row.due_at", "row.due_at"),
    "the method of a send is forgotten": Fault(
        "S-198", "apply", "        delivery_method=settled.delivery_method,\n", ""
    ),
    "a method stays for ever": Fault(
        "S-198",
        "apply",
        "delivery_method=settled.delivery_method,",
        "delivery_method=settled.delivery_method or held.row.delivery_method,",
    ),
    "until when a row was put off is forgotten": Fault(
        "S-199", "apply", "        deferred_until=settled.deferred_until,\n", ""
    ),
    "a row stays put off after its end": Fault(
        "S-199",
        "apply",
        "deferred_until=settled.deferred_until,",
        "deferred_until=settled.deferred_until or held.row.deferred_until,",
    ),
    "states come as texts": Fault(
        "S-201",
        QUEUES,
        "state=OutboxState.CLAIMED, token=held.row.token + 1)",
        "state='claimed', token=held.row.token + 1)",
    ),
    "a row that waits can't be cancelled": Fault(
        "S-85",
        "apply",
        "if is_retry and held.row.state is OutboxState.WAITING",
        "if held.row.state is OutboxState.WAITING",
    ),
    "a person decides about what is being sent": Fault(
        "S-85",
        "apply",
        "may_settle_outbox(settled, stored.row.state, stored.row.token)",
        """((settled.token is None and stored.row.state in ("claimed", "started"))
        or may_settle_outbox(settled, stored.row.state, stored.row.token))""",
    ),
    "a batch settles only what was there before it": Fault(
        "S-87",
        "storage",
        "            return [self._commit(change) for change in change_sets]",
        """            known = {None, *self.tables.outbox}
            return [
                self._commit(change)
                if (change.outbox_settled and change.outbox_settled.id) in known else Outcome.LEASE_LOST
                for change in change_sets
            ]""",
    ),
    "new rows come before the one that queues up anew": Fault(
        "S-89",
        "apply",
        "    _settle_rows(tables, change)\n",
        """    for row in change.outbox:
        _store_outbox_row(tables, row)
    _settle_rows(tables, change)
    change = evolve(change, outbox=())
""",
    ),
    "a lost settlement leaves its method": Fault(
        "S-200",
        "apply",
        "    if not (\n        _may_settle_inbox_row(tables",
        """    if (lost := change.outbox_settled) and lost.id in tables.outbox:
        held = tables.outbox[lost.id]
        held.row = evolve(held.row, delivery_method=lost.delivery_method)
    if not (
        _may_settle_inbox_row(tables""",
    ),
    "two threads claim one row": Fault(
        "S-148",
        QUEUES,
        "            for held in due[:limit]:\n",
        """            self._tables.lock.release()
            __import__("time").sleep(0.001)
            self._tables.lock.acquire()
            for held in due[:limit]:
""",
    ),
}
