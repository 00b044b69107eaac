create table every_scalar (
    id bigint generated always as identity primary key,
    a_bool bool not null, a_int2 int2 not null, a_int4 int4 not null, a_int8 int8 not null,
    a_float4 float4 not null, a_float8 float8 not null, a_numeric numeric not null, a_price numeric(12, 2) not null,
    a_whole numeric(8) not null, a_long numeric(30, 10) not null, a_money money not null,
    a_text text not null, a_varchar varchar(20) not null, a_unbounded varchar not null, a_char char(3) not null,
    a_bpchar bpchar not null, a_letter "char" not null, a_name name not null,
    a_bytea bytea not null, a_uuid uuid not null,
    a_timestamptz timestamptz not null, a_timestamp timestamp not null, a_date date not null,
    a_time time not null, a_timetz timetz not null, a_interval interval not null, a_precise timestamptz(3) not null,
    a_json json not null, a_jsonb jsonb not null, a_jsonpath jsonpath not null,
    a_inet inet not null, a_cidr cidr not null, a_macaddr macaddr not null, a_macaddr8 macaddr8 not null,
    a_bit bit(3) not null, a_flag bit not null, a_varbit varbit(5) not null,
    a_tsvector tsvector not null, a_tsquery tsquery not null
);
create table every_scalar_or_null as select * from every_scalar;
