"""What Prowler's Python finds when it starts: the clock of that day, and more of AWS.

Only `make.py` puts this folder on a `PYTHONPATH`. Calls that moto has no code for are answered
from `answers.json`, or as in an account that has nothing of the kind; a call that the estate
denies fails as AWS would let it fail.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.handlers import BUILTIN_HANDLERS

ANSWERS: dict[str, Any] = json.loads(Path(__file__).with_name("answers.json").read_bytes())
"""What calls are answered that moto does not know, by `service.Operation`."""
ESTATE: dict[str, Any] = json.loads(os.environ["DEMO_ANSWERS"])
"""The same of one account, by `Region/service.Operation` too."""


def _answered(model: Any, request_signer: Any, **_: Any) -> Any:
    """Answer a call in AWS's place, or leave it to moto (None)."""
    name = f"{model.service_model.service_name}.{model.name}"
    found = ANSWERS | ESTATE
    for key in (f"{request_signer._region_name}/{name}", name):
        if key in found:
            return _reply(model, found[key])
    return None


def _reply(model: Any, content: Any) -> Any:
    if "Error" in content:
        return SimpleNamespace(status_code=400, headers={}), content
    empty = {"list": list, "map": dict}
    members = model.output_shape.members if model.output_shape else {}
    nothing = {
        name: empty[shape.type_name]()
        for name, shape in members.items()
        if shape.type_name in empty
    }
    return SimpleNamespace(status_code=200, headers={}), nothing | content


BUILTIN_HANDLERS.append(("before-call", _answered))
travel: Any = import_module("time_machine").travel
travel(datetime.fromisoformat(os.environ["DEMO_CLOCK"]), tick=True).start()
