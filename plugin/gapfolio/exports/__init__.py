"""From the Assessment and the findings table to files that other tools import."""
