"""Let whoever is in no register be erased as well, and find what stands about them."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.alter_column("erasures", "resident_id", existing_type=sa.Uuid(), nullable=True)
    op.create_index(op.f("ix_erasures_person_id"), "erasures", ["person_id"])
    op.execute("""
        create or replace function statement_is_final() returns trigger language plpgsql as $$
        begin
          if new.statement = '（已按本人要求删除 · erased on request）' and (
            exists (select from residents where state = 'erased'
              and (id = old.resident_id or person_id = old.author_person_id))
            or exists (select from erasures where state <> 'refused' and resident_id is null
              and person_id = old.author_person_id))
          then
            return new;
          end if;
          raise exception 'the statement of a need is final';
        end $$
    """)
