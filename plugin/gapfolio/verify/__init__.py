"""Is a pack whole? Every file against the manifest, the PDF, the signatures, and the scores."""

from gapfolio.verify.check import Verdict, verify

__all__ = ["Verdict", "verify"]
