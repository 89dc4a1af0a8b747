package thirdparty_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	graphql "github.com/graph-gophers/graphql-go"
	"github.com/graph-gophers/graphql-go/example/starwars"
	"github.com/graph-gophers/graphql-go/relay"

	"github.com/sheetprobe/sheetprobe/fixtures/thirdparty"
)

// films starts a GraphQL server: what goes wrong with a query is told under HTTP 200.
func films(t *testing.T) thirdparty.Server {
	t.Helper()
	schema := graphql.MustParseSchema(starwars.Schema, &starwars.Resolver{})
	mux := http.NewServeMux()
	mux.Handle("/query", &relay.Handler{Schema: schema})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return thirdparty.Server{URL: srv.URL, Folder: "testdata/films"}
}
