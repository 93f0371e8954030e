-- What schema 5 has and schema 4 had not.
ALTER TABLE escalation ADD COLUMN denied_until INTEGER CHECK (denied_until IS NULL OR state = 'denied');
CREATE INDEX escalation_denied ON escalation (match_key, denied_until) WHERE state = 'denied';
PRAGMA user_version = 5;
