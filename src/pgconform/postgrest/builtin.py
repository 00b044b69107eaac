"""Names that every Postgres has of itself."""

from __future__ import annotations

from typing import Final


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


REGISTERED: Final = words(
    """regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole
    regtype"""
)
SORTED: Final = (
    *REGISTERED,
    *words(
        """bool int2 int4 int8 float4 float8 numeric money oid date time timetz timestamp timestamptz interval uuid bit
        varbit macaddr macaddr8 tid xid8 pg_lsn"""
    ),
)
TYPES: Final = frozenset(
    {
        *SORTED,
        *words(
            """bpchar varchar text name char bytea json jsonb jsonpath xml inet cidr point line lseg box path polygon
            circle tsvector tsquery xid cid pg_snapshot txid_snapshot refcursor aclitem int2vector oidvector int4range
            int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange
            tstzmultirange datemultirange record void cstring unknown gtsvector pg_node_tree"""
        ),
    }
)
SYSTEM_COLUMNS: Final = frozenset(words("ctid xmin xmax cmin cmax tableoid"))
ROW_FUNCTIONS: Final = frozenset(
    words(
        """array_agg any_value concat count hash_record hash_record_extended json_agg json_agg_strict json_build_array
        json_build_object jsonb_agg jsonb_agg_strict jsonb_build_array jsonb_build_object max min num_nonnulls num_nulls
        pg_collation_for pg_column_compression pg_column_size pg_typeof quote_literal quote_nullable record_out
        record_send row_to_json to_json to_jsonb"""
    )
)
AGGREGATES: Final = frozenset(words("count array_agg json_agg jsonb_agg"))
