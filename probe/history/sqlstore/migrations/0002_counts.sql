-- +goose Up
-- A finished run knows how many there are of each, so that a list of many runs counts nothing; -1 where they are to be counted.
ALTER TABLE runs ADD COLUMN apis BIGINT NOT NULL DEFAULT -1;
ALTER TABLE runs ADD COLUMN cases BIGINT NOT NULL DEFAULT -1;
ALTER TABLE runs ADD COLUMN errors BIGINT NOT NULL DEFAULT -1;

-- +goose Down
ALTER TABLE runs DROP COLUMN errors;
ALTER TABLE runs DROP COLUMN cases;
ALTER TABLE runs DROP COLUMN apis;
