"""Locations that are read live from AWS; everything that calls AWS, and nothing else does."""
