"""Names that the file materializations give: FORMATS §5.1."""

from __future__ import annotations

import pytest

from flowctl_ops.sources.exports import export_of

FILE = "v0000000003/00000000000000000042.parquet"


@pytest.mark.parametrize("extension", ["parquet", "csv", "csv.gz"])
def test_a_file_says_its_path_and_its_backfill(extension: str) -> None:
    found = export_of(f"/d/acmeCo/logs/v0000000003/00000000000000000042.{extension}")
    assert found is not None
    assert found.backfill == 3
    assert found.path.endswith("/d/acmeCo/logs")


OTHERS = {
    "no counter of 20 digits": "/d/logs/v0000000003/42.parquet",
    "no version of 10 digits": "/d/logs/v3/00000000000000000042.parquet",
    "no version": "/d/logs/00000000000000000042.parquet",
    "a version that is a part of a name": "/d/rev0000000003/00000000000000000042.parquet",
    "a folder between": "/d/logs/v0000000003/x/00000000000000000042.parquet",
    "another format": "/d/logs/v0000000003/00000000000000000042.json",
    "a download under way": "/d/logs/v0000000003/00000000000000000042.parquet.part",
    "a name of the user's": "/d/logs/v0000000003/logs.parquet",
}


@pytest.mark.parametrize("path", OTHERS.values(), ids=list(OTHERS))
def test_other_names_are_no_export(path: str) -> None:
    assert export_of(path) is None


DATES = {
    "%Y/%m/%d": ("2024/05/06", "2024/12/31"),
    "%Y/%m/%d/%H/%M/%S": ("2024/05/06/07/08/09", "2024/05/06/23/59/00"),
    "%Y-%m-%d": ("2024-05-06", "2025-01-01"),
    "%Y_%m_%d": ("2024_05_06", "2025_01_01"),
    "%Y%m%d": ("20240506", "20250101"),
    "%Y%m%d/%H": ("20240506/07", "20250101/00"),
    "%Y-%m/%d": ("2024-05/06", "2025-01/01"),
    "year=%Y/month=%m/day=%d": ("year=2024/month=05/day=06", "year=2025/month=01/day=01"),
    "dt=%Y-%m-%d/hr=%H": ("dt=2024-05-06/hr=07", "dt=2025-01-01/hr=00"),
    "%Y-%m-%dT%H": ("2024-05-06T07", "2025-01-01T00"),
    "%Y-%m-%dT%H:%M:%S%Z": ("2024-05-06T07:08:09UTC", "2025-01-01T00:00:00UTC"),
    "%d/%m/%Y": ("06/05/2024", "01/01/2025"),
    "logs-%Y-%m-%d": ("logs-2024-05-06", "logs-2025-01-01"),
}


@pytest.mark.parametrize(("one", "other"), DATES.values(), ids=list(DATES))
@pytest.mark.parametrize("order", ["prefix first", "path first"])
def test_the_files_of_one_binding_lie_in_many_date_folders(
    one: str, other: str, order: str
) -> None:
    """S3 paths may hold the time of the transaction; the backfill counter runs on through them."""
    middle = "/b/{}/acmeCo/logs" if order == "prefix first" else "/b/acmeCo/logs/{}"
    early, late = (export_of(f"{middle.format(date)}/{FILE}") for date in (one, other))
    assert early is not None
    assert early == late


APART = {
    "other bindings": ("/b/acmeCo/logs", "/b/acmeCo/stats"),
    "other tenants": ("/b/acmeCo/logs", "/b/bobCo/logs"),
    "other prefixes": ("/a/acmeCo/logs", "/b/acmeCo/logs"),
    "names of two digits": ("/b/acmeCo/01/logs", "/b/acmeCo/02/logs"),
    "names of five digits": ("/b/acmeCo/20241/logs", "/b/acmeCo/20242/logs"),
    "a depth of its own": ("/b/acmeCo/logs", "/b/logs"),
    "names below the date": ("/b/2024/05/06/acmeCo/logs", "/b/2024/05/06/bobCo/logs"),
}


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=list(APART))
def test_different_paths_are_different_bindings(one: str, other: str) -> None:
    assert export_of(f"{one}/{FILE}") != export_of(f"{other}/{FILE}")


@pytest.mark.parametrize("odd", ["new\nline", "a b", "[x]", "日本", "\udcff"])
def test_odd_folder_names_do_not_hide_an_export(odd: str) -> None:
    found = export_of(f"/{odd}/logs/{FILE}")
    assert found is not None
    assert found.path.endswith(f"/{odd}/logs")
