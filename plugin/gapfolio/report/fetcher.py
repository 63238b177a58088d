"""Hands the allowed files to WeasyPrint; it has no way to the network."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from weasyprint.urls import (  # type: ignore[import-untyped]
    FatalURLFetchingError,
    URLFetcher,
    URLFetcherResponse,
)

from gapfolio.report.assets import AssetError, Assets


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint is not typed
    """Gives a document the files under some directories, and stops it when it asks for others."""

    def __init__(self, roots: Iterable[Path]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._assets = Assets(roots)

    def fetch(self, url: str, _headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Load an address; a refused one ends the rendering."""
        try:
            content, kind = self._assets.load(url)
        except AssetError as error:
            # not an Exception: WeasyPrint swallows those and goes on without the file
            raise FatalURLFetchingError(str(error)) from error
        return URLFetcherResponse(url, content, {"Content-Type": kind})
