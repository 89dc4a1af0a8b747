-- +goose Up
-- Cases stand in blocks: several of one API together take a fraction of the room, and of the work, that a row for each takes. The place of a case in its API is
-- in one block. What is in head and body, which are packed, tells package sqlstore. (A declared type that SQLite does not know lets it keep bytes as they are.)
-- Of runs of earlier versions the table "cases" stays and is read; one that is resumed moves into blocks.
CREATE TABLE case_blocks (
    run_id TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    api    BIGINT NOT NULL,
    first  BIGINT NOT NULL, -- the lowest place of a case in it, and the highest
    last   BIGINT NOT NULL,
    cases  BIGINT NOT NULL, -- how many it has
    size   BIGINT NOT NULL, -- of the cases before they were packed
    head   BYTEA  NOT NULL, -- places, ids and verdicts of the cases
    body   BYTEA  NOT NULL, -- the cases
    PRIMARY KEY (run_id, api, first)
);
-- Of a run that was resumed something may be kept again, and then findings in the place of those that were.
ALTER TABLE runs ADD COLUMN resumed BIGINT NOT NULL DEFAULT 0;
-- Nothing asks for findings by it.
DROP INDEX findings_by_fingerprint;

-- +goose Down
CREATE INDEX findings_by_fingerprint ON findings (fingerprint, run_id);
ALTER TABLE runs DROP COLUMN resumed;
DROP TABLE case_blocks;
