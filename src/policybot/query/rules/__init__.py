"""Rules over word classes and entities: they propose nodes, ``resolve`` chooses among them."""

from policybot.query.rules import (  # noqa: F401 - importing them registers their rules
    asks,
    courtesies,
    dates,
    duties,
    frames,
    issuers,
    joint,
    mentions,
    order,
    stated,
    terms,
    unknown,
    validity,
)
