package auth

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sheetprobe/sheetprobe/probe"
)

// TestSigV4Suite holds cases of the test suite that AWS publishes with the documentation of Signature Version 4.
func TestSigV4Suite(t *testing.T) {
	now := func() time.Time { return time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC) }
	v := sigV4{accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", region: "us-east-1", service: "service", now: now, once: true}
	const host = "https://example.amazonaws.com"
	request := func(method, path, body string, headers ...string) probe.Request {
		q := get(host+path, headers...)
		q.Method = method
		if body != "" {
			q.Body = []byte(body)
		}
		return q
	}
	const vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
	cases := []struct {
		name      string
		q         probe.Request
		signed    string
		signature string
	}{
		{"get-vanilla", request("GET", "/", ""), "", vanilla},
		{"get-vanilla-query-order-key-case", request("GET", "/?Param2=value2&Param1=value1", ""), "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"get-vanilla-query-order-value", request("GET", "/?Param1=value2&Param1=value1", ""), "", "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
		{"get-vanilla-empty-query-key", request("GET", "/?Param1=value1", ""), "", "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
		{
			"get-vanilla-query-unreserved",
			request("GET", "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", ""),
			"", "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
		},
		{"get-vanilla-utf8-query", request("GET", "/?ሴ=bar", ""), "", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
		{"get-unreserved", request("GET", "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", ""), "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		{"get-utf8", request("GET", "/ሴ", ""), "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
		{"get-space", request("GET", "/example space/", ""), "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
		{"get-relative", request("GET", "/example/..", ""), "", vanilla},
		{"get-relative-relative", request("GET", "/example1/example2/../..", ""), "", vanilla},
		{"get-slash", request("GET", "//", ""), "", vanilla},
		{"get-slash-dot-slash", request("GET", "/./", ""), "", vanilla},
		{"get-slash-pointless-dot", request("GET", "/./example", ""), "", "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"},
		{"get-slashes", request("GET", "//example//", ""), "", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"},
		{
			"get-header-key-duplicate", request("GET", "/", "", "My-Header1", "value2", "My-Header1", "value2", "My-Header1", "value1"),
			"my-header1;", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
		},
		{
			"get-header-value-order", request("GET", "/", "", "My-Header1", "value4", "My-Header1", "value1", "My-Header1", "value3", "My-Header1", "value2"),
			"my-header1;", "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
		},
		{
			"get-header-value-trim", request("GET", "/", "", "My-Header1", " value1", "My-Header2", ` "a   b   c"`),
			"my-header1;my-header2;", "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
		},
		{"post-vanilla", request("POST", "/", ""), "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"post-header-key-sort", request("POST", "/", "", "My-Header1", "value1"), "my-header1;", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
		{"post-header-value-case", request("POST", "/", "", "My-Header1", "VALUE1"), "my-header1;", "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
		{"post-vanilla-query", request("POST", "/?Param1=value1", ""), "", "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
		{"post-x-www-form-urlencoded", request("POST", "/", "Param1=value1", "Content-Type", form), "content-type;", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		{
			"post-x-www-form-urlencoded-parameters", request("POST", "/", "Param1=value1", "Content-Type", form+"; charset=utf8"),
			"content-type;", "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := v.authorize(clone(c.q))
			require.NoError(t, err)
			before, after, _ := strings.Cut(c.signed, "my-")
			if after != "" {
				after = "my-" + after
			}
			assert.Equal(t, "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="+before+"host;"+after+"x-amz-date, Signature="+c.signature,
				headerOf(t, got, "Authorization"))
			assert.Equal(t, "20150830T123600Z", headerOf(t, got, "X-Amz-Date"))
		})
	}
}

// TestSigV4Documentation holds the worked examples of the IAM and S3 manuals, by way of New.
func TestSigV4Documentation(t *testing.T) {
	s3 := Spec{Type: "aws_sigv4", AccessKey: "AKIAIOSFODNN7EXAMPLE", SecretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", Region: "us-east-1", Service: "s3"}
	bucket := func(path string, headers ...string) probe.Request {
		return get("https://examplebucket.s3.amazonaws.com"+path, headers...)
	}
	put := bucket("/test$file.text", "Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY")
	put.Method, put.Body = "PUT", []byte("Welcome to Amazon S3.")
	cases := []struct {
		name      string
		spec      Spec
		now       time.Time
		q         probe.Request
		signature string
	}{
		{
			"ListUsers of IAM",
			Spec{Type: "aws-sigv4", AccessKey: "AKIDEXAMPLE", SecretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Region: "us-east-1", Service: "iam"},
			time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC),
			get("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08", "Content-Type", form+"; charset=utf-8"),
			"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
		},
		{"GET object of S3", s3, time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC), bucket("/test.txt", "Range", "bytes=0-9"), "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
		{"PUT object of S3", s3, time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC), put, "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
		{"GET lifecycle of S3", s3, time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC), bucket("?lifecycle"), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
		{"list objects of S3", s3, time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC), bucket("?max-keys=2&prefix=J"), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newTestWorld()
			w.now = c.now
			got := authorize(t, c.spec, w, c.q)
			assert.Contains(t, headerOf(t, got, "Authorization"), "Signature="+c.signature)
		})
	}
}

func TestSigV4Paths(t *testing.T) {
	other, s3 := sigV4{}, sigV4{s3: true}
	for _, c := range []struct{ path, other, s3 string }{
		{"/", "/", "/"},
		{"/a%20b", "/a%2520b", "/a%20b"},
		{"/a/../b/./c//", "/b/c/", "/a/../b/./c//"},
		{"/a%2Fb/c+d", "/a%252Fb/c%252Bd", "/a%2Fb/c%2Bd"},
		{"/..", "/", "/.."},
		{"/x/.", "/x/", "/x/."},
	} {
		assert.Equal(t, c.other, other.canonicalPath(c.path), c.path)
		assert.Equal(t, c.s3, s3.canonicalPath(c.path), c.path)
	}
}

func TestSigV4KeepsToWhatTheSenderKeeps(t *testing.T) {
	w := newTestWorld()
	spec := Spec{Type: "aws_sigv4", AccessKey: "a", SecretKey: "s", SessionToken: "session-token", Region: "r", Service: "execute-api"}
	q := get("https://a.test/x?q=a+b", "Connection", "close", "Content-Length", "3", "Accept-Encoding", "br", "User-Agent", "x", "X-Amz-Date", "old", "Authorization", "old", "X-A", "b")
	got := authorize(t, spec, w, q)
	assert.Contains(t, headerOf(t, got, "Authorization"), "SignedHeaders=host;x-a;x-amz-date;x-amz-security-token,")
	assert.Equal(t, "session-token", headerOf(t, got, "X-Amz-Security-Token"))
	assert.Equal(t, "https://a.test/x?q=a%20b", got.URL)
	assert.True(t, w.knows("session-token"))
}
