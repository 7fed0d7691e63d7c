"""Scheduled jobs that send officers urgent notices, notices of new tips, digests, and warnings about closing messaging
windows.
"""
