-- +goose Up
-- Who makes a run, where several processes share the history; empty where that is left to the lease. Of two owners, that of the later term has it.
ALTER TABLE runs ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN owner_term BIGINT NOT NULL DEFAULT 0;

-- What the processes of a fleet agree upon. Times are microseconds since 1970 by the clock of the database.
CREATE TABLE fleet_schedules (
    name     TEXT PRIMARY KEY,
    last_due BIGINT NOT NULL DEFAULT 0, -- of which a run was put
    known_at BIGINT NOT NULL            -- when a process first asked for it
);

CREATE TABLE fleet_workers (
    id      TEXT PRIMARY KEY,
    name    TEXT   NOT NULL,
    body    TEXT   NOT NULL, -- how the worker describes itself, as JSON
    since   BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

CREATE TABLE fleet_hosts (
    host        TEXT PRIMARY KEY,
    next_at     BIGINT NOT NULL DEFAULT 0, -- when the next request may go out
    quiet_until BIGINT NOT NULL DEFAULT 0  -- the host asked to be left alone
);

-- +goose Down
DROP TABLE fleet_hosts;
DROP TABLE fleet_workers;
DROP TABLE fleet_schedules;
ALTER TABLE runs DROP COLUMN owner_term;
ALTER TABLE runs DROP COLUMN owner;
