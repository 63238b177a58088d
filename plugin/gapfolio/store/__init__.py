"""The store of findings: `gapfolio ingest` writes it, `report` and `score` read it like files."""
