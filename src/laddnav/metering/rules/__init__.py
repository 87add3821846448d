"""From sampled values to readings, from readings to billable energy. Pure.

The same readings always give the same energy. Other rooms use what is named here.
"""

from laddnav.metering.rules.billing import billable, billable_in_steps, billable_of, result, so_far
from laddnav.metering.rules.bounds import is_beyond
from laddnav.metering.rules.doubts import DOUBTS, confidence, doubt_text
from laddnav.metering.rules.fold import MAX_POWER_W, RegisterFold
from laddnav.metering.rules.readings import register_points, register_wh
from laddnav.metering.rules.samples import decode_samples, digest, encode_samples
from laddnav.metering.rules.units import normalise, read_signed

__all__ = [
    "DOUBTS",
    "MAX_POWER_W",
    "RegisterFold",
    "billable",
    "billable_in_steps",
    "billable_of",
    "confidence",
    "decode_samples",
    "digest",
    "doubt_text",
    "encode_samples",
    "is_beyond",
    "normalise",
    "read_signed",
    "register_points",
    "register_wh",
    "result",
    "so_far",
]
