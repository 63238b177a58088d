"""The practice catalogue: one YAML file a category, practices with their checks inside."""
