package library_test

import (
	"testing"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/probetest"
)

func TestPickup(t *testing.T) {
	server, err := staging.Start() // in the place of your staging
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()

	probetest.Run(t, engine.Options{
		BaseURL: server.URL,
		Vars:    probe.NewVars(probe.Var{Name: "api_key", Value: "stg-apikey-of-parcelway-0002", Secret: true}),
	}, "pickup.txt")
}
