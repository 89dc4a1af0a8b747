package thirdparty_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	compose "github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

var deployments = filepath.Join("..", "..", "examples", "deploy")

// manifests are the objects of a file, by kind. What the types of Kubernetes do not know is refused.
func manifests(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(deployments, name))
	require.NoError(t, err)
	all := map[string]any{}
	for part := range bytes.SplitSeq(text, []byte("\n---\n")) {
		var kind meta.TypeMeta
		require.NoError(t, yaml.Unmarshal(part, &kind))
		var object any
		switch kind.APIVersion + " " + kind.Kind {
		case "batch/v1 CronJob":
			object = &batch.CronJob{}
		case "apps/v1 Deployment":
			object = &apps.Deployment{}
		case "v1 Service":
			object = &core.Service{}
		case "policy/v1 PodDisruptionBudget":
			object = &policy.PodDisruptionBudget{}
		default:
			t.Fatalf("%s: %q of %q is not known here", name, kind.Kind, kind.APIVersion)
		}
		require.NoError(t, yaml.UnmarshalStrict(part, object), name)
		require.NotContains(t, all, kind.Kind)
		all[kind.Kind] = object
	}
	return all
}

// restricted demands what the strictest of the pod security standards does, and a root that nobody writes to.
func restricted(t *testing.T, pod core.PodSpec) core.Container {
	t.Helper()
	require.Len(t, pod.Containers, 1)
	c := pod.Containers[0]
	require.NotNil(t, pod.SecurityContext)
	assert.True(t, *pod.SecurityContext.RunAsNonRoot)
	assert.NotZero(t, *pod.SecurityContext.RunAsUser)
	assert.Equal(t, core.SeccompProfileTypeRuntimeDefault, pod.SecurityContext.SeccompProfile.Type)
	assert.False(t, *pod.AutomountServiceAccountToken)
	assert.False(t, *c.SecurityContext.AllowPrivilegeEscalation)
	assert.True(t, *c.SecurityContext.ReadOnlyRootFilesystem)
	assert.Equal(t, []core.Capability{"ALL"}, c.SecurityContext.Capabilities.Drop)
	volumes := map[string]bool{}
	for _, v := range pod.Volumes {
		volumes[v.Name] = true
	}
	for _, m := range c.VolumeMounts {
		assert.True(t, volumes[m.Name], "no volume is named %q", m.Name)
	}
	for _, e := range c.Env {
		if e.Name == "PGPASSWORD" || strings.HasSuffix(e.Name, "KEY") {
			assert.Empty(t, e.Value, "%s is a secret", e.Name)
			assert.NotNil(t, e.ValueFrom.SecretKeyRef, e.Name)
		}
	}
	return c
}

func TestTheCronJobIsOne(t *testing.T) {
	job := manifests(t, "cronjob.yaml")["CronJob"].(*batch.CronJob)
	assert.Equal(t, batch.ForbidConcurrent, job.Spec.ConcurrencyPolicy)
	spec := job.Spec.JobTemplate.Spec
	c := restricted(t, spec.Template.Spec)
	assert.Equal(t, core.RestartPolicyNever, spec.Template.Spec.RestartPolicy, "a policy of failures wants it")
	assert.Equal(t, c.Name, *spec.PodFailurePolicy.Rules[0].OnExitCodes.ContainerName)
}

func TestTheFleetIsOne(t *testing.T) {
	all := manifests(t, "fleet.yaml")
	deployment := all["Deployment"].(*apps.Deployment)
	assert.EqualValues(t, 3, *deployment.Spec.Replicas)
	pod := deployment.Spec.Template
	c := restricted(t, pod.Spec)
	for _, selector := range []map[string]string{
		deployment.Spec.Selector.MatchLabels, all["Service"].(*core.Service).Spec.Selector, all["PodDisruptionBudget"].(*policy.PodDisruptionBudget).Spec.Selector.MatchLabels,
		pod.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels,
	} {
		require.NotEmpty(t, selector)
		for name, value := range selector {
			assert.Equal(t, value, pod.Labels[name])
		}
	}
	for path, p := range map[string]*core.Probe{"/readyz": c.ReadinessProbe, "/healthz": c.LivenessProbe} {
		assert.Equal(t, path, p.HTTPGet.Path)
		assert.Equal(t, core.URISchemeHTTPS, p.HTTPGet.Scheme)
		assert.Equal(t, c.Ports[0].Name, p.HTTPGet.Port.StrVal)
	}
	assert.Equal(t, c.Ports[0].Name, all["Service"].(*core.Service).Spec.Ports[0].TargetPort.StrVal)
	assert.NotNil(t, all["PodDisruptionBudget"].(*policy.PodDisruptionBudget).Spec.MaxUnavailable)
}

func TestComposeTakesItsFile(t *testing.T) {
	path := filepath.Join(deployments, "compose.yaml")
	details := compose.ConfigDetails{
		WorkingDir: deployments, ConfigFiles: []compose.ConfigFile{{Filename: path}},
		Environment: compose.Mapping{"POSTGRES_PASSWORD": "of-the-test", "PICKUP_API_KEY": "of-the-test"},
	}
	project, err := loader.LoadWithContext(t.Context(), details)
	require.NoError(t, err)
	ours := project.Services["sheetprobe"]
	assert.True(t, ours.ReadOnly)
	assert.Equal(t, []string{"ALL"}, ours.CapDrop)
	assert.Equal(t, compose.ServiceConditionHealthy, ours.DependsOn["postgres"].Condition)
	assert.Equal(t, "127.0.0.1", ours.Ports[0].HostIP)
	assert.FileExists(t, filepath.Join(ours.Build.Context, ours.Build.Dockerfile))
	for _, v := range ours.Volumes {
		if filepath.Base(v.Source) != "tls" { // which whoever deploys it makes
			assert.FileExists(t, v.Source)
		}
	}
	details.Environment = nil
	_, err = loader.LoadWithContext(t.Context(), details)
	require.ErrorContains(t, err, "set it in .env", "without its secrets nothing is started")
}

// blocks are the YAML blocks of a page under a heading.
func blocks(t *testing.T, page, heading string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "\n## "+heading+"\n")
	require.True(t, found, heading)
	_, rest, found = strings.Cut(rest, "```yaml\n")
	require.True(t, found, heading)
	block, _, found := strings.Cut(rest, "```")
	require.True(t, found, heading)
	return block
}

var ci = filepath.Join("..", "..", "examples", "ci", "README.md")

func TestGitHubTakesTheWorkflow(t *testing.T) {
	lint := func(workflow string) string {
		command := exec.CommandContext(t.Context(), "go", "tool", "-modfile=../tools/workflows/go.mod", "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", "-")
		command.Stdin = strings.NewReader(workflow)
		found, err := command.CombinedOutput()
		if exit := (*exec.ExitError)(nil); err != nil {
			require.ErrorAs(t, err, &exit)
			require.NotEmpty(t, found)
		}
		return string(found)
	}
	workflow := "on: push\n" + blocks(t, ci, "GitHub Actions") // when is for whoever copies it to say
	assert.Empty(t, lint(workflow))
	assert.Contains(t, lint(strings.Replace(workflow, "runs-on", "run-on", 1)), `unexpected key "run-on"`)
}

// There are no types of GitLab's to go by; a slip in a key would be the mistake.
func TestGitLabKnowsTheKeysOfTheJob(t *testing.T) {
	known := map[string]string{"": "script artifacts allow_failure", "artifacts": "when paths reports", "artifacts.reports": "junit", "allow_failure": "exit_codes"}
	var file map[string]map[string]any
	require.NoError(t, yaml.UnmarshalStrict([]byte(blocks(t, ci, "GitLab CI")), &file))
	require.Len(t, file, 1)
	var check func(path string, keys map[string]any)
	check = func(path string, keys map[string]any) {
		for key, value := range keys {
			assert.Contains(t, strings.Fields(known[path]), key, path)
			if below, ok := value.(map[string]any); ok {
				check(strings.TrimPrefix(path+"."+key, "."), below)
			}
		}
	}
	for _, job := range file {
		check("", job)
	}
}

// The program is built as the image has it built, twice at two places, and is the same.
func TestTheImageIsBuiltReproducibly(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(deployments, "Dockerfile"))
	require.NoError(t, err)
	var build string
	for line := range strings.SplitSeq(string(text), "\n") {
		if command, ok := strings.CutPrefix(line, "RUN "); ok && strings.Contains(command, "go build") {
			build = command
		}
	}
	require.NotEmpty(t, build)
	var programs [][]byte
	for range 2 {
		out := filepath.Join(t.TempDir(), "sheetprobe")
		command := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(build, "/out/sheetprobe", out, 1))
		command.Dir, command.Env = filepath.Join("..", ".."), append(os.Environ(), "VERSION=1.2.3")
		said, err := command.CombinedOutput()
		require.NoError(t, err, string(said))
		program, err := os.ReadFile(out)
		require.NoError(t, err)
		programs = append(programs, program)
		said, err = exec.CommandContext(t.Context(), out, "version").CombinedOutput()
		require.NoError(t, err)
		assert.Contains(t, string(said), "sheetprobe 1.2.3 ")
		assert.NotContains(t, string(program), filepath.Dir(out))
	}
	assert.True(t, bytes.Equal(programs[0], programs[1]), "two builds differ")
}
