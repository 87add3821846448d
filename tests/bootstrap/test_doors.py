"""Where stations reach a server, as the doctor tells it."""

from laddnav.bootstrap.doors import doors
from laddnav.settings import Settings


def test_the_port_that_is_bound_is_shown_and_the_host_where_it_is_known() -> None:
    settings = Settings(ocpp="127.0.0.1:0", ocpp_tls="0.0.0.0:0", tls_certificates=())
    told = doors(settings, {"ocpp": 41_001, "ocpp-tls": 41_002})
    assert told.plain == "ws://127.0.0.1:41001"
    assert told.tls == "wss://HOST:41002"


def test_what_the_operator_says_goes_before_what_is_bound() -> None:
    settings = Settings(ocpp="0.0.0.0:0", public_ocpp="ws://csms.example")
    assert doors(settings, {"ocpp": 41_001}).plain == "ws://csms.example"
