-- The tables every service's database begins with (revision 0001 of each history). Later changes are new statements in
-- new revisions; wushe/tables.py describes the same tables, and a test compares the two.

create table idempotency (
  key_hash text not null,
  body_hash text not null,
  status integer not null,
  body text not null,
  etag text,
  created_at timestamptz default clock_timestamp() not null,
  constraint pk_idempotency primary key (key_hash)
);
create index ix_idempotency_created_at on idempotency (created_at);

create table audit (
  id bigint generated always as identity,
  at timestamptz default clock_timestamp() not null,
  division varchar(12) collate "C" not null,
  actor text not null,
  person_id text,
  role text not null,
  scope text not null,
  verb text not null,
  subject text not null,
  reason text,
  before_hash text,
  after_hash text,
  request_id text not null,
  position bigint,
  hash text,
  constraint pk_audit primary key (id),
  constraint uq_audit_position unique (position),
  constraint ck_audit_sealed check ((position is null) = (hash is null))
);
create index ix_audit_subject on audit (subject);
create index ix_audit_unsealed on audit (id) where position is null;

create table audit_head (
  id integer not null,
  position bigint not null,
  hash text not null,
  constraint pk_audit_head primary key (id)
);

create table event (
  id text not null,
  aggregate text not null,
  sequence bigint not null,
  type text not null,
  body text not null,
  created_at timestamptz default clock_timestamp() not null,
  constraint pk_event primary key (id),
  constraint uq_event_aggregate unique (aggregate, sequence)
);
create index ix_event_created_at on event (created_at);

create table stream (
  id bigint generated always as identity,
  destination text not null,
  aggregate text not null,
  due_at timestamptz,
  lease text,
  attempts integer default '0' not null,
  constraint pk_stream primary key (id),
  constraint uq_stream_destination unique (destination, aggregate)
);
create index ix_stream_due on stream (destination, due_at) where due_at is not null;

create table delivery (
  id bigint generated always as identity,
  stream_id bigint not null,
  event_id text not null,
  state text default 'pending' not null,
  attempts integer default '0' not null,
  last_code integer,
  last_error text,
  done_at timestamptz,
  constraint pk_delivery primary key (id),
  constraint uq_delivery_stream_id unique (stream_id, event_id),
  constraint ck_delivery_state check (state in ('pending', 'done', 'dead'))
);
create index ix_delivery_dead on delivery (id) where state = 'dead';
create index ix_delivery_event_id on delivery (event_id);
create index ix_delivery_pending on delivery (stream_id, id) where state = 'pending';

create table inbox (
  source text not null,
  event_id text not null,
  received_at timestamptz default clock_timestamp() not null,
  constraint pk_inbox primary key (source, event_id)
);
create index ix_inbox_received_at on inbox (received_at);

create table rule (
  code text not null,
  division varchar(12) collate "C" not null,
  version integer not null,
  valid_from timestamptz not null,
  valid_to timestamptz,
  value jsonb not null,
  source text not null,
  constraint pk_rule primary key (code, division, version)
);

create table sandbox_clock (
  county varchar(12) collate "C" not null,
  offset_seconds bigint not null,
  constraint pk_sandbox_clock primary key (county)
);

create table external_id (
  collection text not null,
  client text not null,
  system text not null,
  value text not null,
  object_id text not null,
  created_at timestamptz default clock_timestamp() not null,
  constraint pk_external_id primary key (collection, client, system, value)
);
create index ix_external_id_object_id on external_id (object_id);
