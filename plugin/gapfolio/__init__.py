"""Gapfolio turns scanner findings into an audit report that a person can sign.

Every `prowler` command imports this module through our entry point, so it imports pluggy and
nothing heavier. Plugin authors need only `hookimpl` from here.
"""

import pluggy

__version__ = "0.1.0"

hookspec = pluggy.HookspecMarker("gapfolio")
hookimpl = pluggy.HookimplMarker("gapfolio")

__all__ = ["__version__", "hookimpl", "hookspec"]
