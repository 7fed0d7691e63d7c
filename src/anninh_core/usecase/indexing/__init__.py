"""Search over records, pages of lists in an order that the storage doesn't have, and rewriting of records in a new
format.
"""
