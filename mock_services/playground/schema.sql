-- Moments are milliseconds since 1970 UTC.

create table if not exists note (
    id text primary key,
    subject text not null,
    text text not null,
    made_at integer not null
) strict;

create index if not exists note_of on note (subject, made_at, id);

-- How often a flaky call came with this key.
create table if not exists attempt (
    subject text not null,
    key text not null,
    tries integer not null,
    at integer not null,
    primary key (subject, key)
) strict, without rowid;
