"""Thống kê: figures where people would rather look than read, each with its table."""
