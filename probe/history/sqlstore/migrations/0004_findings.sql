-- +goose Up
-- The findings of a case are replaced with it; those of one API are looked for in many runs, and the severe ones among many that are not.
CREATE INDEX findings_by_case ON findings (run_id, case_id);
CREATE INDEX findings_by_api ON findings (run_id, api);
CREATE INDEX findings_by_severity ON findings (severity, run_id);
-- In which runs a case got a verdict is told without reading its body.
DROP INDEX cases_by_id;
CREATE INDEX cases_by_id ON cases (id, run_id, verdict);

-- +goose Down
DROP INDEX cases_by_id;
CREATE INDEX cases_by_id ON cases (id, run_id);
DROP INDEX findings_by_severity;
DROP INDEX findings_by_api;
DROP INDEX findings_by_case;
