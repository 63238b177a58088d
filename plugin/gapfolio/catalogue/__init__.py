"""The practice catalogue: mapping directories in, one validated `Catalogue` out."""

from gapfolio.catalogue.book import Catalogue, Scanner, Service
from gapfolio.catalogue.files import load

VERSION = "1.0.0"
"""Version of the shipped catalogue: major when a practice changes its meaning."""

__all__ = ["VERSION", "Catalogue", "Scanner", "Service", "load"]
