"""Kế hoạch và báo cáo: duties of units with their deadlines, reports from draft to signature, difficulties."""
