"""The table that the answering functions of OCPP 2.0.1 enter themselves into."""

from laddnav.ocpp.action import Version
from laddnav.simulator.answering import Answers

ANSWERS = Answers(Version.V201)
