"""Thống kê: figures as charts, each with its table of numbers."""
