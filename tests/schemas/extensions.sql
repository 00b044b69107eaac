create extension citext;
create extension hstore;
create extension ltree;
create extension vector;
create extension isn;
create extension cube;
create extension seg;
create table extended (
    id int primary key, email citext not null unique, labels hstore not null default '', path ltree not null,
    embedding vector(3) not null, half halfvec(3), sparse sparsevec(3), book isbn13, spot cube, span seg,
    emails citext[], loose vector, paths ltree[]
);
