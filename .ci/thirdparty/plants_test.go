package thirdparty_test

import (
	"net/http"
	"testing"

	"github.com/sheetprobe/sheetprobe/fixtures/thirdparty"
)

func status(code int) func(*http.Response) bool {
	return func(r *http.Response) bool { return r.StatusCode == code }
}

func become(code int) func(*thirdparty.Answer) {
	return func(a *thirdparty.Answer) { a.Status = code }
}

func set(path string, value any) func(*thirdparty.Answer) {
	return func(a *thirdparty.Answer) { a.Set(path, value) }
}

func drop(path string) func(*thirdparty.Answer) {
	return func(a *thirdparty.Answer) { a.Drop(path) }
}

func TestDefectsOfPocketBaseAreFound(t *testing.T) {
	pocketBase(t).RequireFound(t, []thirdparty.Plant{
		{Name: "a text for a number in the last item", API: "List parcels", Case: "success", Rule: "shape.type", Spoil: set("items.1.weight", "2.5")},
		{Name: "a key less in the last item", API: "List parcels", Case: "success", Rule: "shape.missing", Spoil: drop("items.1.state")},
		{Name: "200 for a broken filter", API: "List parcels", Case: "documented-error/400", Rule: "status.http", When: thirdparty.Refusals, Spoil: become(200)},
		{Name: "500 for a broken filter", API: "List parcels", Case: "documented-error/400", Rule: "negative.server-error", When: thirdparty.Refusals, Spoil: become(500)},
		{
			Name: "another code for a short title", API: "Send a parcel", Case: "broken-rule/title-too-short", Rule: "status.code-undocumented", When: thirdparty.Refusals,
			Spoil: set("data.title.code", "validation_of_the_moon"),
		},
		{Name: "404 for a short title", API: "Change a parcel", Case: "documented-error/400", Rule: "status.http", When: status(400), Spoil: become(404)},
		{Name: "a number for the token", API: "Sign in", Case: "success", Rule: "shape.type", Spoil: set("token", 7)},
		{Name: "no message in an error", API: "Show a parcel", Case: "documented-error/404", Rule: "shape.missing", When: thirdparty.Refusals, Spoil: drop("message")},
	})
}

func TestDefectsOfTheRegistryAreFound(t *testing.T) {
	registry(t).RequireFound(t, []thirdparty.Plant{
		{Name: "a number among the tags", API: "List tags", Case: "success", Rule: "shape.type", Spoil: set("tags", []any{"1.0", 1.1})},
		{Name: "no digest", API: "Show an image", Case: "success", Rule: "shape.missing", Spoil: drop("config.digest")},
		{Name: "a list of one is the one", API: "List tags", Case: "documented-error/name-unknown", Rule: "shape.type", When: status(404), Spoil: set("errors", map[string]any{"code": "NAME_UNKNOWN"})},
		{Name: "a code in small letters", API: "Show an image", Case: "documented-error/manifest-unknown", Rule: "status.code-undocumented", When: status(404), Spoil: set("errors.0.code", "manifest_lost")},
		{Name: "the other code", API: "List tags", Case: "documented-error/name-unknown", Rule: "negative.wrong-error", When: status(404), Spoil: set("errors.0.code", "UNAUTHORIZED")},
		{Name: "500 for a bad number", API: "List repositories", Case: "documented-error/pagination-number-invalid", Rule: "negative.server-error", When: status(400), Spoil: become(500)},
		{Name: "anybody may read", API: "Is it there", Case: "no-auth", Rule: "security.auth-not-enforced", When: status(401), Spoil: func(a *thirdparty.Answer) {
			a.Status, a.JSON = 200, map[string]any{}
		}},
	})
}

func TestDefectsOfTheFilmsAreFound(t *testing.T) {
	films(t).RequireFound(t, []thirdparty.Plant{
		{Name: "a text for a number", API: "A human", Case: "success", Rule: "shape.type", Spoil: set("data.human.height", "1.72")},
		{Name: "a key less in one friend", API: "Hero of an episode", Case: "success", Rule: "shape.missing", Spoil: drop("data.hero.friends.2.name")},
		{Name: "a list is an object", API: "Search", Case: "success", Rule: "shape.type", Spoil: set("data.search", map[string]any{})},
		{Name: "an error in its place", API: "A human", Case: "success", Rule: "outcome.error-instead-of-success", Spoil: func(a *thirdparty.Answer) {
			a.JSON = map[string]any{"errors": []any{map[string]any{"message": "out of order"}}}
		}},
		{Name: "500 for a broken body", API: "Search", Case: "malformed-body", Rule: "negative.server-error", When: status(400), Spoil: become(500)},
	})
}

func TestDefectsOfThePaymentsAreFound(t *testing.T) {
	payments(t).RequireFound(t, []thirdparty.Plant{
		{Name: "a text for an amount", API: "Balance", Case: "success", Rule: "shape.type", Spoil: set("available.0.amount", "10")},
		{Name: "a key less", API: "Balance", Case: "success", Rule: "shape.missing", Spoil: drop("livemode")},
		{Name: "the error at the top", API: "Balance", Case: "no-auth", Rule: "shape.missing", When: thirdparty.Refusals, Spoil: func(a *thirdparty.Answer) {
			a.JSON = map[string]any{"note": "who are you"}
		}},
		{Name: "200 for a missing currency", API: "Start a payment", Case: "missing-field/currency", Rule: "status.http", When: status(400), Spoil: become(200)},
		{Name: "500 for a bad amount", API: "Start a payment", Case: "wrong-type/amount", Rule: "negative.server-error", When: status(400), Spoil: become(500)},
		{Name: "401 for a bad limit", API: "List customers", Case: "documented-error/400", Rule: "negative.wrong-error", When: status(400), Spoil: become(401)},
	})
}
