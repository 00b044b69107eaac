create table "Mixed Case" (
    "Id" int primary key, "class" text, "from" text not null, "import" text, "None" text, "True" bool, "async" text,
    "with space" text not null, "1st" text, "naïve" text, "ﬁne" text, "日本" text, "emoji 😀" text, "a-b" text,
    "a.b" text, "a_b" text, "quote""d" text, "it's" text, "back\slash" text, "_private" text, "__dunder__" text,
    "_" text, "__" text, "$money" text, "trailing_" text, "trailing" text, "%" text, "new
line" text
);
create table reserved (
    id int primary key, model_config text, model_fields text, model_dump text, model_thing text, "schema" text,
    "json" text, "copy" text, "dict" text, "validate" text, "construct" text, metadata jsonb, registry text,
    "fields" text, "self" text, "cls" text, "type" text
);
create table shadows (
    "int" int not null default 1, "str" text default 'x', "list" text[] default '{}', "float" float8,
    "bool" bool default true, "UUID" uuid default gen_random_uuid(), "Literal" text, "Field" text, "Numeric" numeric,
    "Timestamptz" timestamptz, "UNSET" text, "Row" text, "Write" text, "Annotated" text, "JsonValue" jsonb, "Int4" int,
    "bytes" bytea, "datetime" timestamptz, "uuid" uuid, "date" date, "Text" macaddr, "None" text
);
create table a_table_whose_name_is_exactly_sixty_three_characters_long_yes_ (
    a_column_whose_name_is_exactly_sixty_three_characters_long_yes_ timestamptz not null default now(),
    a_column_whose_name_is_exactly_sixty_three_characters_long_aswe text
        check (length(a_column_whose_name_is_exactly_sixty_three_characters_long_aswe) < 9),
    a_column_whose_name_is_exactly_sixty_three_characters_long_list text[],
    a_column_whose_name_is_exactly_sixty_three_characters_long_bool bool not null,
    a_column_whose_name_is_exactly_sixty_three_characters_long_inet inet not null default '::1',
    a_column_whose_name_is_just_over_forty_long varchar(3) not null,
    a_column_whose_name_is_just_over_forty_lon2 numeric(12, 2)
);
comment on column a_table_whose_name_is_exactly_sixty_three_characters_long_yes_.a_column_whose_name_is_exactly_sixty_three_characters_long_yes_ is 'short';
comment on column a_table_whose_name_is_exactly_sixty_three_characters_long_yes_.a_column_whose_name_is_exactly_sixty_three_characters_long_inet is 'short';
comment on column a_table_whose_name_is_exactly_sixty_three_characters_long_yes_.a_column_whose_name_is_just_over_forty_long is 'a comment of some length, too long';
create table "2fa" (id int primary key);
create table "select" (id int primary key, "table" text);
create table "Def" (id int primary key);
create table "None" (id int primary key);
create table "é" (id int primary key);
create table "???" (id int primary key);
