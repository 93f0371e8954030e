-- What schema 3 has and schema 2 had not.
ALTER TABLE escalation ADD COLUMN otherwise_at INTEGER;
CREATE INDEX escalation_otherwise ON escalation (otherwise_at) WHERE state = 'pending';
CREATE TABLE freeze (
  since  INTEGER PRIMARY KEY,
  agent  TEXT    NOT NULL,
  by     TEXT    NOT NULL,
  reason TEXT    NOT NULL,
  t      INTEGER NOT NULL,
  lifted INTEGER CHECK (lifted > since)
) STRICT;
CREATE UNIQUE INDEX one_freeze ON freeze (agent) WHERE lifted IS NULL;
CREATE INDEX freeze_agent ON freeze (agent);
CREATE TABLE notice (
  idx INTEGER PRIMARY KEY REFERENCES entry(idx)
) STRICT;
PRAGMA user_version = 3;
