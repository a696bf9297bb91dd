"""Every sentence that goes to stderr."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING

from flowctl_ops.errors import OpsError, UnknownTask
from flowctl_ops.filters import Window, rfc3339
from flowctl_ops.notes.saying import count, say
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import TaskKind

if TYPE_CHECKING:
    from flowctl_ops.relations import Account

_NAMED = 5  # checks that could not be judged
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def error(failure: OpsError) -> None:
    """Say what failed, and what to try."""
    if failure.sentence != "interrupted":
        say(f"error: {failure.sentence}")
    for line in failure.more:
        sys.stderr.write(f"  {visible(line)}\n")
    if failure.hint:
        say(f"hint: {failure.hint}")


def problems(read: Account) -> None:
    """Name what could not be read."""
    for problem in read.problems:
        say(f"{problem.where}: {problem.reason}")
    for hint in dict.fromkeys(problem.hint for problem in read.problems if problem.hint):
        say(f"hint: {hint}")
    if read.more_bad_lines:
        say(f"{count(read.more_bad_lines, 'more line')} could not be read as documents")


def account(read: Account, window: Window | None = None) -> None:
    """Say what was noticed while reading; with a window, it and what was passed over, too."""
    if window is not None:
        say(f"window: {_bounds(window)}")
    for conflict in read.conflicts:
        say(f"{conflict.where}: {conflict.reason}; only one of them is read")
    for thing, number in sorted(read.untimed.items()):
        if number:
            say(f"{count(number, thing)} without a readable time left out")
    _left_out(read)
    if window is not None:
        _details(read)


def _left_out(read: Account) -> None:
    """Say which stats documents do not count, and from which documents an answer is."""
    for thing, number in sorted(read.nameless.items()):
        if number:
            say(f"{count(number, thing)} of no task left out")
    if read.unmarked:
        say(
            f"{count(read.unmarked, 'stats document')} without a UUID beside journals of the same "
            "tasks: what is in both counts twice; export flow_document, or give one of them"
        )
    if read.twofold:
        verb = "shares" if read.twofold == 1 else "share"
        say(
            f"{count(read.twofold, 'stats document')} {verb} a UUID with one of other content, "
            "as sums of several do: the first of each counts; leave out the files of sums"
        )
    if read.from_export:
        say(
            "answered from an export of Flow's own roll-up, the only stats there are: "
            "buckets that begin in the window count as a whole"
        )
    elif read.exported:
        say(
            f"{count(read.exported, 'document')} of Flow's own roll-up left out, "
            "as the stats that it is made of are there"
        )


def widened(window: Window) -> None:
    """Say that a window was widened to whole buckets."""
    say(f"counted from {_bounds(window)}, in whole buckets")


def empty_window(window: Window) -> None:
    """Say of a window that no time lies in it."""
    if window.is_empty and window.since is not None and window.until is not None:
        say(
            f"hint: the window is empty, as --since is not before --until: "
            f"{rfc3339(window.since)} to {rfc3339(window.until)}"
        )


def nothing_matched(
    covered: tuple[int | None, int | None],
    names: Sequence[str],
    window: Window,
    things: str = "logs",
    kind: TaskKind | None = None,
) -> None:
    """Say of an empty answer from when to when the data goes at all."""
    whose = f" of {', '.join(names)}" if names else ""
    whose += f" of kind {kind}" if kind else ""
    oldest, newest = covered
    if oldest is None or newest is None:
        say(f"no {things} match: the data holds no {things}{whose}")
    else:
        say(f"no {things} match: the {things}{whose} cover {rfc3339(oldest)} to {rfc3339(newest)}")
        if window.since is not None and window.since > newest:
            say("hint: --now last counts back from the newest of them")


def waits_for(unknown: UnknownTask) -> None:
    """Say that a name is not there, which may come."""
    say(f"{unknown.sentence} so far")
    say(f"hint: {unknown.hint}")


def followed(lines: int, seconds: float) -> None:
    """Say of an answer that went on what it came to."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "m"), (rest, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    say(f"{count(lines, 'line')} in {''.join(f'{number}{unit}' for number, unit in parts)}")


def nothing_new(since: int) -> None:
    """Say that all messages since a time, in ns, were there before."""
    say(f"no new message since {rfc3339(since)}: all of them were said before")


def no_lag() -> None:
    """Say of an empty answer about lag why there is none."""
    say("no binding reads a collection: only materializations and derivations can be behind")


def left_out(columns: Sequence[str]) -> None:
    """Name what a screen has no room for."""
    if columns:
        say(f"no room for {', '.join(columns)}; --wide and -o csv show all")


def old_data(seconds: float | None) -> None:
    """Say of data that ends long ago why everything seems to be late."""
    days = 0 if seconds == inf else int((seconds or 0) // 86_400)
    if days:
        say(f"the newest of these documents is {count(days, 'day')} old, which counts as time")
        say("hint: --now last counts from the newest document")


def ended_before(newest: int | None) -> None:
    """Say of data that nothing of it is in the time that was looked at."""
    when = "there is none" if newest is None else f"the newest is of {rfc3339(newest)}"
    say(f"no document is in the time looked at: {when}")
    say("hint: --now last counts back from the newest document")


def alone(size: int) -> None:
    """Say that other tasks' logs were not read, since there are many bytes of them."""
    if size:
        say(f"other tasks were not looked at, their logs are {size / 1e6:.0f} MB: --others does")


def checked(verdicts: int, findings: int) -> None:
    """Say how much was looked at, where nothing was found."""
    if not verdicts:
        say("nothing to check: no task asked for has logs or stats in the time looked at")
    elif not findings:
        say(f"{count(verdicts, 'check')}, no finding")


def unknown(verdicts: Sequence[tuple[str, str, str]]) -> None:
    """Name what could not be judged, and why."""
    for rule, task, reason in verdicts[:_NAMED]:
        say(f"{task}: {rule} is not known: {reason}")
    if len(verdicts) > _NAMED:
        say(f"{count(len(verdicts) - _NAMED, 'more check')} not known; -o junit lists them all")


def no_states(count: int, *, silent: bool) -> None:
    """Say of tasks that are all silent, or of none at all, what may be the matter."""
    if not count:
        say("no task: neither logs nor stats of one are in the data of this time")
    if silent:
        say("hint: --now last counts back from the newest document")


def printed(*, uncommitted: bool) -> None:
    """Say what a printed statement cannot: which documents the views are to hold."""
    if uncommitted:
        say("ops sql wants --uncommitted too, to run this on the same documents")


def demo(lines: Sequence[str]) -> None:
    """Say what was made, and what to try on it."""
    for line in lines:
        say(line)


def not_published(where: str, error: OSError) -> None:
    """Say that logs do not reach their collection from here on, and what to try."""
    reason = (error.strerror or str(error)).lower()
    say(f"error: {error.filename or where} cannot be written: {reason}")
    say("hint: logs are only echoed until it can; make room, or name another folder with --data")


def not_in_collection(number: int, things: str = "log") -> None:
    """Say how many documents were not published."""
    say(f"not in the collection: {count(number, things)}")


def replaced(lines: int) -> None:
    """Say that bytes were replaced which are no text."""
    say(f"bytes that are no UTF-8 were replaced in {count(lines, 'line')}")


def observed(task: str, log: str) -> None:
    """Pass on a log that its connector marked as one for the operator."""
    say(f"observable, of {task}: {log}")


def bad_stats(line: int, reason: str) -> None:
    """Name a stats document that does not validate."""
    say(f"error: line {line} {reason}")


def _bounds(window: Window) -> str:
    since = "the beginning" if window.since is None else rfc3339(window.since)
    until = "the end" if window.until is None else rfc3339(window.until)
    return f"{since} to {until}"


def _routine(read: Account) -> None:
    """Say what occurs in all data of journals; `ops doctor` says it, too."""
    for hole in read.holes:
        say(
            f"{hole.journal}: a hole of {hole.end - hole.begin} bytes "
            f"at {hole.begin:016x}, no file holds them"
        )
    if read.uncommitted:
        where = " in the files of the window (--slack opens more)" if read.bounded else ""
        say(
            f"{count(read.uncommitted, 'stats document')} rolled back or not committed{where} "
            "left out; --uncommitted counts them"
        )


def _details(read: Account) -> None:
    _routine(read)
    say(f"files: {read.found} found, {read.opened} opened{_reasons(read.passed)}")
    if read.unfinished_lines:
        say(f"{count(read.unfinished_lines, 'last line')} still being written, passed over")


def _reasons(passed: Counter[str]) -> str:
    return "".join(f", {count} {reason}" for reason, count in passed.most_common())
