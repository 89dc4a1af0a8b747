-- +goose Up
-- Who may do what. Times are microseconds since 1970 in UTC, 0 where there is none. Of passwords, tokens and sessions only digests are kept.
CREATE TABLE users (
    name       TEXT PRIMARY KEY,
    role       TEXT   NOT NULL,
    password   TEXT   NOT NULL,
    subject    TEXT   NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_by_subject ON users (subject) WHERE subject <> '';

CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    name       TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    made_by    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE sessions (
    digest   TEXT PRIMARY KEY,
    user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
    since    BIGINT NOT NULL,
    seen     BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_name);

CREATE TABLE login_failures (
    counted   TEXT PRIMARY KEY, -- the digest of what they are counted under
    failures  BIGINT NOT NULL DEFAULT 0,
    last      BIGINT NOT NULL DEFAULT 0,
    succeeded BIGINT NOT NULL DEFAULT 0
);

-- The log: each entry holds the digest of the one before. Nothing here changes or deletes one.
CREATE TABLE audit (
    number   BIGINT PRIMARY KEY,
    at       BIGINT NOT NULL,
    who      TEXT   NOT NULL,
    means    TEXT   NOT NULL,
    origin   TEXT   NOT NULL,
    action   TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    result   TEXT   NOT NULL,
    previous TEXT   NOT NULL UNIQUE,
    digest   TEXT   NOT NULL
);

-- +goose Down
DROP TABLE audit;
DROP TABLE login_failures;
DROP TABLE sessions;
DROP TABLE tokens;
DROP TABLE users;
