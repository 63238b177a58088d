"""What runs the SQL: a small protocol, DuckDB and Spark behind it, and other dialects."""
