"""Faults in opening, closing, dumping and loading a storage."""

from collections.abc import Mapping

from tests.testing.storage_kit.twins import Fault

DUMPING = "ports.dumping"
STORAGE = "storage"

FAULTS: Mapping[str, Fault] = {
    "preparing again empties the kinds": Fault(
        "S-140", STORAGE, "records = self.tables.records.get(spec.kind, {})", "records: dict = {}"
    ),
    "old records lack new columns": Fault(
        "S-141", STORAGE, "{id: fill_columns(spec, record) for id, record in records.items()}", "dict(records)"
    ),
    "a bad spec is taken": Fault("S-142", STORAGE, "            check_spec(spec)\n", "            pass\n"),
    "a closed storage goes on": Fault("S-144", STORAGE, "        self.tables.ready = False\n", ""),
    "a storage works unprepared": Fault("S-145", "tables", "    ready: bool = False\n", "    ready: bool = True\n"),
    "a tried write leaves a line": Fault(
        "S-202",
        STORAGE,
        "            self.tables.require_ready()\n",
        """            self.tables.require_ready()
            from anninh_core.ports.storages.dumping import KeptRequest
            self.tables.requests["try"] = KeptRequest(request="try", entry="")
""",
    ),
    "a write can be tried while closed": Fault(
        "S-203", STORAGE, "            self.tables.require_ready()\n", "            pass\n"
    ),
    "request keys without an entry are forgotten": Fault(
        "S-195",
        STORAGE,
        "if stored.at is not None and stored.at < before",
        "if stored.at is None or stored.at < before",
    ),
    "request keys of that very moment are forgotten": Fault(
        "S-195", STORAGE, "stored.at < before", "stored.at <= before"
    ),
    "request keys are forgotten all at once": Fault(
        "S-195",
        STORAGE,
        """            for name in expired[:limit]:
                del self.tables.requests[name]
            return len(expired[:limit])""",
        """            for name in expired:
                del self.tables.requests[name]
            return len(expired)""",
    ),
    "what isn't there is requested": Fault(
        "S-16", STORAGE, "return request in self.tables.requests", "return bool(self.tables.requests)"
    ),
    "a storage doesn't say what may write to it": Fault(
        "S-127", STORAGE, '                "machines": _NOT_DURABLE,\n', ""
    ),
    "a storage gives no reason": Fault(
        "S-218",
        STORAGE,
        'Ability(Support.IMPOSSIBLE, "everything is gone with the process")',
        "Ability(Support.IMPOSSIBLE)",
    ),
    "a dump omits the journal": Fault("S-170", DUMPING, "    yield from tables.journal\n", ""),
    "a dump omits request keys": Fault(
        "S-171", DUMPING, "in sorted(tables.requests.items())", "in sorted(tables.requests.items())[:0]"
    ),
    "a key isn't put back": Fault("S-230", "ports.maintenance", "if key is not None:", "if False:"),
    "a dump omits keys": Fault(
        "S-171", DUMPING, "    yield from (key for _, key in sorted(tables.keys.items()))\n", ""
    ),
    "a dump omits states": Fault(
        "S-171",
        DUMPING,
        "        yield KeptState(owner=owner, name=name, version=value.version, body=value.body)\n",
        """        if False:
            yield KeptState(owner=owner, name=name, version=value.version, body=value.body)
""",
    ),
    "a dump forgets how long a row is leased": Fault(
        "S-171",
        DUMPING,
        "yield KeptOutbox(row=row, until=until and _to_utc(until), open=stored.open)",
        "yield KeptOutbox(row=row, until=None, open=stored.open)",
    ),
    "a dump forgets until when an event waits": Fault(
        "S-171",
        DUMPING,
        "until = inbox_row.until if inbox_row.row.state in PENDING and inbox_row.until != ALWAYS else None",
        "until = None",
    ),
    "a dump tells times as they were given": Fault(
        "S-228", DUMPING, "    return moment.astimezone(UTC)", "    return moment"
    ),
    "a check doesn't read the lines": Fault(
        "S-229", "ports.maintenance", "or line.hash != chain_hash(previous, line.content)", "or False"
    ),
    "a dump comes in the order of arrival": Fault(
        "S-172", DUMPING, "for _, record in sorted(records.items()))", "for _, record in records.items())"
    ),
    "a dump tells counters of zero": Fault("S-172", DUMPING, "        if amount:\n", "        if True:\n"),
    "a dump tells what is committed meanwhile": Fault(
        "S-173",
        "ports.maintenance",
        "        with self._tables.lock:\n            rows = list(dump(self._tables))\n        yield from rows",
        "        yield from dump(self._tables)",
    ),
    "a storage that holds something is loaded": Fault(
        "S-175",
        DUMPING,
        "    if any(nonempty) or any(tables.records.values()):\n",
        "    if any(tables.records.values()):\n",
    ),
    "a load that breaks off leaves what it had": Fault(
        "S-176",
        "ports.maintenance",
        """        loaded_rows = list(rows)
        with self._tables.lock:
            load_tables(self._tables, loaded_rows)""",
        """        from anninh_core.testing.memory.ports.dumping import _store_row
        from anninh_core.ports.storages.changes import Counter, NewKey
        loaded_rows = []
        for row in rows:
            loaded_rows.append(row)
            if isinstance(row, NewKey):
                _store_row(self._tables, row)
        for row in loaded_rows:
            if isinstance(row, NewKey):
                del self._tables.keys[row.scope]
        with self._tables.lock:
            load_tables(self._tables, loaded_rows)""",
    ),
    "rows of a load aren't checked": Fault("S-177", DUMPING, "        check_row(specs, row)\n", "        pass\n"),
    "kinds that nobody knows stay behind": Fault(
        "S-178",
        DUMPING,
        "    for row in checked:\n        _store_row(tables, row)\n",
        """    for row in checked:
        if not isinstance(row, Record) or row.kind.startswith(('kit_tip', 'kit_item')):
            _store_row(tables, row)
""",
    ),
    "loaded events can come again": Fault(
        "S-179", DUMPING, "            tables.delivered.add((event.source, event.dedupe))\n", ""
    ),
    "after a load rows are numbered from 1": Fault(
        "S-179",
        DUMPING,
        "    tables.created = max((stored.row.created_seq for stored in tables.outbox.values()), default=0)\n",
        "",
    ),
    "after a load every event waits": Fault("S-179", DUMPING, "open=event.state in PENDING", "open=True"),
    "a load doesn't fill the journal's index": Fault(
        "S-119", DUMPING, "tables.add_line(row, entry_from(row.content))", "tables.journal.append(row)"
    ),
    "a load adds every counter once more": Fault(
        "S-171", DUMPING, "            add_counters(tables, (row,))\n", "            add_counters(tables, (row, row))\n"
    ),
    "a dump that isn't read to its end leaves the storage closed": Fault(
        "S-174",
        "ports.maintenance",
        "        yield from rows\n",
        """        self._tables.ready = False
        yield from rows
        self._tables.ready = True
""",
    ),
}
