package engine_test

import (
	"context"
	"fmt"
	"os"

	"github.com/sheetprobe/sheetprobe/fixtures/staging"
	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// pickup is the sheet of an API owner.
func pickup() sheet.Input {
	data, err := os.ReadFile("../../examples/first-run/pickup.txt")
	if err != nil {
		return sheet.Input{Name: "pickup.txt", Problem: err.Error()}
	}
	return sheet.Input{Name: "pickup.txt", Data: data}
}

// A sheet is read, probed and judged. The server is a staging with a planted defect.
func Example() {
	server, err := staging.Start(staging.WithDefect("book-no-window-end"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = server.Close() }()

	run, err := engine.Run(context.Background(), engine.Read([]sheet.Input{pickup()}), engine.Options{
		BaseURL: server.URL,
		Vars:    probe.NewVars(probe.Var{Name: "api_key", Value: "stg-apikey-of-parcelway-0002", Secret: true}),
	})
	if err != nil { // the options cannot be used; what an API does is never an error
		fmt.Println(err)
		return
	}
	fmt.Println(run.Verdict, run.ExitCode)
	for _, s := range run.Sheets {
		for _, c := range s.Cases {
			for _, f := range c.Findings {
				fmt.Printf("%s: %s: %s, who acts: %s\n", c.ID, f.Rule, f.Message, f.Blame)
			}
		}
	}
	// Output:
	// deviates 1
	// book-a-pickup/success: shape.missing: "to" is missing, and the sheet documents it for a success, who acts: endpoint
}

// What a sheet leads to can be seen before anything is sent.
func ExamplePlan() {
	plans := engine.Plan(engine.Read([]sheet.Input{pickup()}), engine.Options{
		Vars: probe.NewVars(probe.Var{Name: "api_key", Value: "stg-apikey-of-parcelway-0002", Secret: true}),
		Only: []string{"*/success", "*/no-auth"},
	})
	for _, p := range plans {
		for _, c := range p.Cases {
			if c.Skip == "" {
				fmt.Println(c.ID, c.Request.Method, c.Request.URL)
			}
		}
	}
	// Output:
	// book-a-pickup/success POST https://api-sit.parcelway.test/pickup/v1/bookings
	// book-a-pickup/no-auth POST https://api-sit.parcelway.test/pickup/v1/bookings
}

// Reading a document never fails: what is wrong with it is said by diagnostics, each with its place.
func ExampleRead() {
	readings := engine.Read([]sheet.Input{{Name: "otp.txt", Data: []byte(`API Name: Send a code
Method: POST
Endpoint URL: https://api-sit.things.example/codes
Request Body
{ "to": "0151", }
Success Response
{ "sent": true }
`)}})
	for _, s := range readings[0].Sheets {
		fmt.Println(s.Name, s.Method, s.URL)
		for _, d := range s.Diagnostics {
			if d.Rule == "sheet.repaired-json" || d.Rule == "sheet.no-error-response" {
				fmt.Println(d.At.Line, d.Rule, d.Message)
			}
		}
	}
	// Output:
	// Send a code POST https://api-sit.things.example/codes
	// 1 sheet.no-error-response no error response is documented
	// 5 sheet.repaired-json the example is not valid JSON and was repaired; it has trailing commas: , was left out
}
