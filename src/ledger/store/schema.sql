-- The ledger's database. Times are microseconds since 1970, hashes 32 bytes, identifiers text.

-- Where the log stands. One row; every commit that appends replaces it.
CREATE TABLE head (
  log        INTEGER PRIMARY KEY CHECK (log = 1),
  origin     TEXT    NOT NULL,
  vkey       TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  edge       BLOB    NOT NULL,
  t          INTEGER NOT NULL,
  checkpoint TEXT    NOT NULL
) STRICT;

-- Who writes, and how far their chain is known. `contiguous` is the next number without a hole before it.
CREATE TABLE emitter (
  id         INTEGER PRIMARY KEY,
  source     TEXT    NOT NULL UNIQUE,
  peer       TEXT    NOT NULL,
  contiguous INTEGER NOT NULL,
  max_seq    INTEGER NOT NULL,
  last_seen  INTEGER NOT NULL,
  stopped    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The log. `receipt` LF `line` is the entry, `leaf` its hash, `hash` that of the line alone.
CREATE TABLE entry (
  idx        INTEGER PRIMARY KEY,
  leaf       BLOB    NOT NULL,
  receipt    TEXT    NOT NULL,
  line       BLOB    NOT NULL,
  emitter    INTEGER NOT NULL REFERENCES emitter(id),
  seq        INTEGER NOT NULL,
  event_id   TEXT    NOT NULL,
  hash       BLOB    NOT NULL,
  prev       BLOB    NOT NULL,
  type       TEXT    NOT NULL,
  t          INTEGER NOT NULL,
  agent      TEXT,
  tool       TEXT,
  verdict    TEXT,
  decision   TEXT,
  escalation TEXT,
  UNIQUE (emitter, seq),
  UNIQUE (emitter, event_id)
) STRICT;
CREATE INDEX entry_agent      ON entry (agent, t)  WHERE agent IS NOT NULL;
CREATE INDEX entry_decision   ON entry (decision)  WHERE decision IS NOT NULL;
CREATE INDEX entry_escalation ON entry (escalation) WHERE escalation IS NOT NULL;
CREATE INDEX entry_time       ON entry (t);

-- A second event in one place of a chain, told once.
CREATE TABLE equivocation (
  emitter INTEGER NOT NULL,
  hash    BLOB    NOT NULL,
  PRIMARY KEY (emitter, hash)
) STRICT, WITHOUT ROWID;

-- Questions to people. `question` is what was asked, without the arguments.
CREATE TABLE escalation (
  id         TEXT    PRIMARY KEY,
  match_key  BLOB    NOT NULL,
  agent      TEXT    NOT NULL,
  question   TEXT    NOT NULL,
  payload    TEXT    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN
               ('pending', 'approved', 'consumed', 'denied', 'expired', 'revoked', 'cancelled')),
  until      INTEGER CHECK ((until IS NOT NULL) = (state IN ('pending', 'approved'))),
  version    INTEGER NOT NULL,
  created    INTEGER NOT NULL,
  ended      INTEGER,
  consumed_by    TEXT UNIQUE CHECK ((consumed_by IS NOT NULL) = (state = 'consumed')),
  consumed_index INTEGER,
  comment    TEXT,
  otherwise_at INTEGER,
  denied_until INTEGER CHECK (denied_until IS NULL OR state = 'denied')
) STRICT;
CREATE UNIQUE INDEX one_open ON escalation (match_key) WHERE state IN ('pending', 'approved');
CREATE INDEX escalation_open ON escalation (until) WHERE state IN ('pending', 'approved');
CREATE INDEX escalation_created ON escalation (created);
CREATE INDEX escalation_agent ON escalation (agent) WHERE state = 'pending';

-- `otherwise_at` is when the next group that has not answered is helped out by another one.
CREATE INDEX escalation_otherwise ON escalation (otherwise_at) WHERE state = 'pending';

-- Until `denied_until` an identical call is refused as this one was.
CREATE INDEX escalation_denied ON escalation (match_key, denied_until) WHERE state = 'denied';

-- Which decision waits for which escalation.
CREATE TABLE occurrence (
  decision   TEXT PRIMARY KEY,
  emitter    TEXT NOT NULL,
  escalation TEXT NOT NULL REFERENCES escalation(id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote (
  escalation TEXT    NOT NULL REFERENCES escalation(id),
  reviewer   TEXT    NOT NULL,
  verdict    TEXT    NOT NULL CHECK (verdict IN ('allow', 'deny')),
  counts_for TEXT    NOT NULL,
  comment    TEXT,
  digest     TEXT    NOT NULL,
  asked      TEXT,
  t          INTEGER NOT NULL,
  PRIMARY KEY (escalation, reviewer, verdict)
) STRICT, WITHOUT ROWID;

-- A yes for more than one call. `asked` is what reviewers wrote, `scope` what it covers; the latter holds arguments
-- and is erased as they are.
CREATE TABLE granted (
  id           TEXT    PRIMARY KEY,
  escalation   TEXT    NOT NULL UNIQUE REFERENCES escalation(id),
  agent        TEXT    NOT NULL,
  tool         TEXT    NOT NULL,
  rules_digest TEXT    NOT NULL,
  asked        TEXT    NOT NULL,
  scope        TEXT,
  by           TEXT    NOT NULL,
  state        TEXT    NOT NULL CHECK (state IN ('open', 'used_up', 'expired', 'revoked')),
  until        INTEGER NOT NULL,
  left         INTEGER NOT NULL CHECK (left >= 0 AND (state <> 'open' OR left >= 1)),
  created      INTEGER NOT NULL,
  ended        INTEGER CHECK ((ended IS NULL) = (state = 'open'))
) STRICT;
CREATE INDEX granted_open ON granted (agent, tool, rules_digest) WHERE state = 'open';

-- Arguments that reviewers are shown. Outside the log, so that they can be erased.
CREATE TABLE payload (
  escalation TEXT PRIMARY KEY REFERENCES escalation(id),
  salt       BLOB NOT NULL,
  body       TEXT NOT NULL
) STRICT;

-- Principals of which everything is refused, from the entry `since` of the log until the entry `lifted`.
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

-- What the policy refuses and two people let through for a time. `note` is what the ledger signed of one that holds.
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

-- Decisions of which a rule tells somebody without waiting.
CREATE TABLE notice (
  idx INTEGER PRIMARY KEY REFERENCES entry(idx)
) STRICT;

-- How far in the log each webhook was told.
CREATE TABLE webhook (
  name TEXT PRIMARY KEY,
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Policy bundles; the newest row of a name is handed out.
CREATE TABLE bundle (
  id      INTEGER PRIMARY KEY,
  name    TEXT    NOT NULL,
  version INTEGER NOT NULL,
  digest  TEXT    NOT NULL,
  file    BLOB    NOT NULL,
  t       INTEGER NOT NULL
) STRICT;
CREATE INDEX bundle_name ON bundle (name, id);

-- A guard against mistakes here, not the security claim: that is the tree.
CREATE TRIGGER entry_stays  BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entry_keeps  BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER vote_stays   BEFORE UPDATE ON vote  BEGIN SELECT RAISE(ABORT, 'votes are append-only'); END;
CREATE TRIGGER vote_keeps   BEFORE DELETE ON vote  BEGIN SELECT RAISE(ABORT, 'votes are append-only'); END;
CREATE TRIGGER bundle_stays BEFORE UPDATE ON bundle BEGIN SELECT RAISE(ABORT, 'bundles are append-only'); END;
CREATE TRIGGER head_grows   BEFORE UPDATE ON head WHEN NEW.size < OLD.size OR NEW.origin <> OLD.origin
  BEGIN SELECT RAISE(ABORT, 'the log never shrinks'); END;
CREATE TRIGGER head_keeps   BEFORE DELETE ON head BEGIN SELECT RAISE(ABORT, 'the log never shrinks'); END;
