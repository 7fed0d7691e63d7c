"""One module for each line of the table: `NAME`, `TITLE` and `measure(effort)`."""
