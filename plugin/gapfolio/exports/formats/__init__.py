"""Formats with a schema of their own: SARIF, OCSF, ASFF, OSCAL, JUnit, Markdown."""
