"""What `ops explain` says of incidents, in words."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from flowctl_ops.queries.explain import COLUMNS, Asked
from flowctl_ops.render import cells
from flowctl_ops.render.sections import Section
from flowctl_ops.result import Row
from flowctl_ops.vocabulary import Collection, Unit

_FEW = 6  # names or times in a line

Incident = dict[str, Any]


def incidents(rows: list[Row], zone: tzinfo) -> list[Section]:
    """Give what is to be read of incidents."""
    said: list[Section] = []
    for row in rows:
        incident = {column.name: value for column, value in zip(COLUMNS, row, strict=True)}
        said += [*([Section("", ("",))] if said else []), *_incident(incident, zone)]
    return said


def _incident(of: Incident, zone: tzinfo) -> list[Section]:
    began = _time(of["began"], zone)
    failing = of["state"] == "failing"
    head = f"FAILING since {began}" if failing else f"failed from {began}, over since "
    head += "" if failing else _time(of["ended"], zone)
    return [
        Section("", (f"{head}   {_counted(of, zone)}",), "failing" if failing else "degraded"),
        Section("", ("",)),
        Section("CAUSE", (of["cause"] or "no failure says why",), "failing"),
        Section("", ()),
        Section(" ", _evidence(of)),
        Section("MEANS", tuple(filter(None, (of["meaning"],)))),
        Section("DO", tuple(filter(None, (of["action"],)))),
        Section("", ("",)),
        Section("TIMELINE", tuple(_event(event, of, zone) for event in of["timeline"])),
        Section("BEFORE", tuple(_before(item, zone) for item in of["before"][:_FEW])),
        Section("ALSO", _also(of, zone)),
        Section(
            "AFFECTS",
            tuple(f"{a['task']} (reads {_names(a['collections'])})" for a in of["affects"]),
        ),
        Section("", _command(of), command=True),
    ]


def _counted(of: Incident, zone: tzinfo) -> str:
    many = of["failures"]
    if many == 1:
        return "1 failure"
    lasted = cells.text(of["lasted_seconds"], Unit.SECONDS)
    shards = f" of {of['shards']} shards" if of["shards"] else ""
    return f"{many} failures{shards} in {lasted}, last {_clock(of['last_failure'], zone)}"


def _evidence(of: Incident) -> tuple[str, ...]:
    """Say who said so, and when, where the connector did."""
    if of["connector_said"] is None:
        return ()
    before = f"{of['said_seconds_before']:.1f} s before the last failure"
    code = f" (status {of['connector_status_code']})" if of["connector_status_code"] else ""
    if of["cause_from"] == "connector":
        return (f"the connector said so {before}{code}; the failure itself says: {of['chain'][0]}",)
    return (f"the connector said {before}{code}: {of['connector_said']}",)


def _event(event: dict[str, Any], of: Incident, zone: tzinfo) -> str:
    text = f"  {event['text']}" if event["text"] else ""
    same_day = event["at"][:10] == of["began"][:10]
    at = _clock(event["at"], zone) if same_day else _time(event["at"], zone)
    return f"{at}  {event['event']:<9}{text}".rstrip()


def _before(item: dict[str, Any], zone: tzinfo) -> str:
    times = ", ".join(_day(at, zone) for at in item["began"][:_FEW])
    more = f" and {len(item['began']) - _FEW} more" if len(item["began"]) > _FEW else ""
    same = "the same" if item["same"] else item["cause"]
    return f"{times}{more}: {same} ({item['failures']}x)"


def _also(of: Incident, zone: tzinfo) -> tuple[str, ...]:
    said = [f"{a['task']} {_day(a['last'], zone)} ({a['failures']}x)" for a in of["also"][:_FEW]]
    more = len(of["also"]) - len(said)
    return (f"same cause: {', '.join(said)}{f' and {more} more' if more else ''}",) if said else ()


def _names(names: Sequence[str]) -> str:
    more = len(names) - _FEW
    return ", ".join(names[:_FEW]) + (f" and {more} more" if more > 0 else "")


def _command(of: Incident) -> tuple[str, ...]:
    until = () if of["state"] == "failing" else (f"--until {_minute(of['logs_until'], 1)}",)
    task = shlex.quote(of["task"])
    return f"logs: ops logs {task}", f"--since {_minute(of['logs_since'])}", *until, "-l warn"


def _minute(at: str, later: int = 0) -> str:
    """Write a time of RFC 3339 to the minute, or that of the next."""
    moment = datetime.fromisoformat(at).timestamp() // 60 * 60 + 60 * later
    return f"{datetime.fromtimestamp(moment, datetime.fromisoformat(at).tzinfo):%Y-%m-%dT%H:%MZ}"


def too_few(count: int, asked: Asked, zone: tzinfo) -> list[Section]:
    """Say how many incidents there are, where one before them was asked for."""
    those = "it had 1" if count == 1 else f"it had {count}, 1 is the newest"
    text = f"{asked.task}: no incident {asked.number} since {_since(asked, zone)}; {those}"
    return [Section("", (text,))]


def none(errors: list[Row], asked: Asked, zone: tzinfo) -> list[Section]:
    """Say that there is no incident, and what else was logged as errors and warnings."""
    said = [Section("", (f"{asked.task}: no failure since {_since(asked, zone)}",))]
    told: set[str] = set()
    for level, count, _, last, text, _, benign, meaning, action in errors:
        said += [
            Section("", ("",)),
            Section(level.upper(), (text, f"{count}x, last {_time(last, zone)}")),
        ]
        if meaning and meaning not in told:
            told.add(meaning)
            said += [
                Section("MEANS", (meaning,)),
                Section("DO", (action,) if action and not benign else ()),
            ]
    return said


def missing(half: Collection | None) -> list[Section]:
    """Say which half of the data is not there, so that something is not known; nothing of None."""
    said = {
        Collection.LOGS: "no logs in the data: whether it failed is not known",
        Collection.STATS: "no stats in the data: whether it moved on is not known",
    }
    return [Section("", (said[half],))] if half else []


def tells_of_data(rows: list[Row]) -> bool:
    """Tell whether incidents say that data moved, before or after one."""
    of = [{column.name: value for column, value in zip(COLUMNS, row, strict=True)} for row in rows]
    return any(
        each["ended"] or any(event["event"] == "last data" for event in each["timeline"])
        for each in of
    )


def _since(asked: Asked, zone: tzinfo) -> str:
    since = datetime.fromtimestamp((asked.window.since or 0) // 1_000_000_000, zone)
    return f"{since:%Y-%m-%d %H:%M}"


def _moment(at: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(at).astimezone(zone)


def _time(at: str, zone: tzinfo) -> str:
    return f"{_moment(at, zone):%Y-%m-%d %H:%M:%S}"


def _clock(at: str, zone: tzinfo) -> str:
    return f"{_moment(at, zone):%H:%M:%S}"


def _day(at: str, zone: tzinfo) -> str:
    return f"{_moment(at, zone):%m-%d %H:%M}"
