"""How the station of the tests comes in, is sent what is new, and answers."""

from laddnav.kernel.keys import StationKey
from laddnav.stations.model import Admitted, Refused, Station
from laddnav.stations.model.handover import Handover, HandoverKind, Taken
from laddnav.stations.service.passage import Noted
from tests.stations.hall import KEY, Hall, knock

OLD, NEW = "the old password", "the new password"
PASSWORD, PROFILE = HandoverKind.PASSWORD, HandoverKind.PROFILE


async def comes(hall: Hall, password: str | None = OLD, **told: object) -> Admitted | Refused:
    user = None if password is None else KEY.identity
    octets = None if password is None else password.encode()
    return await hall.stations.admit(knock(user=user, password=octets, **told))


async def is_let_in(hall: Hall, password: str | None = OLD, **told: object) -> bool:
    return isinstance(await comes(hall, password, **told), Admitted)


async def sends(hall: Hall, password: str | None = NEW, **told: object) -> Noted:
    noted = await hall.stations.passage.sending(
        KEY,
        password=password,
        **{"profile": None, **told},  # type: ignore[arg-type]  # fields are passed on as a dict; a wrong one fails the test at once
    )
    assert isinstance(noted, Noted)
    return noted


async def hears(hall: Hall, noted: Noted, taken: Taken, detail: str = "") -> None:
    await hall.stations.passage.answered(KEY, noted, taken, detail)


async def handover(hall: Hall, kind: HandoverKind = PASSWORD) -> Handover:
    page = await hall.stations.handovers.page(KEY, kind, limit=1, cursor=None)
    return page.items[0]


async def now(hall: Hall, key: StationKey = KEY) -> Station:
    station = await hall.stations.register.station(key)
    assert station is not None
    return station


def steps(handover: Handover) -> list[str]:
    return [step.name for step in handover.steps]
