-- +goose Up
-- What people put their names to. Each record holds the digest of the one before. Nothing here changes or deletes one.
CREATE TABLE signoff_records (
    number   BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL, -- microseconds since 1970 in UTC
    kind     TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    made_by  TEXT   NOT NULL,
    means    TEXT   NOT NULL,
    body     TEXT   NOT NULL, -- JSON
    previous TEXT   NOT NULL UNIQUE,
    digest   TEXT   NOT NULL
);

-- Decisions and bundles, by their digests.
CREATE TABLE signoff_files (
    digest  TEXT PRIMARY KEY,
    content TEXT NOT NULL -- base64, which both databases hold alike
);

-- +goose Down
DROP TABLE signoff_files;
DROP TABLE signoff_records;
