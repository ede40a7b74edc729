-- Places to book, and who booked them. Times are milliseconds since 1970 UTC; days are Shanghai's.

create table if not exists slot (
    id text primary key,
    site_id text not null,
    service_id text not null,
    day text not null,
    starts_at integer not null,
    ends_at integer not null,
    capacity integer not null,
    set_aside integer not null, -- places the counter and the 12345 line gave away
    taken integer not null,     -- those, and every live booking
    check (ends_at > starts_at),
    check (taken >= set_aside),
    check (taken <= capacity)
) strict;

create index if not exists slot_calendar on slot (site_id, service_id, day, starts_at);
create index if not exists slot_end on slot (ends_at);

create table if not exists booking (
    id text primary key,
    subject text not null,
    slot_id text not null references slot (id),
    service_id text not null,
    day text not null,
    status text not null check (status in ('held', 'confirmed', 'cancelled', 'expired')),
    number text unique,
    name text,
    phone text,
    created_at integer not null,
    hold_expires_at integer not null,
    confirmed_at integer,
    cancelled_at integer,
    check (status <> 'confirmed' or number is not null)
) strict;

create unique index if not exists booking_once on booking (subject, service_id, day)
where status in ('held', 'confirmed');

create index if not exists booking_mine on booking (subject, created_at desc, id desc);
create index if not exists booking_hold on booking (hold_expires_at) where status = 'held';
create index if not exists booking_slot on booking (slot_id);
