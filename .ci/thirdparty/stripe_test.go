package thirdparty_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"github.com/sheetprobe/sheetprobe/fixtures/thirdparty"
	"github.com/sheetprobe/sheetprobe/probe"
)

// payments starts the mock of a payment API that takes forms: a large published description that is enforced, with errors of one form.
func payments(t *testing.T) thirdparty.Server {
	t.Helper()
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	require.NoError(t, err)
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	require.NoError(t, err)
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	require.NoError(t, err)
	srv := httptest.NewServer(http.HandlerFunc(stub.HandleRequest))
	t.Cleanup(srv.Close)
	return thirdparty.Server{
		URL: srv.URL, Folder: "testdata/payments",
		Vars: []probe.Var{{Name: "secret_key", Value: "sk_test_depot7", Secret: true}},
		Deserve: []thirdparty.Deserved{
			{Case: "start-a-payment/empty-field/currency", Rule: "negative.accepted", Why: "an empty currency is taken, though a currency is mandatory"},
		},
	}
}
