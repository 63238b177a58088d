"""The catalogue as a universal framework (Prowler 5.30 and later)."""
