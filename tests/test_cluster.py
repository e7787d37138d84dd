"""The runner on Dask: two workers on loopback, one of which dies, and one that sees none of our folders."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import psutil
import pytest
from PIL import Image
from typer.testing import CliRunner

from segwidgets.cli import app
from segwidgets.jobs import Item, JobError, Limits, run
from segwidgets.jobs.batch import Plan, label_folder
from tests.jobs_work import cannot_start, count_letters
from tests.test_jobs import HIDDEN, can_hide, contents

distributed = pytest.importorskip("distributed")
ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


def two_workers() -> Iterator[distributed.LocalCluster]:
    """Two workers of one thread each; a nanny replaces one that dies."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as made:
        yield made


cluster = pytest.fixture(two_workers, scope="module")
new_cluster = pytest.fixture(two_workers)  # where no worker is being replaced


def some_items(folder: Path) -> list[Item]:
    text = folder / "é 1.txt"
    text.write_text("a photo")
    names = ["a", "b", "sub/ñandú", "broken", "nan", "c", "d", "e"]
    return [Item("orphan", str(folder / "mark")), *map(Item, names), Item("text", path=text)]


def test_a_worker_that_dies_loses_nothing_and_results_are_the_same_everywhere(
    cluster: distributed.LocalCluster, tmp_path: Path
) -> None:
    given = some_items(tmp_path)
    steps: list[int] = []
    on_dask = run(
        given,
        count_letters,
        tmp_path / "dask",
        scheduler=cluster.scheduler_address,
        progress=lambda step: steps.append(step.workers),
    )
    assert (tmp_path / "mark").exists()  # which the process left that killed its worker
    here = run(given, count_letters, tmp_path / "here", workers=0)
    there = run(given, count_letters, tmp_path / "there", workers=2)
    assert here == there == on_dask
    assert len(on_dask.results) == 8
    assert contents(tmp_path / "dask") == contents(tmp_path / "here") == contents(tmp_path / "there")
    assert steps[0] == 2
    steps.clear()
    run(
        given,
        count_letters,
        tmp_path / "dask",
        scheduler=cluster.scheduler_address,
        progress=lambda step: steps.append(step.known),
    )
    assert steps == [8, 8, 8]  # before the first, and the two that failed before


def test_an_item_that_never_ends_eats_memory_or_dies_is_named_and_takes_no_other_with_it(
    new_cluster: distributed.LocalCluster, tmp_path: Path
) -> None:
    given = [Item("hangs"), Item("a"), Item("eats", 300_000_000), Item("b"), Item("dies"), Item("c")]
    limits = Limits(seconds=5, memory_mb=200)
    with distributed.Client(new_cluster) as client:
        before = client.run(os.getpid)
        outcome = run(given, count_letters, tmp_path, scheduler=client, limits=limits, lang="es")
        assert client.run(os.getpid) == before
        processes = client.run(lambda: len(psutil.Process().children()))
    assert list(outcome.results) == ["a", "b", "c"]
    assert [(one.item, one.kind) for one in outcome.failures] == [
        ("hangs", "time"), ("eats", "memory"), ("dies", "died"),
    ]  # fmt: skip
    assert "5 s" in outcome.failures[0].what
    assert set(processes.values()) == {0}


def test_models_that_cannot_be_loaded_and_schedulers_that_are_not_there_are_said(
    cluster: distributed.LocalCluster, tmp_path: Path
) -> None:
    with distributed.Client(cluster) as client, pytest.raises(JobError, match="weights are not there"):
        run([Item("a")], count_letters, tmp_path, start=cannot_start, scheduler=client)
    with pytest.raises(JobError, match="no scheduler answers"):
        run([Item("a")], count_letters, tmp_path, scheduler="nonsense://1")


def test_a_greeting_that_comes_with_news_of_a_worker_is_asked_for_anew(
    cluster: distributed.LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`distributed` asserts that it comes alone."""
    real, tried = distributed.Client, []

    def misunderstood(*arguments: object, **options: object) -> distributed.Client:
        tried.append(1)
        if len(tried) < 3:
            raise AssertionError
        return real(*arguments, **options)

    monkeypatch.setattr(distributed, "Client", misunderstood)
    done = run([Item("a")], count_letters, tmp_path / "dask", scheduler=cluster.scheduler_address)
    assert len(tried) == 3
    assert not done.failures
    monkeypatch.setattr(distributed, "Client", mock.Mock(side_effect=AssertionError))
    with pytest.raises(JobError, match="no scheduler answers"):
        run([Item("a")], count_letters, tmp_path / "never", scheduler=cluster.scheduler_address)


@pytest.mark.model
def test_the_command_labels_on_a_cluster_what_it_labels_here(
    cluster: distributed.LocalCluster, cat: np.ndarray, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    (photos / "ñ").mkdir(parents=True)
    for name in ("a b.png", "ñ/é.png"):
        Image.fromarray(cat[::3, ::3]).save(photos / name)
    (photos / "broken.png").write_bytes(b"x")
    command = ["batch", str(photos), str(tmp_path / "dask"), "--everything", "--points", "1"]
    on_cluster = ["--scheduler", cluster.scheduler_address, "--dashboard", "--lang", "es"]
    ran = CliRunner().invoke(app, [*command, *on_cluster])
    assert ran.exit_code == 1
    assert "2 fotos etiquetadas" in ran.output, ran.exc_info
    assert f"Mira el clúster: http://127.0.0.1:{cluster.scheduler.http_server.port}/status" in ran.output
    plan = Plan(everything=True, points_per_side=1)
    label_folder(photos, tmp_path / "here", plan, workers=0, lang="es")
    assert contents(tmp_path / "dask") == contents(tmp_path / "here")


@pytest.mark.skipif(not can_hide(), reason="needs a mount namespace of its own")
def test_where_a_worker_sees_no_folder_the_bytes_travel_and_where_none_is_left_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = some_items(tmp_path)
    with distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", host="127.0.0.1") as alone:
        worker = subprocess.Popen(
            [
                *HIDDEN,
                f'mount -t tmpfs none "{tmp_path}" && exec "$@"',
                "sh",
                sys.executable,
                *("-m", "dask", "worker", alone.scheduler_address, "--nthreads", "1", "--no-dashboard"),
                *("--no-nanny", "--host", "127.0.0.1"),
            ],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        try:
            with distributed.Client(alone) as client:
                client.wait_for_workers(1, timeout=120)
                on_dask = run(given[1:], count_letters, tmp_path / "dask", scheduler=client)
                monkeypatch.setattr("segwidgets.jobs.cluster.WAIT_S", 1.0)
                with pytest.raises(JobError, match="no worker left"):
                    run(given[:1], count_letters, tmp_path / "gone", scheduler=client)
        finally:
            worker.terminate()
            worker.communicate()
    here = run(given[1:], count_letters, tmp_path / "here", workers=0)
    assert here == on_dask
    assert contents(tmp_path / "dask") == contents(tmp_path / "here")
