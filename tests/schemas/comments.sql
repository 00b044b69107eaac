create table comments (
    id int primary key, a text, b text not null, c text, d text, e text, f text, g text default 'x', h int, i text
);
comment on table comments is E'First line.\n\nA second "paragraph", with \\backslash\\ and """triple""" quotes"';
comment on column comments.id is 'the key';
comment on column comments.a is E'it''s "both" quotes';
comment on column comments.b is 'a comment so long that its line would never fit into the width that a formatter allows a line to have';
comment on column comments.c is E'tab\there, newline\nthere, return\rtoo';
comment on column comments.d is E'backslash \\ and \\n and control \x01 and zero width \u200b';
comment on column comments.e is '日本語 and 😀 and ünïcödé';
comment on column comments.f is '"';
comment on column comments.g is '';
comment on column comments.h is '  spaces around  ';
comment on column comments.i is E'{braces} %s \\u0041 \'';
create table quoted_end (id int primary key);
comment on table quoted_end is 'ends with "quotes"';
create table backslash_end (id int primary key);
comment on table backslash_end is E'ends with a backslash \\';
create table long_comment (id int primary key);
comment on table long_comment is 'a table comment so long that its line would never fit into the width that a formatter allows a line to have, ever';
create table indented (id int primary key);
comment on table indented is E'   leading\n      more\n\ttab\n   ';
create table blank (id int primary key);
comment on table blank is '   ';
