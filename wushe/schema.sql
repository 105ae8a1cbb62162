-- Functions and triggers every service's database carries beside its tables.

create function business_now(place text) returns timestamptz language sql stable as $$
  select clock_timestamp() + make_interval(secs => coalesce(
    (select offset_seconds from sandbox_clock where county = rpad(left(place, 6), 12, '0')), 0))
$$;

-- Everything a write owes beside its own rows, in one round trip. The stream upsert keeps a running back-off and holds
-- the stream row to commit, so deliveries of a stream are numbered in commit order.
create function record(owed jsonb) returns void language plpgsql as $$
begin
  if jsonb_typeof(owed->'idempotency') = 'object' then
    insert into idempotency (key_hash, body_hash, status, body, etag)
    select key_hash, body_hash, status, body, etag
    from jsonb_to_record(owed->'idempotency') as i(key_hash text, body_hash text, status int, body text, etag text);
  end if;

  insert into audit (at, division, actor, person_id, role, scope, verb, subject, reason, before_hash, after_hash, request_id)
  select clock_timestamp(), division, actor, person_id, role, scope, verb, subject, reason, before_hash, after_hash, request_id
  from jsonb_to_recordset(owed->'audits') as a(
    division text, actor text, person_id text, role text, scope text, verb text, subject text, reason text,
    before_hash text, after_hash text, request_id text);

  if jsonb_array_length(owed->'events') = 0 then
    return;
  end if;

  insert into event (id, aggregate, sequence, type, body)
  select id, aggregate, sequence, type, body
  from jsonb_to_recordset(owed->'events') as e(id text, aggregate text, sequence bigint, type text, body text);

  insert into stream (destination, aggregate, due_at)
  select distinct d.destination, e.aggregate, now()
  from jsonb_to_recordset(owed->'events') as e(aggregate text, destinations jsonb),
       jsonb_array_elements_text(e.destinations) as d(destination)
  order by 1, 2
  on conflict (destination, aggregate) do update set due_at = coalesce(stream.due_at, excluded.due_at);

  insert into delivery (stream_id, event_id)
  select s.id, e.id
  from jsonb_to_recordset(owed->'events') as e(id text, aggregate text, sequence bigint, destinations jsonb),
       jsonb_array_elements_text(e.destinations) as d(destination)
  join stream s on s.destination = d.destination
  where s.aggregate = e.aggregate
  order by e.aggregate, e.sequence;
end $$;

-- A sealed audit row is final.
create function audit_is_final() returns trigger language plpgsql as $$
begin
  if old.position is not null then
    raise exception 'a sealed audit row is final';
  end if;
  return new;
end $$;
create trigger audit_is_final before update on audit for each row execute function audit_is_final();
insert into audit_head (id, position, hash) values (1, 0, repeat('0', 64));
