package probe_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

func TestVarsAreFoundHoweverTheirNameIsTyped(t *testing.T) {
	vars := probe.NewVars(
		probe.Var{Name: "Partner Code", Value: "old"},
		probe.Var{Name: "partner_code", Value: "P-7"},
		probe.Var{Name: "TOKEN", Value: "T"},
	)
	for _, name := range []string{"partner_code", "partnercode", "PARTNER-CODE", "Partner Code", "partner.code", "partner\u00a0code"} {
		v, ok := vars.Lookup(name)
		require.True(t, ok, name)
		assert.Equal(t, "P-7", v.Value, name)
	}
	for _, name := range []string{"", "  ", "-_-", "partner", "tok"} {
		_, ok := vars.Lookup(name)
		assert.False(t, ok, "%q", name)
	}
	assert.Equal(t, []probe.Var{{Name: "partner_code", Value: "P-7"}, {Name: "TOKEN", Value: "T"}}, vars.All())

	_, ok := probe.Vars{}.Lookup("token")
	assert.False(t, ok)
	assert.Empty(t, probe.Vars{}.All())
}

func TestLooksSecret(t *testing.T) {
	for _, name := range []string{
		"token", "TOKEN", "access_token", "accessToken", "accesstoken", "X-Auth-Token", "id_token", "secret", "clientSecret", "client-secret",
		"password", "user password", "Passwd", "pwd", "pin", "MPIN", "otp", "key", "apikey", "api_key", "X-Api-Key", "APIKey", "consumer key",
		"consumerKey", "consumer_secret", "Ocp-Apim-Subscription-Key", "Authorization", "Proxy-Authorization", "credentials", "signature", "sig",
		"X-Hub-Signature-256", "jwt", "session", "sessionId", "JSESSIONID", "cookie", "Set-Cookie", "private_key", "password1", "token_v2", "auth",
	} {
		assert.True(t, probe.LooksSecret(name), name)
	}
	for _, name := range []string{
		"", "monkey", "keyboard", "keyword", "tokenType", "token_type", "expires_in", "tokenExpiresIn", "token_url", "shipping", "pinCode", "pincode", "pin_code",
		"spinner", "opinion", "passenger", "compass", "author", "authorId", "partner_code", "user_id", "mobileNo", "callback_url", "Content-Type",
		"Access-Control-Allow-Credentials", "Idempotency-Key", "public_key", "primary_key", "signal", "secretary", "access_key_id", "tokens", "assignee", "status",
	} {
		assert.False(t, probe.LooksSecret(name), name)
	}
}
