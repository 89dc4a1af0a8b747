-- +goose Up
-- Cases stand in blocks: many together take a fraction of the room, and of the work, that a row for each takes. What is in head and body, which are packed, tells
-- package sqlstore. (A declared type that SQLite does not know lets it keep bytes as they are.)
-- Of runs of earlier versions the table "cases" stays and is read; one that is resumed moves into blocks.

-- The cases of a run in the order in which they finished, those of several APIs in one row, until the run comes to its end.
CREATE TABLE case_log (
    run_id TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    head   BYTEA  NOT NULL, -- places, ids and verdicts of the cases
    body   BYTEA  NOT NULL, -- the cases
    PRIMARY KEY (run_id, number)
);

-- The cases of an API, each in one block, once all of them are decided.
CREATE TABLE case_blocks (
    run_id TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    api    BIGINT NOT NULL,
    first  BIGINT NOT NULL, -- the lowest place of a case in it, and the highest
    last   BIGINT NOT NULL,
    cases  BIGINT NOT NULL, -- how many it has
    number BIGINT NOT NULL, -- what stands in the log behind this number is newer
    head   BYTEA  NOT NULL,
    body   BYTEA  NOT NULL,
    PRIMARY KEY (run_id, api, first)
);
-- Of a run that was resumed something may be kept again, and then findings in the place of those that were.
ALTER TABLE runs ADD COLUMN resumed BIGINT NOT NULL DEFAULT 0;
-- What is known of an API, packed. Earlier versions kept it in "body", which is empty where it is here.
ALTER TABLE apis ADD COLUMN packed BYTEA;
-- Nothing asks for findings by it.
DROP INDEX findings_by_fingerprint;

-- +goose Down
CREATE INDEX findings_by_fingerprint ON findings (fingerprint, run_id);
ALTER TABLE apis DROP COLUMN packed;
ALTER TABLE runs DROP COLUMN resumed;
DROP TABLE case_blocks;
DROP TABLE case_log;
