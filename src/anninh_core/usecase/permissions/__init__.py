"""Permissions: queries, checks in one act, limits of a sign-in, and pages without hidden records."""
