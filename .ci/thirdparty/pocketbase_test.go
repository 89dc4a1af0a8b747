package thirdparty_test

import (
	"net/http/httptest"
	"testing"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations" // the tables that every application has
	"github.com/pocketbase/pocketbase/tools/types"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/fixtures/thirdparty"
	"github.com/sheetprobe/sheetprobe/probe"
)

const (
	pocketUser     = "ines@depot.example"
	pocketPassword = "ship-to-lindau-7"
)

// pocketBase starts PocketBase: a table of parcels that anybody may read and who has signed in may write, and one user. Its errors have the HTTP status
// in the body, and what is wrong with each field below "data".
func pocketBase(t *testing.T) thirdparty.Server {
	t.Helper()
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: t.TempDir()})
	require.NoError(t, app.Bootstrap())
	t.Cleanup(func() { _ = app.ResetBootstrapState() })
	require.NoError(t, app.RunAllMigrations())
	token := seedPocketBase(t, app)
	router, err := apis.NewRouter(app)
	require.NoError(t, err)
	mux, err := router.BuildMux()
	require.NoError(t, err)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return thirdparty.Server{
		URL: srv.URL, Folder: "testdata/pocketbase",
		Vars: []probe.Var{
			{Name: "token", Value: token, Secret: true},
			{Name: "password", Value: pocketPassword, Secret: true},
		},
	}
}

func seedPocketBase(t *testing.T, app core.App) (token string) {
	t.Helper()
	parcels := core.NewBaseCollection("parcels")
	parcels.ListRule, parcels.ViewRule = types.Pointer(""), types.Pointer("")
	parcels.CreateRule, parcels.UpdateRule = types.Pointer("@request.auth.id != ''"), types.Pointer("@request.auth.id != ''")
	parcels.Fields.Add(
		&core.TextField{Name: "title", Required: true, Min: 3, Max: 40},
		&core.NumberField{Name: "weight", Required: true, Min: types.Pointer(0.1), Max: types.Pointer(30.0)},
		&core.SelectField{Name: "state", Values: []string{"new", "sent", "lost"}, MaxSelect: 1},
		&core.EmailField{Name: "contact"},
		&core.AutodateField{Name: "created", OnCreate: true},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	)
	require.NoError(t, app.Save(parcels))
	for id, title := range map[string]string{"parcel000000001": "Cable drum", "parcel000000002": "Garden chair", "parcel000000003": "Lamp"} {
		r := core.NewRecord(parcels)
		r.Load(map[string]any{"id": id, "title": title, "weight": 2.5, "state": "new", "contact": "kim@shop.example"})
		require.NoError(t, app.Save(r))
	}
	users, err := app.FindCollectionByNameOrId("users")
	require.NoError(t, err)
	user := core.NewRecord(users)
	user.SetEmail(pocketUser)
	user.SetPassword(pocketPassword)
	user.SetVerified(true)
	require.NoError(t, app.Save(user))
	token, err = user.NewAuthToken()
	require.NoError(t, err)
	return token
}
