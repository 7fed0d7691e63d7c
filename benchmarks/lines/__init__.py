"""One module a line of the table: `NAME`, `TITLE` and `measure(effort)`."""
