"""Themes that come with the package."""
