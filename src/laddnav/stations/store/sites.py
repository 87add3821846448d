"""The table of sites."""

import sqlalchemy as sa

from laddnav.kernel.clock import from_micros, to_micros
from laddnav.stations.model import Site
from laddnav.stations.store.tables import metadata
from laddnav.storage.database import Record
from laddnav.storage.write import Row, Upsert

sites = sa.Table(
    "sites",
    metadata,
    sa.Column("operator", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("address", sa.Text),
    sa.Column("city", sa.Text),
    sa.Column("postal_code", sa.Text),
    sa.Column("country", sa.Text),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)

SITES = Upsert(sites)


def site_row(site: Site) -> Row:
    """Return the row of a site."""
    values = (
        site.operator,
        site.id,
        site.name,
        site.time_zone,
        site.address,
        site.city,
        site.postal_code,
        site.country,
        to_micros(site.created_at),
    )
    return Row(SITES, values)


def site_from(record: Record) -> Site:
    """Return the site of a row of `sites`."""
    values = dict(zip(SITES.columns, record, strict=True))
    return Site(**{**values, "created_at": from_micros(record[-1])})
