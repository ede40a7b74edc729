-- What every department keeps beside its own tables. Times are milliseconds since 1970 UTC.

create table if not exists first_answer (
    subject text not null,
    operation text not null,
    key text not null,
    digest text not null,
    status integer not null,
    content text not null,
    answered_at integer not null,
    primary key (subject, operation, key)
) strict, without rowid;

create index if not exists first_answer_age on first_answer (answered_at);

create table if not exists outbox (
    sequence integer primary key autoincrement,
    event_id text not null unique,
    thread text not null,
    content text not null,
    attempts integer not null default 0,
    due_at integer not null
) strict;

create index if not exists outbox_due on outbox (due_at, sequence);
create index if not exists outbox_thread on outbox (thread, sequence);
