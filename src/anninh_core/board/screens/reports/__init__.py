"""Kế hoạch và báo cáo: what units owe by which day, reports from draft to signature, difficulties."""
