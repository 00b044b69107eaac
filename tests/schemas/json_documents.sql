create table json_documents (
    id int primary key, a json not null, b jsonb, c jsonb not null default '[]' check (jsonb_typeof(c) = 'array'),
    d jsonb[]
);
