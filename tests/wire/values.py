"""Values of every Postgres type, as its own text: usual ones, and those that few databases hold."""

from __future__ import annotations

from typing import NamedTuple


class Values(NamedTuple):
    usual: tuple[str, ...]
    rare: tuple[str, ...] = ()


def _values(text: str) -> tuple[str, ...]:
    return tuple("" if part == "''" else part.replace("~", " ") for part in text.split())


def _table(text: str) -> dict[str, Values]:
    """Lines of ``type : usual values ; rare values``; ``~`` stands for a space, ``''`` for the empty text."""
    found = {}
    for line in text.strip().replace("\\\n", "").splitlines():
        name, _, rest = line.partition(" : ")
        usual, _, rare = rest.partition(" ; ")
        found[name.strip()] = Values(_values(usual), _values(rare))
    return found


SCALARS = _table(r"""
bool : true false
int2 : 1 0 -7 2
int4 : 1 0 -7 40000 2147483647
int8 : 1 0 -7 3000000000 ; 9007199254740993 9223372036854775807
float4 : 1.5 2 0 -0.5 ; NaN Infinity -Infinity
float8 : 1.5 2 0 0.1 ; NaN Infinity -Infinity 1e+300
numeric : 1.5 2 0 12.30 ; 12345678901234567.89 123456789012345678901234567891 NaN Infinity -Infinity
numeric(12,2) : 1.50 2.00 0.00 9999999999.99 ; NaN
numeric(30,10) : 1.5000000000 2.0000000000 0.0000000000 ; 12345678901234567.8900000000 NaN
numeric(5) : 1 0 -7 40000 ; NaN
numeric(20) : 1 0 -7 40000 ; 12345678901234567891 NaN
money : $1,234.50 -$3.00 $0.00
text : hello é
varchar : hello
varchar(10) : hello
bpchar : hello
char(3) : abc
"char" : a b
name : pg_x
citext : Hello
bytea : \x6869 \xff00 \x00112233445566778899aabbccddeeff \x
uuid : f47ac10b-58cc-4372-a567-0e02b2c3d479 ; 018f4e3b-7b2a-7c3d-8e4f-5a6b7c8d9e0f \
2f1e4fc0-81fd-11da-9156-00036a0f876a 6fa459ea-ee8a-3ca4-894e-db77e160355e 886313e1-3b8a-5372-9b90-0c9aee199e5d
timestamptz : 2024-01-01~12:34:56.789+00 2023-12-31~00:00:00+00 ; infinity -infinity 4714-11-24~00:00:00+00~BC
timestamp : 2024-01-01~12:34:56.789 2023-12-31~00:00:00 ; infinity -infinity 0044-03-15~10:00:00~BC 10000-01-01~00:00:00
date : 2024-01-31 1999-12-31 ; infinity -infinity 0044-03-15~BC 10000-01-01
time : 12:34:56.5 00:00:00 ; 24:00:00
timetz : 12:34:56+02 12:34:56+05:30 12:34:56-03 12:34:56+00 ; 24:00:00+00
interval : 1~day~02:03:04 03:00:00 -1~days 10~days 1~mon 1~year~2~mons~3~days~04:05:06 ; 1~day~-02:00:00
json : {"a":~1} [1,~2] ; "x" 1 1.5 true null
jsonb : {"a":~1} [1,~2] ; "x" 1 1.5 true null
jsonpath : $."a"
inet : 10.0.0.1 ::1 ; 10.0.0.1/24 2001:db8::1/64
cidr : 10.0.0.0/24 2001:db8::/32
macaddr : 08:00:2b:01:02:03
macaddr8 : 08:00:2b:01:02:03:04:05
bit(3) : 101
varbit : 101 1
oid : 1 0 7 4294967295
xid : 1 0 7 3000000000
xid8 : 1 0 7 3000000000
cid : 1 0 7 3000000000
tid : (0,1)
pg_lsn : 0/16B3748
pg_snapshot : 10:20:10,14
txid_snapshot : 10:20:10,14
regclass : pg_class
regtype : integer
regproc : pg_backend_pid
regprocedure : now()
regoperator : +(integer,integer)
regrole : pg_monitor
regnamespace : pg_catalog
regconfig : simple
regdictionary : simple
regcollation : ucs_basic
point : (1,2) (1.5,-2)
line : {1,2,3}
lseg : [(1,2),(3,4)]
box : (3,4),(1,2)
path : ((1,2),(3,4)) [(1,2),(3,4)]
polygon : ((1,2),(3,4),(5,6))
circle : <(1,2),3>
tsvector : 'a':1~'b':2
tsquery : 'a'~&~'b'
int4range : [1,5) empty (,5) [1,)
int8range : [1,5)
numrange : [1.5,5) (1,2]
daterange : [2024-01-01,2024-02-01) [2024-01-01,)
tsrange : ["2024-01-01~00:00:00","2024-02-01~00:00:00")
tstzrange : ["2024-01-01~00:00:00+00","2024-02-01~00:00:00+00")
int4multirange : {[1,5),[7,9)}
tstzmultirange : {["2024-01-01~00:00:00+00","2024-02-01~00:00:00+00")}
vector(3) : [1,2,3] [1.5,2,3]
halfvec(3) : [1,2,3]
sparsevec(3) : {1:1,3:2}/3
hstore : "a"=>"1" "a"=>NULL
ltree : Top.Science
lquery : *.a
ltxtquery : a~&~b
isbn13 : 978-0-393-04002-9
ean13 : 978-0-393-04002-9
cube : (1,~2,~3)
seg : 1~..~2
refcursor : c
aclitem : =r/postgres
query_int : 1~&~2
lo : 1 0 7 4294967295
mood : sad happy
email : a@b.c
addr : ("1~Main~St",12345) (,)
""")

ARRAYS = _table(r"""
int4[] : {1,2} ; {1,NULL} {{1,2},{3,4}} {{NULL}}
text[] : {a,b} ; {a,NULL} {{a,b},{c,d}} {{NULL}}
uuid[] : {f47ac10b-58cc-4372-a567-0e02b2c3d479} ; {f47ac10b-58cc-4372-a567-0e02b2c3d479,NULL} \
{{f47ac10b-58cc-4372-a567-0e02b2c3d479}}
bytea[] : {"\\x6869"} ; {"\\x6869",NULL} {{"\\x6869"}}
timestamptz[] : {"2024-01-01~00:00:00+00"} ; {"2024-01-01~00:00:00+00",NULL} {infinity} {"0044-03-15~10:00:00+00~BC"} \
{{"2024-01-01~00:00:00+00"}}
jsonb[] : {"{\"a\":~1}"} ; {"{\"a\":~1}",NULL} {{"{\"a\":~1}"}}
mood[] : {sad,happy} ; {sad,NULL} {{sad},{happy}}
addr[] : {"(\"1~Main~St\",12345)"} ; {"(\"1~Main~St\",12345)",NULL} {{"(\"1~Main~St\",12345)"}}
citext[] : {Hello} ; {Hello,NULL} {{Hello}}
hstore[] : {"\"a\"=>\"1\""} ; {"\"a\"=>\"1\"",NULL} {{"\"a\"=>\"1\""}}
vector[] : {"[1,2,3]"} ; {"[1,2,3]",NULL} {{"[1,2,3]"}}
ltree[] : {Top.Science} ; {Top.Science,NULL} {{Top.Science}}
email[] : {a@b.c} ; {a@b.c,NULL} {{a@b.c}}
tags : {a,b} ; {a,b,NULL} {{a},{b}}
""")

SETUP = """
create extension citext; create extension hstore; create extension ltree; create extension vector;
create extension isn; create extension cube; create extension seg; create extension lo; create extension intarray;
create type mood as enum ('sad', 'happy');
create type addr as (street text, zip varchar(10));
create domain email as text check (value ~ '@');
create domain tags as text[] not null;
alter database {database} set timezone = 'UTC';
alter database {database} set lc_monetary = 'C';
"""
