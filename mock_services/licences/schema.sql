-- A licence is found by the number of its holder's identity card. Moments are milliseconds since 1970 UTC, days 2026-11-26.

create table if not exists licence (
    id text primary key,
    id_number text not null,
    kind text not null,
    holder text not null,
    number text not null,
    issued_on text not null,
    valid_until text,
    facts text not null,
    place integer not null,
    unique (id_number, kind)
) strict;

-- One licence shown once: a newer code ends the one before. `digest` is the SHA-256 of the code.
create table if not exists show_code (
    digest text primary key,
    licence_id text not null references licence (id),
    expires_at integer not null,
    used integer not null default 0
) strict, without rowid;

-- What a resident let another department see: `digest` is the SHA-256 of the reference that it checks with.
create table if not exists share (
    id text primary key,
    digest text not null unique,
    subject text not null,
    licence_id text not null references licence (id),
    recipient text not null,
    recipient_name text,
    purpose text not null,
    whole_number integer not null,
    created_at integer not null,
    expires_at integer not null,
    ended_at integer
) strict;

create index if not exists share_of on share (subject, created_at, id);

create table if not exists signature (
    digest text primary key,
    name text not null,
    id_number text not null,
    recipient text not null,
    title text not null,
    content_digest text not null,
    signed_at integer not null,
    expires_at integer not null
) strict, without rowid;
