"""Quyền dữ liệu: people's requests about their own data, the check of their identity, and the answers."""
