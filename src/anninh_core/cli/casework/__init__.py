"""Commands about tips, groups, reports and what people decide."""
