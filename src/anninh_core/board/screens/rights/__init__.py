"""Quyền dữ liệu: people who ask about data of theirs, who looks at who asks, and what is answered."""
