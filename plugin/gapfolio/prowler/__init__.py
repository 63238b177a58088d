"""Everything that touches Prowler, and nothing else does."""
