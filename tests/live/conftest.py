"""A fake AWS and credentials that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterator

import botocore.loaders
import fakeaws
import pytest

from gapfolio.live import hub, session

_LOADER = botocore.loaders.create_loader()  # reads the models of services once, not per session


@pytest.fixture
def aws(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[fakeaws.Fake]:
    """Give a fake AWS that boto3 talks to; quick, and without anybody's configuration."""
    monkeypatch.setattr(botocore.loaders, "create_loader", lambda *_: _LOADER)
    monkeypatch.setattr(hub, "PER_SECOND", 10_000)
    monkeypatch.setattr(session, "ATTEMPTS", 2)
    with fakeaws.running() as fake:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "HTTP_PROXY", "http_proxy"):
            monkeypatch.delenv(name, raising=False)
        home = tmp_path_factory.mktemp("aws")
        for name, value in fakeaws.environment(fake.endpoint, home).items():
            monkeypatch.setenv(name, value)
        yield fake
