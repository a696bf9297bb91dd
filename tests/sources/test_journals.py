"""What the path of a file says: FORMATS §1.1 to §1.3."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from flowctl_ops.sources.journals import Fragment, Journal, fragment_of, journal_of

SHA1 = "0123456789abcdef0123456789abcdef01234567"
NAME = f"0000000000000100-0000000000000250-{SHA1}"
POSTFIX = "kind=capture/name=acmeCo%2Fmy%2Fcapture/pivot=00"


def parts(path: str) -> tuple[str, ...]:
    return PurePosixPath(path).parts[1:]


def read(path: str) -> Journal:
    found = journal_of(parts(path))
    assert found is not None
    return found


ERAS = {
    "legacy, a collection per tenant": "ops/acmeCo/logs",
    "one collection for all tenants": "ops.us-central1.v1/stats",
    "public plane": "ops/tasks/public/gcp-us-central1-c2/logs",
    "private plane": "ops/tasks/private/acmeCo/aws-eu-west-1-c1/stats",
    "private plane of one part": "ops/tasks/private/aliceCo/logs",
    "plane of one part": "ops/tasks/BASE_NAME/logs",
    "plane of many parts": "ops/tasks/private/acmeCo/eu/west/1/logs",
    "roll-up": "ops/rollups/L1/public/gcp-us-central1-c2/catalog-stats",
    "tenant called ops, legacy": "ops/ops/logs",
    "tenant called ops, private plane": "ops/tasks/private/ops/aws-eu-west-1-c1/logs",
    "tenant called tasks": "ops/tasks/logs",
    "tenant with a dot": "ops/acme.co/logs",
    "plane of a tenant that begins like a collection": "ops/tasks/private/ops.co/c1/logs",
    "tenant with raw non-ASCII": "ops/日本/logs",
}
PREFIXES = [
    "home/me/flow-data",
    "srv/ops",
    "srv/ops.backup/2026",
    "my-bucket/collection-data",
    "my-bucket/flow/eu/collection-data",
    "srv/ops/collection-data",
    "backup/day=2026-10-05/kind=full",
]


@pytest.mark.parametrize("generation", ["", "2020202020202020/"], ids=["old", "generation"])
@pytest.mark.parametrize("collection", ERAS.values(), ids=list(ERAS))
def test_a_journal_is_read_from_every_era(collection: str, generation: str) -> None:
    found = read(f"/{collection}/{generation}{POSTFIX}")
    assert (found.task, found.kind) == ("acmeCo/my/capture", "capture")
    assert found.collection == collection
    assert found.documents == collection.rsplit("/", 1)[1]


@pytest.mark.parametrize("collection", ERAS.values(), ids=list(ERAS))
def test_copies_of_a_journal_below_any_prefix_have_one_name(collection: str) -> None:
    alone = read(f"/{collection}/{POSTFIX}")
    copies = {prefix: read(f"/{prefix}/{collection}/{POSTFIX}") for prefix in PREFIXES}
    assert {prefix: copy.name for prefix, copy in copies.items() if copy != alone} == {}


def test_every_generation_is_a_journal_of_its_own() -> None:
    generations = ["", "2020202020202020/", "2020202020202021/"]
    names = {
        read(f"/data/ops/acmeCo/logs/{generation}{POSTFIX}").name for generation in generations
    }
    assert len(names) == 3


@pytest.mark.parametrize(
    "component",
    ["202020202020202", "20202020202020200", "202020202020202g", "202020202020202F"],
    ids=["15 digits", "17 digits", "no hex digit", "a capital"],
)
def test_what_only_looks_like_a_generation_is_part_of_the_collection(component: str) -> None:
    found = read(f"/ops/tasks/public/{component}/logs/{POSTFIX}")
    assert found.collection == f"ops/tasks/public/{component}/logs"


TASKS = {
    "one part": ("acmeCo", "acmeCo"),
    "encoded slashes": ("acmeCo%2Fa%2Fb", "acmeCo/a/b"),
    "lower-case hex": ("acmeCo%2fa%2fb", "acmeCo/a/b"),
    "slashes that a download decoded": ("acmeCo/a/b", "acmeCo/a/b"),
    "slashes, some decoded": ("acmeCo%2Fa/b", "acmeCo/a/b"),
    "non-ASCII": ("acmeCo%2FEspa%C3%B1a%2F%E6%97%A5", "acmeCo/España/日"),
    "non-ASCII, decoded": ("acmeCo/España/日", "acmeCo/España/日"),
    "unreserved signs": ("acme.Co-1_x%2Fv1.2", "acme.Co-1_x/v1.2"),
    "an encoded percent sign": ("acmeCo%2F100%25", "acmeCo/100%"),
    "a space and a quote": ("acmeCo%2Fit%27s%20mine", "acmeCo/it's mine"),
    "signs that older code left bare": ("acmeCo%2Fa+b=c@d", "acmeCo/a+b=c@d"),
    "a part called recovery": ("acmeCo%2Frecovery", "acmeCo/recovery"),
    "a part called kind, decoded": ("acmeCo/kind/ops", "acmeCo/kind/ops"),
}


@pytest.mark.parametrize(("folder", "task"), TASKS.values(), ids=list(TASKS))
def test_a_task_is_named_as_the_catalog_names_it(folder: str, task: str) -> None:
    found = read(f"/d/ops/acmeCo/logs/kind=capture/name={folder}/pivot=00")
    assert found.task == task


def test_a_journal_has_one_name_however_its_folders_are_encoded() -> None:
    encoded = read("/d/ops/acmeCo/logs/kind=derivation/name=acmeCo%2FEspa%C3%B1a/pivot=00")
    decoded = read("/d/ops/acmeCo/logs/kind=derivation/name=acmeCo/España/pivot=00")
    assert encoded == decoded


@pytest.mark.parametrize("kind", ["capture", "derivation", "materialization"])
def test_the_kind_is_what_the_partition_says(kind: str) -> None:
    assert read(f"/ops/acmeCo/logs/kind={kind}/name=acmeCo%2Fa/pivot=00").kind == kind


def test_shards_that_split_the_keys_have_journals_of_their_own() -> None:
    low = read("/ops/acmeCo/logs/kind=capture/name=acmeCo%2Fa/pivot=00")
    high = read("/ops/acmeCo/logs/kind=capture/name=acmeCo%2Fa/pivot=80000000")
    assert low.task == high.task
    assert low.name != high.name


def test_a_journal_without_its_pivot_still_names_its_task() -> None:
    found = read("/ops/acmeCo/logs/kind=capture/name=acmeCo%2Fa/utc_date=2024-05-06/utc_hour=07")
    assert (found.task, found.kind) == ("acmeCo/a", "capture")


def test_a_collection_that_is_not_partitioned_by_task_is_a_journal_of_no_task() -> None:
    found = read("/d/collection-data/acmeCo/orders/pivot=00/utc_date=2024-05-06/utc_hour=07")
    assert (found.collection, found.task, found.kind) == ("acmeCo/orders", None, None)


NO_JOURNALS = {
    "a plain folder": "/home/me/logs",
    "the kind alone": "/home/me/kind=capture/saved",
    "the name alone": "/home/me/name=acmeCo%2Fa",
    "a recovery log": "/bucket/recovery/capture/acmeCo/a/0123456789abcdef-00000000-00000000",
    "the root": "/",
}


@pytest.mark.parametrize("path", NO_JOURNALS.values(), ids=list(NO_JOURNALS))
def test_other_folders_name_no_journal(path: str) -> None:
    assert journal_of(parts(path)) is None


HOURS = {
    "a whole path": ("pivot=00/utc_date=2024-05-06/utc_hour=07", 476_383),
    "the first hour of all": ("pivot=00/utc_date=1970-01-01/utc_hour=00", 0),
    "no hour": ("pivot=00/utc_date=2024-05-06", None),
    "no date": ("pivot=00/utc_hour=07", None),
    "neither": ("pivot=00", None),
    "a date that is none": ("pivot=00/utc_date=2024-13-45/utc_hour=07", None),
    "an hour that is none": ("pivot=00/utc_date=2024-05-06/utc_hour=xx", None),
    "the nearest of two dates": (
        "utc_date=2020-01-01/utc_hour=00/pivot=00/utc_date=2024-05-06/utc_hour=07",
        476_383,
    ),
}


@pytest.mark.parametrize(("postfix", "hour"), HOURS.values(), ids=list(HOURS))
def test_the_hour_of_the_first_append_is_counted_from_the_epoch(
    postfix: str, hour: int | None
) -> None:
    found = fragment_of(parts(f"/ops/acmeCo/logs/{postfix}"), NAME)
    assert found == Fragment(0x100, 0x250, SHA1, hour)


FRAGMENTS = ["", ".gz", ".gzip", ".GZ", ".zst", ".zstandard", ".sz", ".snappy", ".raw", ".gzod"]


@pytest.mark.parametrize("extension", FRAGMENTS)
def test_a_fragment_is_one_with_every_codec(extension: str) -> None:
    found = fragment_of((), NAME + extension)
    assert found == Fragment(0x100, 0x250, SHA1, None)


NO_FRAGMENTS = {
    "a short offset": f"100-250-{SHA1}.gz",
    "capital hex": f"{NAME.upper()}.gz",
    "no checksum": "0000000000000100-0000000000000250.gz",
    "a short checksum": NAME[:-1],
    "a download under way": f"{NAME}.gz.part",
    "something before": f"copy of {NAME}.gz",
    "something behind": f"{NAME} (1).gz",
    "a line end": f"{NAME}\n",
    "a note": "README.md",
}


@pytest.mark.parametrize("name", NO_FRAGMENTS.values(), ids=list(NO_FRAGMENTS))
def test_other_files_are_no_fragments(name: str) -> None:
    assert fragment_of((), name) is None
