"""The OpenAPI document of the API, generated from the table of operations, and the web page that shows it."""
