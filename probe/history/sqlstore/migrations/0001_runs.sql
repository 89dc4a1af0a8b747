-- +goose Up
-- Times are microseconds since 1970 in UTC. Bodies are the JSON of package probe, as text: functions that read JSON would round long numbers.
CREATE TABLE runs (
    id            TEXT PRIMARY KEY,
    state         TEXT   NOT NULL,
    started_at    BIGINT NOT NULL,
    finished_at   BIGINT NOT NULL DEFAULT 0,
    lease_until   BIGINT NOT NULL DEFAULT 0,
    verdict       TEXT   NOT NULL DEFAULT '',
    exit_code     BIGINT NOT NULL DEFAULT 0,
    rules_version TEXT   NOT NULL DEFAULT '',
    body          TEXT   NOT NULL
);
CREATE INDEX runs_by_start ON runs (started_at);

CREATE TABLE apis (
    run_id   TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    slug     TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    verdict  TEXT   NOT NULL DEFAULT '',
    body     TEXT   NOT NULL,
    PRIMARY KEY (run_id, position)
);
CREATE INDEX apis_by_slug ON apis (slug, run_id);

CREATE TABLE cases (
    run_id   TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    api      BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id       TEXT   NOT NULL,
    verdict  TEXT   NOT NULL,
    digest   BIGINT NOT NULL, -- of the body
    body     TEXT   NOT NULL,
    PRIMARY KEY (run_id, api, position)
);
CREATE INDEX cases_by_id ON cases (id, run_id);

CREATE TABLE findings (
    run_id      TEXT   NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    api         BIGINT NOT NULL,
    case_id     TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,
    rule        TEXT   NOT NULL,
    severity    TEXT   NOT NULL,
    blame       TEXT   NOT NULL,
    message     TEXT   NOT NULL,
    cause       TEXT   NOT NULL, -- the message without what was changed in the request
    PRIMARY KEY (run_id, fingerprint, case_id)
);
CREATE INDEX findings_by_fingerprint ON findings (fingerprint, run_id);

-- +goose Down
DROP TABLE findings;
DROP TABLE cases;
DROP TABLE apis;
DROP TABLE runs;
