"""What a connector may say of itself: two kinds of event, about its own task.

Source: Flow `crates/runtime-next/src/container.rs`, `sanitize_event_type`.
"""

from __future__ import annotations

from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.jsons import quoted

_ALLOWED = ('"connectorStatus"', '"configUpdate"')


def sanitize(log: Line, task: str) -> None:
    """Let an allowed event speak of its task only, and keep any other under another name."""
    fields = log.texts
    if not fields or "eventType" not in fields:
        return
    if fields["eventType"] not in _ALLOWED:
        fields["_sanitized_eventType"] = fields.pop("eventType")
    else:
        own = quoted(task)
        if fields.get("eventTarget", own) != own:
            fields["_sanitized_eventTarget"] = fields["eventTarget"]
        fields["eventTarget"] = own
    log.write_texts()


def is_observable(fields: dict[str, str]) -> bool:
    """Tell whether a log is for the operator's logging, too."""
    return fields.get("observable") == "true"
