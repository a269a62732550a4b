"""A SQL table as one side of a replication: a works-order system, an ERP, a register.

Needs the extra `sql`; nothing else of the program imports it. docs/sql.md is its page.
"""
