-- +goose Up
-- The schedule that began a run; empty where somebody did by hand.
ALTER TABLE runs ADD COLUMN schedule TEXT NOT NULL DEFAULT '';
CREATE INDEX runs_by_schedule ON runs (schedule, started_at);

-- +goose Down
DROP INDEX runs_by_schedule;
ALTER TABLE runs DROP COLUMN schedule;
