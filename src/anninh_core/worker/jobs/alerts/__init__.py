"""Scheduled alerts: urgent notices, notices of new tips, digests, and the ends of messaging windows."""
