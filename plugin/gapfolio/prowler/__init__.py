"""Everything that touches Prowler, and nothing else does."""

RUN_RECORD = "GAPFOLIO_RUN_RECORD"
"""Environment variable by which our wrapper asks for a run record, and where."""
