"""How a table fits a screen: what rows share stands above, the least important gives way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flowctl_ops.render import cells
from flowctl_ops.render.cells import Style
from flowctl_ops.render.column import GAP, LEAST_BAR, Part
from flowctl_ops.render.width import elided
from flowctl_ops.vocabulary import Unit

_PLAIN_BAR = 50
_LEAST_TEXT = 12  # signs of a name that are kept however narrow a screen is
_ENOUGH_TEXT = 40  # of it, for which other columns give way
_LEGIBLE_TEXT = 20  # for which also those do that are dear
_DEAR = 2  # the most that a column to be spared late says of `spare`
_SHORTER = (12, 8)  # how many signs a sparkline may come down to
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TIMELESS = frozenset({cells.NOTHING, "infinity", "-infinity"})
_NARROWING = frozenset({Unit.TEXT, Unit.JSON, Unit.TIME})


@dataclass(frozen=True)
class Fitted:
    """The columns that there is room for, what all rows share, and the names of the others.

    `zones` say of columns of times what was taken from them.
    """

    parts: list[Part]
    caption: list[str] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def fitted(
    parts: list[Part],
    style: Style,
    *,
    is_whole: bool,
    gaps: Sequence[str | None] = (),
    dear: int = _DEAR,
) -> Fitted:
    """Make columns fit the screen; `is_whole` where these rows are all, `gaps` mark those of none.

    What is shared goes above, times lose what they have in common, sparklines get shorter, columns
    to spare are left out, texts are cut, and at last whatever stands to the right. Columns that say
    no more than `dear` of `spare` stay until texts are short.
    """
    table = Fitted(parts)
    if style.room and is_whole:
        table = _short_buckets(table)
        table = _shared(table, gaps)
        table = _shared(table, gaps, style.room)
        if _width(table.parts) > style.room:
            table = _short_times(table)
    if style.room:
        table = table if is_whole else _bounded(table)
        table = _given_way(_short_sparklines(table, style.room), style.room, dear)
    kept = {part.shown.label for part in table.parts}
    zones = [zone for label, zone in table.zones.items() if label in kept]
    parts = [_with_bars(part, _width(table.parts), style) for part in table.parts]
    return replace(table, parts=parts, caption=[*table.caption, *zones])


def _width(parts: Sequence[Part]) -> int:
    return sum(part.shown.width for part in parts) + len(GAP) * (len(parts) - 1)


def _shared(table: Fitted, gaps: Sequence[str | None], room: int = 0) -> Fitted:
    """Put what all rows have in common above them, once; one column at least stays.

    Without `room`, that of columns that are marked so; with it, of others until the rest fits:
    names first, numbers last.
    """
    caption, kept = list(table.caption), list(table.parts)
    for part in sorted(table.parts, key=lambda part: cells.is_number(part.shown.unit)):
        if room and _width(kept) <= room:
            break
        texts = {t for at, t in enumerate(part.texts) if not (gaps and gaps[at])}
        several = len(part.texts) > 1
        may = part.shown.shared or (room > 0 and part.shown.unit is not Unit.STATE)
        if several and len(texts) == 1 and len(kept) > 1 and may:
            (text,) = texts
            if text != cells.NOTHING and part.shown.unit is not Unit.SHARES:
                caption.append(f"{part.shown.label} {elided(text, _ENOUGH_TEXT)}".strip())
            kept.remove(part)
    return replace(table, parts=kept, caption=caption)


def _short_buckets(table: Fitted) -> Fitted:
    """Take from times what the grain makes the same for all."""
    parts = [_short_bucket(part) if part.shown.bucket else part for part in table.parts]
    return replace(table, parts=parts)


def _short_bucket(part: Part) -> Part:
    texts = part.texts
    if not all(_TIME.fullmatch(text) for text in texts):
        return part
    if all(text.endswith("-01T00:00:00Z") for text in texts) and len(texts) > 1:
        return part.with_texts([text[:7] for text in texts])
    if all(text.endswith("T00:00:00Z") for text in texts):
        return part.with_texts([text[:10] for text in texts])
    if all(text.endswith(":00:00Z") for text in texts):
        return part.with_texts([f"{text[:10]} {text[11:16]}" for text in texts])
    return part


def _short_times(table: Fitted) -> Fitted:
    """Take zone and date from times where all of a column have the same; `zones` say them."""
    told, parts = {}, []
    for part in table.parts:
        found = [_TIME.fullmatch(text) for text in part.texts]
        times = [each for each in found if each]
        zones = {each[4] for each in times}
        dates = {each[1] for each in times}
        if len(zones) != 1 or len(times) < sum(text not in _TIMELESS for text in part.texts):
            parts.append(part)
            continue
        zone = zones.pop().replace("Z", "UTC")
        date = next(iter(dates)) if len(dates) == 1 else ""
        told[part.shown.label] = f"{part.shown.label} {f'on {date},' if date else 'in'} {zone}"
        texts = [
            (each[2] if date else f"{each[1]} {each[2]}") if each else text
            for each, text in zip(found, part.texts, strict=True)
        ]
        parts.append(part.with_texts(texts))
    return replace(table, parts=parts, zones=told)


def _short_sparklines(table: Fitted, room: int) -> Fitted:
    """Let sparklines say the same of longer shares."""
    for most in _SHORTER:
        if _width(table.parts) > room:
            parts = [
                part.with_texts([cells.text(_joined(v, most), Unit.SHARES) for v in part.values])
                if part.shown.unit is Unit.SHARES
                else part
                for part in table.parts
            ]
            table = replace(table, parts=parts)
    return table


def _joined(shares: Sequence[int | None] | None, most: int) -> list[int | None] | None:
    if shares is None:
        return None
    size = -(-len(shares) // most)
    groups = [shares[at : at + size] for at in range(0, len(shares), size)]
    said = [[share for share in group if share is not None] for group in groups]
    return [sum(group) if group else None for group in said]


def _bounded(table: Fitted) -> Fitted:
    """Let texts of rows to come be cut to the width of those that are there."""
    parts = [
        replace(part, shown=replace(part.shown, cut=part.shown.unit in _NARROWING))
        for part in table.parts
    ]
    return replace(table, parts=parts)


def _given_way(table: Fitted, room: int, dear: int) -> Fitted:
    """Leave out columns and cut texts until the rest fits; the first column stays.

    Which columns stay is decided first; what is then left of the room, their texts have.
    """
    parts, left_out = list(table.parts), list(table.left_out)
    while (over := _width(parts) - room) > 0:
        longest = _longest(parts)
        spare = max(parts, key=lambda part: part.shown.spare)
        enough = _ENOUGH_TEXT if spare.shown.spare > dear else _LEGIBLE_TEXT
        short = longest is None or longest.shown.width - over < enough
        if len(parts) > 1 and spare.shown.spare and short:
            parts.remove(spare)
            left_out.append(spare.shown.label)
        elif longest is not None:
            parts = _with_less(parts, longest, over)
        elif len(parts) > 1:
            left_out.append(parts.pop().shown.label)
        else:
            parts = [parts[0].narrowed(room)]
    stay = {part.shown.at for part in parts}
    whole = [part for part in table.parts if part.shown.at in stay]
    while (over := _width(whole) - room) > 0 and (longest := _longest(whole)) is not None:
        whole = _with_less(whole, longest, over)
    return replace(table, parts=whole if _width(whole) <= room else parts, left_out=left_out)


def _longest(parts: Sequence[Part]) -> Part | None:
    """Give the widest of the columns whose texts can be cut."""
    return max(filter(_gives_way, parts), key=lambda part: part.shown.width, default=None)


def _with_less(parts: Sequence[Part], longest: Part, over: int) -> list[Part]:
    narrow = longest.narrowed(_narrower(parts, longest, over))
    return [narrow if part is longest else part for part in parts]


def _narrower(parts: Sequence[Part], longest: Part, over: int) -> int:
    """Cut the longest down to the next one, so that no column pays for all."""
    width = longest.shown.width
    others = [part.shown.width for part in parts if part is not longest and _gives_way(part)]
    share = -(-over // (others.count(width) + 1))
    following = max((other for other in others if other < width), default=0)
    return min(max(width - share, _LEAST_TEXT, following), width - 1)


def _gives_way(part: Part) -> bool:
    return part.shown.unit in _NARROWING and part.shown.width > _LEAST_TEXT


def _with_bars(part: Part, width: int, style: Style) -> Part:
    """Draw bars into the room that is left on the screen."""
    if part.shown.unit is not Unit.BAR:
        return part
    room = max((style.width or width + _PLAIN_BAR) - width + part.shown.width - 1, LEAST_BAR)
    most = max((value for value in part.values if value), default=0)
    texts = [_bar(value, most, room) for value in part.values]
    return replace(part, shown=replace(part.shown, width=room), texts=texts)


def _bar(value: int | None, most: int, room: int) -> str:
    """Draw a value to an eighth of a column; nothing at all where there is no data."""
    if value is None:
        return ""
    eighths = round(value / most * room * 8) if most else 0
    rest = "▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else ""
    return "█" * (eighths // 8) + rest or "▏"
