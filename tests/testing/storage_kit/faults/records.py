"""Faults in reading records."""

from collections.abc import Mapping

from tests.testing.storage_kit.twins import Fault

RECORDS = "ports.records"

FAULTS: Mapping[str, Fault] = {
    "a record is found under any kind": Fault(
        "S-30",
        RECORDS,
        "return self._tables.records[kind].get(id)",
        "return next((records[id] for records in self._tables.records.values() if id in records), None)",
    ),
    "a kind that wasn't prepared is empty": Fault(
        "S-31",
        RECORDS,
        """            self._tables.spec(kind)
            return self._tables.records[kind].get(id)""",
        "            return self._tables.records.get(kind, {}).get(id)",
    ),
    "orders always rise": Fault(
        "S-32",
        RECORDS,
        "(other.value, self.value) if self.descends else (self.value, other.value)",
        "(self.value, other.value)",
    ),
    "a page leaves multi columns out": Fault(
        "S-33",
        RECORDS,
        "return cut_page(spec, query, records)",
        """from attrs import evolve
        return cut_page(spec, query, [evolve(record, multi={}) for record in records])""",
    ),
    "many ids are cut at a thousand": Fault(
        "S-47", RECORDS, "for id in ids if id in records", "for id in [*ids][:1000] if id in records"
    ),
    "ids that aren't there are an error": Fault("S-47", RECORDS, "for id in ids if id in records", "for id in ids"),
    "a page begins with the record that it stands behind": Fault(
        "S-34",
        RECORDS,
        "if cursor_key < _get_record_sort_key(order, record)",
        "if not _get_record_sort_key(order, record) < cursor_key",
    ),
    "ids break no ties": Fault(
        "S-34", RECORDS, "return *ordered, SortValue(id, order.id_descends)", "return (*ordered,)"
    ),
    "ids break ties upwards in every order": Fault(
        "S-34", RECORDS, "SortValue(id, order.id_descends)", "SortValue(id, False)"
    ),
    "a full page always has a next one": Fault(
        "S-35",
        RECORDS,
        "return cut_page(spec, query, records)",
        """page = cut_page(spec, query, records)
        if len(page.records) < query.limit or page.cursor:
            return page
        from attrs import evolve
        return evolve(page, cursor=cut_page(spec, query, [*records, records[-1]]).cursor)""",
    ),
    "None comes last": Fault(
        "S-36",
        RECORDS,
        "high is not None and (low is None or low < high)",
        "low is not None and (high is None or low < high)",
    ),
    "a page crosses None by leaving it out": Fault(
        "S-36",
        RECORDS,
        "if cursor_key < _get_record_sort_key(order, record)",
        "if cursor_key < _get_record_sort_key(order, record) and (record.columns['due'] is not None)",
    ),
    "all columns of an order go the way of the first": Fault(
        "S-37",
        RECORDS,
        "(SortValue(value, descends) for value, (_, descends) in zip(values, order.columns, strict=True))",
        "(SortValue(value, order.columns[0][1]) for value in values)",
    ),
    "pages are counted from the first record": Fault(
        "S-38",
        RECORDS,
        "records = [record for record in records if cursor_key < _get_record_sort_key(order, record)]",
        """ids = [record.id for record in records]
                last = decode_cursor(spec, query.order, order.cursor)[1]
                records = records[query.limit:] if not query.before else records""",
    ),
    "one filter is enough": Fault(
        "S-39",
        RECORDS,
        "and record_matches(record, query.where, query.excluding)",
        """and (not query.where or any(record_matches(record, {n: v}) for n, v in query.where.items()))
            and record_matches(record, {}, query.excluding)""",
    ),
    "what is excluded is found": Fault(
        "S-39", RECORDS, "record_matches(record, query.where, query.excluding)", "record_matches(record, query.where)"
    ),
    "of several that are excluded only the first is": Fault(
        "S-39",
        RECORDS,
        "record_matches(record, query.where, query.excluding)",
        """record_matches(
                record, query.where, {n: v[-1] if isinstance(v, tuple) else v for n, v in query.excluding.items()})""",
    ),
    "no units mean all": Fault("S-39", RECORDS, "(query.units is None or", "(not query.units or"),
    "None among several values is forgotten, as IN does": Fault(
        "S-39",
        RECORDS,
        "record_matches(record, query.where, query.excluding)",
        """record_matches(record, {
                n: tuple(x for x in v if x is not None) if isinstance(v, tuple) else v for n, v in query.where.items()
            }, query.excluding)""",
    ),
    "one of several values isn't understood": Fault(
        "S-39",
        RECORDS,
        "record_matches(record, query.where, query.excluding)",
        """record_matches(
                record,
                {n: v[0] if isinstance(v, tuple) and v else v for n, v in query.where.items()},
                query.excluding)""",
    ),
    "filters are never checked": Fault("S-40", RECORDS, "        check_find(spec, query)\n", ""),
    "a filter of another type finds nothing": Fault("S-41", RECORDS, "        check_find(spec, query)\n", ""),
    "a damaged cursor is the first page's": Fault(
        "S-43",
        RECORDS,
        "                cursor_key = _build_sort_key(order, *decode_cursor(spec, query.order, order.cursor))\n",
        """                try:
                    cursor_key = _build_sort_key(order, *decode_cursor(spec, query.order, order.cursor))
                except ValueError:
                    return cut_page(spec, query, records)
""",
    ),
    "a count ends with the page": Fault("S-44", RECORDS, "return min(cap, len(", "return min(cap, query.limit, len("),
    "a count knows no cap": Fault("S-44", RECORDS, "return min(cap, len(", "return max(0, len("),
    "filters ignore case": Fault(
        "S-46",
        RECORDS,
        "and record_matches(record, query.where, query.excluding)",
        """and (record_matches(record, query.where, query.excluding) or str(record.columns.get("state")).casefold()
                 == str(query.where.get("state")).casefold())""",
    ),
    "filters ignore composition": Fault(
        "S-46",
        RECORDS,
        "and record_matches(record, query.where, query.excluding)",
        """and (lambda n: n(str(record.columns.get("state"))) == n(str(query.where.get("state"))))(
                lambda text: __import__("unicodedata").normalize("NFC", text))""",
    ),
    "a page before a cursor is the first one": Fault(
        "S-130", RECORDS, "            if order.cursor:\n", "            if order.cursor and not query.before:\n"
    ),
    "a page before a cursor comes backwards": Fault(
        "S-130",
        RECORDS,
        "return cut_page(spec, query, records)",
        """page = cut_page(spec, query, records)
        from attrs import evolve
        return evolve(page, records=page.records[::-1]) if query.before else page""",
    ),
    "the second page has none before it": Fault(
        "S-130",
        RECORDS,
        "return cut_page(spec, query, records)",
        """from attrs import evolve
        return evolve(cut_page(spec, query, records), previous="")""",
    ),
    "a page brings keys of other scopes along": Fault(
        "S-128",
        RECORDS,
        "return cut_page(spec, query, records)",
        "return cut_page(spec, query, records, {'case:9': None})",
    ),
    "a scan leaves out what came last": Fault(
        "S-124", "ports.maintenance", "for id, record in records:", "for id, record in records[:-1]:"
    ),
    "a scan repeats the record that it goes on behind": Fault(
        "S-180", "ports.maintenance", "if id > after:", "if id >= after:"
    ),
    "a scan goes on behind what still stands there only": Fault(
        "S-180",
        "ports.maintenance",
        "        for id, record in records:\n            if id > after:\n",
        """        ids = [id for id, _ in records]
        start = ids.index(after) + 1 if after in ids else 0
        for id, record in records[start:]:
            if True:
""",
    ),
    "a scan of an unknown kind is empty": Fault(
        "S-125",
        "ports.maintenance",
        """            self._tables.spec(kind)
            records = sorted(self._tables.records[kind].items())""",
        "            records = sorted(self._tables.records.get(kind, {}).items())",
    ),
    "an order that nobody named is the newest first": Fault(
        "S-42",
        RECORDS,
        "            order = read_order(spec, query)\n",
        """            from attrs import evolve
            query = evolve(query, order=query.order if query.order in spec.orders else "newest")
            order = read_order(spec, query)
""",
    ),
    "a multi column keeps what it held": Fault(
        "S-45",
        "apply",
        "tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], record)",
        """old = tables.records[record.kind].get(record.id, record)
        tables.records[record.kind][record.id] = fill_columns(tables.specs[record.kind], evolve(
            record, multi={name: (*record.multi[name], *old.multi[name]) for name in record.multi}))""",
    ),
    "of two cursors one is forgotten": Fault(
        "S-131",
        RECORDS,
        "        check_find(spec, query)\n",
        """        from attrs import evolve
        check_find(spec, evolve(query, before="") if query.after else query)
""",
    ),
    "a cursor must be the storage's own": Fault(
        "S-156",
        RECORDS,
        """            if order.cursor:
                cursor_key""",
        """            if query.after and query.after.startswith(("WyJuZXdlc3QiLDAs", "WyJuZXdlc3QiLDEs")):
                raise ValueError("not handed out")
            if order.cursor:
                cursor_key""",
    ),
}
