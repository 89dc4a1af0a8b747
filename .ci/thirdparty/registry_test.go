package thirdparty_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distribution/distribution/v3/configuration"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd" // asks for a password
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory" // keeps what is pushed
	"github.com/sirupsen/logrus"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/sheetprobe/sheetprobe/fixtures/thirdparty"
	"github.com/sheetprobe/sheetprobe/probe"
)

const registryPassword = "pull-and-push-9"

// registry starts a container registry with one image. Its errors are a list, each with a code in capitals.
func registry(t *testing.T) thirdparty.Server {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(registryPassword), bcrypt.MinCost)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "htpasswd")
	require.NoError(t, os.WriteFile(file, []byte("ines:"+string(hash)+"\n"), 0o600))
	logrus.SetOutput(io.Discard)
	config := &configuration.Configuration{
		Storage: configuration.Storage{"inmemory": configuration.Parameters{}},
		Auth:    configuration.Auth{"htpasswd": configuration.Parameters{"realm": "depot", "path": file}},
		Catalog: configuration.Catalog{MaxEntries: 100},
	}
	config.Log.Level = "error"
	app := handlers.NewApp(t.Context(), config)
	srv := httptest.NewServer(app)
	t.Cleanup(srv.Close)
	pushImage(t, srv.URL)
	return thirdparty.Server{
		URL: srv.URL, Folder: "testdata/registry",
		Vars: []probe.Var{{Name: "basic", Value: base64.StdEncoding.EncodeToString([]byte("ines:" + registryPassword)), Secret: true}},
		Deserve: []thirdparty.Deserved{
			{Case: "begin-an-upload/documented-error/name-invalid", Rule: "status.http", Why: "the specification of the API wants 400 NAME_INVALID, and no route knows capitals"},
			{Case: "begin-an-upload/documented-error/name-invalid", Rule: "body.not-json", Why: "the same: the router answers in plain text"},
		},
	}
}

func pushImage(t *testing.T, to string) {
	t.Helper()
	blob := `{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"config":{}}`
	sum := sha256.Sum256([]byte(blob))
	digest := "sha256:" + hex.EncodeToString(sum[:])
	started := push(t, http.MethodPost, to+"/v2/tools/label/blobs/uploads/", "", "")
	push(t, http.MethodPut, started+"&digest="+digest, "application/octet-stream", blob)
	const config, manifest = "application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.manifest.v1+json"
	body := fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":%q,"digest":%q,"size":%d},"layers":[]}`, manifest, config, digest, len(blob))
	for _, tag := range []string{"1.0", "1.1"} {
		push(t, http.MethodPut, to+"/v2/tools/label/manifests/"+tag, manifest, body)
	}
}

// push sends something, and returns where to go on.
func push(t *testing.T, method, url, media, body string) (location string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	r.SetBasicAuth("ines", registryPassword)
	r.Header.Set("Content-Type", media)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Less(t, resp.StatusCode, 300, string(answer))
	return resp.Header.Get("Location")
}
