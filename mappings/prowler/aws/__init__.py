"""The catalogue as a legacy AWS framework, so that its ids sit inside every finding."""
