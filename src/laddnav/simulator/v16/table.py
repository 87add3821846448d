"""The table that the answering functions of OCPP 1.6 enter themselves into."""

from laddnav.ocpp.action import Version
from laddnav.simulator.answering import Answers

ANSWERS = Answers(Version.V16)
