"""Processes for what takes long: what comes back, what fails, and what is left behind."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from laddnav.worker.pool import Pool, PoolError
from tests.worker import jobs

ENOUGH = 60.0
SOON = 0.2
ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import asyncio
from laddnav.worker.pool import Pool
from tests.worker import jobs

async def main():
    pool = Pool()
    print(await pool.run(jobs.process_id, seconds=60), flush=True)
    await pool.run(jobs.hang, seconds=60)

asyncio.run(main())
"""


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    opened = Pool(1)
    yield opened
    await opened.close()


async def test_a_call_is_done_in_another_process_which_is_used_again(pool: Pool) -> None:
    assert await pool.run(jobs.product, 6, 7, seconds=ENOUGH) == 42
    first = await pool.run(jobs.process_id, seconds=ENOUGH)
    assert first != jobs.process_id()
    assert await pool.run(jobs.process_id, seconds=ENOUGH) == first


async def test_there_are_no_more_processes_than_are_needed() -> None:
    pool = Pool(2)
    try:
        calls = [pool.run(jobs.process_id, seconds=ENOUGH) for _ in range(10)]
        assert len(set(await asyncio.gather(*calls))) == 2
    finally:
        await pool.close()


async def test_long_arguments_and_results_pass(pool: Pool) -> None:
    text = "ä" * 3_000_000
    assert await pool.run(jobs.printed, text, seconds=ENOUGH) == text


async def test_what_a_function_raises_its_caller_gets(pool: Pool) -> None:
    with pytest.raises(ValueError, match="no such thing") as raised:
        await pool.run(jobs.refuse, "no such thing", seconds=ENOUGH)
    assert "jobs.py" in raised.value.__notes__[0]
    assert await pool.run(jobs.product, 2, 3, seconds=ENOUGH) == 6


async def test_what_cannot_travel_is_an_error_and_not_the_end(pool: Pool) -> None:
    with pytest.raises(RuntimeError, match="thisthat"):
        await pool.run(jobs.refuse_oddly, seconds=ENOUGH)
    with pytest.raises(TypeError, match="pickle"):
        await pool.run(jobs.unportable, seconds=ENOUGH)
    assert await pool.run(jobs.product, 2, 3, seconds=ENOUGH) == 6


@pytest.mark.parametrize("end", [jobs.die, jobs.leave])
async def test_a_process_that_ends_fails_its_call_and_is_replaced(pool: Pool, end: object) -> None:
    first = await pool.run(jobs.process_id, seconds=ENOUGH)
    with pytest.raises(PoolError, match=r"the process of \w+ ended"):
        await pool.run(end, seconds=ENOUGH)  # type: ignore[arg-type]  # the parameters are two functions of different signatures, which both take nothing
    assert await pool.run(jobs.process_id, seconds=ENOUGH) != first


async def test_a_process_that_hangs_fails_its_call_and_is_replaced(pool: Pool) -> None:
    first = await pool.run(jobs.process_id, seconds=ENOUGH)
    with pytest.raises(PoolError, match=r"hang was not done within 0\.2 s"):
        await pool.run(jobs.hang, seconds=SOON)
    assert await pool.run(jobs.process_id, seconds=ENOUGH) != first


async def test_a_call_that_waits_for_a_process_in_vain_costs_none(pool: Pool) -> None:
    first = await pool.run(jobs.process_id, seconds=ENOUGH)
    hanging = asyncio.ensure_future(pool.run(jobs.hang, seconds=ENOUGH))
    await asyncio.sleep(0)
    with pytest.raises(PoolError, match="not done within"):
        await pool.run(jobs.product, 2, 3, seconds=SOON)
    hanging.cancel()
    await asyncio.wait((hanging,))
    assert await pool.run(jobs.process_id, seconds=ENOUGH) != first


async def test_what_stops_the_whole_group_does_not_stop_a_process(pool: Pool) -> None:
    first = await pool.run(jobs.process_id, seconds=ENOUGH)
    assert await pool.run(jobs.interrupt, seconds=ENOUGH) == first
    assert await pool.run(jobs.process_id, seconds=ENOUGH) == first


async def test_a_pool_closes_with_calls_under_way_and_does_nothing_afterwards() -> None:
    pool = Pool(1)
    calls = [asyncio.ensure_future(pool.run(jobs.hang, seconds=ENOUGH)) for _ in range(3)]
    await asyncio.sleep(0)
    await pool.close()
    for ended in await asyncio.gather(*calls, return_exceptions=True):
        assert isinstance(ended, PoolError)
        assert "the pool is closed" in str(ended)
    with pytest.raises(PoolError, match="the pool is closed"):
        await pool.run(jobs.product, 2, 3, seconds=ENOUGH)


async def test_processes_end_with_a_parent_that_is_killed() -> None:
    """The end of their common standard error tells that none of them is left."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    assert parent.stdout is not None
    assert parent.stderr is not None
    assert int(await parent.stdout.readline())
    parent.kill()
    async with asyncio.timeout(ENOUGH):
        assert await parent.stderr.read() == b""
        await parent.wait()
