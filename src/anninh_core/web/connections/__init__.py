"""Connections to the web door: their number, their time limits, and how HTTP is read from them."""
