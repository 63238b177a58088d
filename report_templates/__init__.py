"""The report: HTML blocks and style sheets that a theme can replace."""
