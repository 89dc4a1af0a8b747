package serve

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/sheetprobe/sheetprobe/fixtures/parts"
)

var examples = filepath.Join("..", "..", "examples", "serve")

// told are the names of the metrics that there are once there was a run.
func told(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, emptyStore(t), func(b *bench, _ *Options) { b.make = deviates(1) }, nightly(),
			Schedule{Name: "inner", Cron: "30 4 * * *", Sheets: []string{"sheets"}, Zone: "inner"})
		b.work(t, 3*time.Hour)
		_, series := b.scrape()
		for s := range series {
			name, _, _ := strings.Cut(s, "{")
			names[name] = true
		}
	})
	require.Greater(t, len(names), 10)
	return names
}

var metricName = regexp.MustCompile(`\bsheetprobe_[a-z_]+`)

// asks checks that a query asks for nothing that is not there, and returns for how many metrics.
func asks(t *testing.T, there map[string]bool, query string) int {
	t.Helper()
	names := metricName.FindAllString(query, -1)
	for _, name := range names {
		assert.True(t, there[name], "%s is no metric: %s", name, query)
	}
	return len(names)
}

func TestAlertRulesAskForMetricsThatAreThere(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(examples, "alerts.yaml"))
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	require.NoError(t, yaml.Load(text, &file, yaml.WithKnownFields()))
	there, asked := told(t), 0
	for _, rule := range file.Groups[0].Rules {
		require.NotEmpty(t, rule.Annotations["summary"], rule.Alert)
		asked += asks(t, there, rule.Expr)
	}
	require.Greater(t, asked, 5)
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	program, err := exec.LookPath("promtool")
	if err != nil {
		parts.Missing(t, "promtool is not installed (prometheus): what examples/serve holds for Prometheus and Grafana is not tested")
	}
	said, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
	require.NoError(t, err, string(said))
}

// The rules fire when they should and at no other time, also where several processes tell the same.
func TestAlertRulesDoWhatTheySay(t *testing.T) {
	promtool(t, "check", "rules", filepath.Join(examples, "alerts.yaml"))
	promtool(t, "test", "rules", filepath.Join(examples, "alerts_test.yaml"))
}

type dashboard struct {
	SchemaVersion int
	Templating    struct {
		List []struct {
			Name, Type, Definition string
		}
	}
	Panels []struct {
		ID      int
		Type    string
		Title   string
		GridPos struct{ X, Y, W, H int }
		Targets []struct {
			RefID, Expr string
			Datasource  struct{ Type, UID string }
		}
	}
}

func readDashboard(t *testing.T) (d dashboard) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(examples, "dashboard.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &d))
	require.Greater(t, len(d.Panels), 5)
	return d
}

// Grafana ignores what it does not understand, so that a slip would be an empty panel.
func TestTheDashboardIsLaidOutAndAsksForMetricsThatAreThere(t *testing.T) {
	d, there := readDashboard(t), told(t)
	assert.GreaterOrEqual(t, d.SchemaVersion, 36)
	known := []string{"stat", "table", "timeseries", "state-timeline"}
	taken, ids := map[[2]int]string{}, map[int]bool{}
	for _, p := range d.Panels {
		assert.Contains(t, known, p.Type, p.Title)
		assert.False(t, ids[p.ID], "two panels have the id %d", p.ID)
		ids[p.ID] = true
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			assert.Positive(t, asks(t, there, target.Expr), target.Expr)
			assert.Equal(t, "${datasource}", target.Datasource.UID, p.Title)
		}
		assert.LessOrEqual(t, p.GridPos.X+p.GridPos.W, 24, p.Title)
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				assert.Empty(t, taken[[2]int{x, y}], "%s lies on another panel", p.Title)
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
	for _, v := range d.Templating.List {
		asks(t, there, v.Definition)
	}
}

// Prometheus itself parses the queries, as recording rules.
func TestPrometheusUnderstandsTheDashboard(t *testing.T) {
	var rules strings.Builder
	rules.WriteString("groups:\n  - name: dashboard\n    rules:\n")
	filled := strings.NewReplacer("$schedule", ".*", "$__rate_interval", "5m")
	n := 0
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			query, err := json.Marshal(filled.Replace(target.Expr))
			require.NoError(t, err)
			assert.NotContains(t, string(query), "$")
			fmt.Fprintf(&rules, "      - {record: 'panel:%d', expr: %s}\n", n, query)
			n++
		}
	}
	path := filepath.Join(t.TempDir(), "rules.yaml")
	require.NoError(t, os.WriteFile(path, []byte(rules.String()), 0o600))
	promtool(t, "check", "rules", path)
}
