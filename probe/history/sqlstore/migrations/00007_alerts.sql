-- +goose Up
-- What was told, and what waits to be. Whoever decides holds the one row of alert_lock, so that two processes tell nothing twice.
CREATE TABLE alert_lock (
    id    BIGINT PRIMARY KEY,
    turns BIGINT NOT NULL
);
INSERT INTO alert_lock (id, turns) VALUES (1, 0);

CREATE TABLE alert_decisions (
    once TEXT   PRIMARY KEY,
    at   BIGINT NOT NULL
);

CREATE TABLE alert_tracks (
    route TEXT   NOT NULL,
    topic TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    body  TEXT   NOT NULL,
    PRIMARY KEY (route, topic)
);

CREATE TABLE alert_apis (
    slug TEXT   PRIMARY KEY,
    at   BIGINT NOT NULL,
    body TEXT   NOT NULL
);

CREATE TABLE alert_deliveries (
    id          TEXT   PRIMARY KEY,
    channel     TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    next_at     BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    attempts    BIGINT NOT NULL DEFAULT 0,
    body        TEXT   NOT NULL -- the events, without a word of where they are sent
);
CREATE INDEX alert_deliveries_by_channel ON alert_deliveries (channel, state, created_at);

-- +goose Down
DROP TABLE alert_deliveries;
DROP TABLE alert_apis;
DROP TABLE alert_tracks;
DROP TABLE alert_decisions;
DROP TABLE alert_lock;
