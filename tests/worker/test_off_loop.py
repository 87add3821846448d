"""Keys are made in another process, or in a thread where there is none."""

from functools import partial

from laddnav.pki.model.certificate import KeyKind, Purpose
from laddnav.pki.rules import issuing, reading
from laddnav.worker.off_loop import PoolOffLoop
from laddnav.worker.pool import Pool
from tests.pki.making import NOON, csr


async def test_a_chain_made_elsewhere_comes_back_whole_and_is_made_here_otherwise() -> None:
    pool = Pool()
    off_loop = PoolOffLoop(pool)
    make = partial(
        issuing.make_authority, organization="We", purpose=Purpose.STATION, kind=KeyKind.RSA,
        now=NOON, root_days=9, issuing_days=8, serials=(1, 2),
    )  # fmt: skip
    try:
        made = await off_loop(make)
    finally:
        await pool.close()
    sign = partial(
        issuing.sign, csr(), issuing=made.issuing, issuing_key=made.issuing_key, now=NOON,
        days=5, serial=3,
    )  # fmt: skip
    chain = await off_loop(sign)
    assert len(reading.load(chain.pem)) == 2
    assert chain.leaf.serial == "3"
