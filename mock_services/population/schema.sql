-- Face checks under way: whom one is of, never a picture. Times in milliseconds.

create table if not exists face_check (
    ticket text primary key,
    id_number text not null,
    result text not null check (result in ('waiting', 'same', 'other')),
    reference text not null,
    expires_at integer not null
) strict;
