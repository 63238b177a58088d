"""The real scan that `gapfolio demo` reports on."""
