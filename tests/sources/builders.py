"""Fragments as the walk would find them, without files: for rules that only look at names."""

from __future__ import annotations

from flowctl_ops.sources.files import Codec, FileFormat, SourceFile
from flowctl_ops.sources.journals import Fragment, Journal


def journal(name: str = "ops/acmeCo/logs/kind=capture/name=acmeCo/a/pivot=00") -> Journal:
    return Journal(name, "ops/acmeCo/logs", "acmeCo/a", "capture")


def fragment(
    begin: int,
    end: int,
    *,
    sha1: str = "0",
    hour: int | None = 0,
    of: str = "ops/acmeCo/logs/kind=capture/name=acmeCo/a/pivot=00",
    codec: Codec = Codec.GZIP,
    copy: str = "",
) -> SourceFile:
    """A fragment of a journal; `copy` sets apart files whose names are the same."""
    name = f"{begin:016x}-{end:016x}-{sha1:0>40}"
    path = f"/{of}/{hour}/{name}{copy}"
    named = Fragment(begin, end, f"{sha1:0>40}", hour)
    return SourceFile(path, path, FileFormat.JSON, codec, journal(of), named, size=1)
