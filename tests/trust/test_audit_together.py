"""Several processes write to one trail at once: nothing is lost, doubled or out of order."""

from __future__ import annotations

from pathlib import Path

from tests.trust.conftest import Run, Start


def test_three_processes_write_one_chain(run: Run, start: Start, tmp_path: Path) -> None:
    run("one", "make", tmp_path / "varukoopia.tar.gz")
    writers = [start("one", "write", "60") for _ in range(3)]
    for writer in writers:
        _, complained = writer.communicate(timeout=120)
        assert writer.returncode == 0, complained

    (found,) = run("one", "prove", "-")
    assert found == {"ok": True, "checked": 3 + 180}
