"""From the Assessment to HTML and PDF."""
