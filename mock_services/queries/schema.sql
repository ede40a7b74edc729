-- Money in fen; months as 2026-10. Everything is found by the number of the person's identity card.

create table if not exists person (
    id_number text primary key,
    name text not null,
    status text not null check (status in ('active', 'retired')),
    employer text,
    fund_account text not null,
    fund_status text not null check (fund_status in ('active', 'closed')),
    monthly_deposit integer not null
) strict;

create table if not exists insurance_account (
    id_number text not null references person (id_number),
    insurance text not null check (insurance in ('pension', 'medical', 'unemployment')),
    balance integer not null,
    months_paid integer not null,
    primary key (id_number, insurance)
) strict, without rowid;

create table if not exists insurance_record (
    id_number text not null references person (id_number),
    month text not null,
    kind text not null check (kind in ('contribution', 'benefit')),
    employer text,
    base integer,
    pension integer not null,
    medical integer not null,
    unemployment integer not null,
    received integer not null,
    primary key (id_number, month)
) strict, without rowid;

create table if not exists fund_record (
    id_number text not null references person (id_number),
    sequence integer not null,
    date text not null,
    kind text not null check (kind in ('deposit', 'interest', 'withdrawal')),
    employer text,
    amount integer not null,
    balance integer not null check (balance >= 0),
    primary key (id_number, sequence)
) strict, without rowid;
