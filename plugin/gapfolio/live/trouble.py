"""What AWS, or the way to it, refuses, in words that say what to do.

Nothing here imports boto3: errors are told apart by class name and code, so that the words are at
hand before, and without, a session.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any


class Kind(Enum):
    """What went wrong, as far as it decides what happens next."""

    EXPIRED = auto()
    """The credentials have run out: no call will succeed any more."""
    REFUSED = auto()
    """Credentials that are not accepted, or not in this Region."""
    DENIED = auto()
    """Credentials that may not do this."""
    OFF = auto()
    """The service is not enabled there."""
    THROTTLED = auto()
    INVALID = auto()
    """A request, or the token in it, that the service does not take."""
    NETWORK = auto()
    MISSING = auto()
    """There are no credentials, or no such profile."""
    OTHER = auto()


@dataclass(frozen=True)
class Trouble:
    """A failed call: its kind, and a sentence without a full stop."""

    kind: Kind
    words: str


_LOGIN = "renew them (for single sign-on: aws sso login) and run the same command again"
_CODES = {
    Kind.EXPIRED: ("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
    Kind.REFUSED: (
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "OptInRequired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    ),
    Kind.DENIED: (
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "UnauthorizedOperation",
    ),
    Kind.OFF: ("InvalidAccessException", "SubscriptionRequiredException"),
    Kind.THROTTLED: (
        "LimitExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    ),
    Kind.INVALID: ("InvalidInputException", "ValidationError", "ValidationException"),
}
_KINDS = {code: kind for kind, codes in _CODES.items() for code in codes}
_CLASSES = {
    "NoCredentialsError": (
        Kind.MISSING,
        (
            "no AWS credentials were found: name --aws-profile, or set AWS_PROFILE, or "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        ),
    ),
    "NoRegionError": (Kind.MISSING, "no Region is known: name one with --region"),
    "SSOTokenLoadError": (Kind.EXPIRED, f"there is no single sign-on session: {_LOGIN}"),
    "TokenRetrievalError": (Kind.EXPIRED, f"the single sign-on session has expired: {_LOGIN}"),
    "UnauthorizedSSOTokenError": (
        Kind.EXPIRED,
        f"the single sign-on session has expired: {_LOGIN}",
    ),
}
_NETWORK = (
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "ConnectionError",
    "EndpointConnectionError",
    "HTTPClientError",
    "ProxyConnectionError",
    "ReadTimeoutError",
    "SSLError",
)
_OFF = re.compile(r"not (?:subscribed|enabled|signed up)", re.IGNORECASE)
_ACTION = re.compile(r"not authorized to perform:? ([a-z0-9-]+:\w+)", re.IGNORECASE)
_LONGEST = 300


def trouble(error: Exception) -> Trouble:
    """Put an error of boto3 or botocore into words."""
    name = type(error).__name__
    if name in _CLASSES:
        return Trouble(*_CLASSES[name])
    if name == "ProfileNotFound":
        return Trouble(
            Kind.MISSING, f"{_text(error)}; `aws configure list-profiles` lists those there are"
        )
    if name in _NETWORK:
        return Trouble(
            Kind.NETWORK, f"AWS cannot be reached ({_text(error)}): check network and proxy"
        )
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict):
        return _told(error, response)
    return Trouble(Kind.OTHER, f"{name}: {_text(error)}")


def _told(error: Exception, response: dict[str, Any]) -> Trouble:
    """Read what a service answered."""
    said = response.get("Error", {})
    code, message = str(said.get("Code", "")), str(said.get("Message", ""))
    operation = str(getattr(error, "operation_name", ""))
    kind = _KINDS.get(code, Kind.OTHER)
    if _OFF.search(message) and kind is not Kind.EXPIRED:
        kind = Kind.OFF
    text = _line(message) or code
    words = {
        Kind.EXPIRED: f"the credentials have expired: {_LOGIN}",
        Kind.REFUSED: f"the credentials are not accepted ({code}: {text}); are they right, is the "
        "clock, and is the Region enabled for the account?",
        Kind.DENIED: _denied(operation, message, text),
        Kind.OFF: f"the service is not enabled there ({text})",
        Kind.THROTTLED: f"{operation} was throttled for long; try again later",
    }
    return Trouble(kind, words.get(kind, f"{operation} failed ({code}: {text})"))


def _denied(operation: str, message: str, text: str) -> str:
    if operation == "AssumeRole":
        return (
            f"the role cannot be assumed ({text}): its trust policy must name who calls, and they "
            "must be allowed sts:AssumeRole on it"
        )
    action = _ACTION.search(message)
    return (
        f"access denied to {action[1] if action else operation}: `gapfolio pull --show-policy` "
        "prints what must be allowed"
    )


def _text(error: Exception) -> str:
    return _line(str(error))


def _line(text: str) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
