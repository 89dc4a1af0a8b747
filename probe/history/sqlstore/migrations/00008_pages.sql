-- +goose Up
-- What pages show of an API over time stands apart from the large bodies: one small row for each API of each run that came to its end.
CREATE TABLE nights (
    run_id        TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position      BIGINT NOT NULL,
    slug          TEXT   NOT NULL,
    started_at    BIGINT NOT NULL,
    schedule      TEXT   NOT NULL,
    rules_version TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    method        TEXT   NOT NULL,
    url           TEXT   NOT NULL,
    document      TEXT   NOT NULL,
    digest        TEXT   NOT NULL, -- of the document
    promise       TEXT   NOT NULL, -- a digest of what the sheet promises, wherever it stands
    verdict       TEXT   NOT NULL,
    cases         BIGINT NOT NULL,
    errors        BIGINT NOT NULL,
    warnings      BIGINT NOT NULL,
    samples       BIGINT NOT NULL, -- answers whose time was measured, in milliseconds; a percentile that they cannot tell is 0
    p50           DOUBLE PRECISION NOT NULL,
    p90           DOUBLE PRECISION NOT NULL,
    p99           DOUBLE PRECISION NOT NULL,
    slowest       DOUBLE PRECISION NOT NULL,
    codes         TEXT   NOT NULL, -- JSON: each code, whether it is documented, and whether it was seen
    PRIMARY KEY (run_id, position)
);
CREATE INDEX nights_by_api ON nights (slug, started_at, run_id, verdict);
CREATE INDEX nights_by_schedule ON nights (schedule, slug, started_at, run_id, verdict);
-- Runs of versions that kept no nights get theirs when somebody looks.
ALTER TABLE runs ADD COLUMN has_nights BIGINT NOT NULL DEFAULT 0;
CREATE INDEX runs_without_nights ON runs (has_nights, started_at);

-- A document that somebody handed over to be looked at and tried.
CREATE TABLE uploads (
    id          TEXT   PRIMARY KEY,
    name        TEXT   NOT NULL,
    digest      TEXT   NOT NULL,
    bytes       BIGINT NOT NULL,
    uploaded_by TEXT   NOT NULL,
    uploaded_at BIGINT NOT NULL,
    content     TEXT   NOT NULL -- base64, which both databases hold alike
);
CREATE INDEX uploads_by_time ON uploads (uploaded_at);

-- +goose Down
DROP TABLE uploads;
DROP INDEX runs_without_nights;
ALTER TABLE runs DROP COLUMN has_nights;
DROP TABLE nights;
