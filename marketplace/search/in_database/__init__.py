"""Decides how the database itself searches: SQLite with FTS5, PostgreSQL with tsvector, both alike."""
