-- What schema 4 has and schema 3 had not.
CREATE TABLE break_glass (
  id           TEXT    PRIMARY KEY,
  principal    TEXT    NOT NULL,
  policy       TEXT    NOT NULL,
  reason       TEXT    NOT NULL,
  seconds      INTEGER NOT NULL CHECK (seconds BETWEEN 1 AND 14400),
  asked_by     TEXT    NOT NULL,
  asked        INTEGER NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('asked', 'active', 'ended', 'expired', 'refused', 'cancelled')),
  until        INTEGER CHECK ((until IS NOT NULL) = (state IN ('asked', 'active'))),
  confirmed_by TEXT    CHECK (lower(confirmed_by) <> lower(asked_by)),
  since        INTEGER CHECK ((since IS NULL) = (confirmed_by IS NULL)),
  closed_by    TEXT,
  note         TEXT    CHECK ((note IS NOT NULL) = (state = 'active'))
) STRICT;
CREATE UNIQUE INDEX one_break_glass ON break_glass (principal, policy) WHERE state IN ('asked', 'active');
CREATE INDEX break_glass_until ON break_glass (until) WHERE until IS NOT NULL;
PRAGMA user_version = 4;
