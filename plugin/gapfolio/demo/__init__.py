"""The real scans that `gapfolio demo` reports on, and the engagement around them."""
