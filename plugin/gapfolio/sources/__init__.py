"""Findings in: scanner files become rows of the table `raw`, whatever the scanner.

`locations` turns what the user named into input files, `load` reads them into DuckDB. A format is
one small module with its SQL beside it and reaches the loader through the hook
`register_sources`, ours (`builtin`) like anybody's; nothing after this package knows a format.
"""
