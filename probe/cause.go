package probe

// Cause is one reason for which requests do not reach an API, or something else answers in its place.
type Cause struct {
	ID    string // stable from run to run
	Rule  string // the transport.* rule that it is told under, where nothing says otherwise
	Means string // one sentence, lower case, no full stop
	Next  string // the next step of whoever runs the tool
	// Ask is what a letter about it asks for, in a sentence; "" where nobody else can mend it.
	Ask string
	// Host says that the cause concerns every request to the same scheme, host and port.
	Host bool
}

const (
	askReach  = "Please let connections from our address reach this host and port, or tell us what else is needed (VPN, whitelisting of an address range, another host name)."
	askDNS    = "Please make the name resolve from our network, or tell us the name or address to use."
	askUp     = "Please tell us whether the staging environment is up, and whether host and port are right."
	askChain  = "Please have the server send its whole chain of certificates, or tell us which authority we are to trust."
	askCert   = "Please replace the server's certificate, or tell us the host name that it is meant for."
	askBlock  = "Please let our requests pass: they are tests of the staging API that were agreed on, and carry the User-Agent below."
	askHealth = "Please look into your logs at this time for our request, and tell us what keeps the API from answering."
	askProxy  = "Please let our requests to this host pass the proxy, or tell us which proxy and which credentials to use."
)

// causes lists every cause, in the order in which a request meets them.
var causes = [...]Cause{
	{
		"dns-nxdomain", "transport.dns",
		"the name does not exist for the name server that was asked",
		"check the spelling of the host and the VPN; --resolve HOST:ADDR sets an address",
		askDNS, true,
	},
	{
		"dns-no-address", "transport.dns",
		"the name exists, but no address is known for it",
		"ask the API owner for the right name; --resolve HOST:ADDR sets an address",
		askDNS, true,
	},
	{
		"dns-server-failure", "transport.dns",
		"the name server failed or refused to answer",
		"check the VPN and the name server of this machine; --resolve HOST:ADDR sets an address",
		askDNS, true,
	},
	{
		"dns-timeout", "transport.dns",
		"no name server answered in time",
		"check the network, the VPN and the name server of this machine",
		askDNS, true,
	},
	{
		"dns-private-answer", "transport.connect-timeout",
		"the public name stands for private addresses here, which lead nowhere outside of their own network",
		"connect the VPN, or ask the API owner for the public address; --resolve HOST:ADDR sets one",
		askReach, true,
	},
	{
		"dns-split-horizon", "transport.connect-timeout",
		"the name stands for private and for public addresses at once, and not all of them can be reached from here",
		"ask the API owner which addresses are meant for us; --resolve HOST:ADDR sets one",
		askReach, true,
	},
	{
		"connect-refused", "transport.refused",
		"the host is there, and nothing listens at this port, or a firewall rejects us",
		"ask the API owner whether the staging environment is up, and check the port",
		askUp, true,
	},
	{
		"connect-timeout", "transport.connect-timeout",
		"nothing answers at the address: most likely our address is not whitelisted, or the host is down",
		"pass on the text below to the API owner, or connect the VPN",
		askReach, true,
	},
	{
		"no-route", "transport.connect-timeout",
		"the network knows no way to the address",
		"check the network and the VPN of this machine",
		askReach, true,
	},
	{
		"connect-failed", "transport.refused",
		"no connection could be made",
		"check the network of this machine, and the host and port of the URL",
		askUp, true,
	},
	{
		"ipv6-broken", "transport.connect-timeout",
		"the host can be reached over IPv4 and not over IPv6, which is tried first",
		"have IPv6 mended, or set the IPv4 address with --resolve HOST:ADDR",
		askReach, true,
	},
	{
		"ipv4-broken", "transport.connect-timeout",
		"the host can be reached over IPv6 and not over IPv4",
		"have IPv4 mended, or set the IPv6 address with --resolve HOST:ADDR",
		askReach, true,
	},

	{
		"proxy-unreachable", "transport.refused",
		"the proxy in front of us cannot be reached",
		"check --proxy, and the variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
		"", true,
	},
	{
		"proxy-credentials", "transport.refused",
		"the proxy in front of us wants credentials",
		"put them into the URL of the proxy (http://USER:PASSWORD@HOST:PORT), or except the host with NO_PROXY",
		askProxy, true,
	},
	{
		"proxy-denied", "transport.refused",
		"the proxy in front of us refuses to pass requests on to this host",
		"have the host admitted at the proxy, or except it with NO_PROXY",
		askProxy, true,
	},
	{
		"proxy-bad-gateway", "transport.refused",
		"the proxy in front of us could not reach the host itself",
		"ask the network team what the proxy sees; where the host can be reached directly, except it with NO_PROXY",
		askProxy, true,
	},

	{
		"tls-unknown-authority", "transport.tls",
		"the certificate was issued by an authority that is not trusted here",
		"trust the authority with --cacert FILE, where it is the right one",
		askChain, true,
	},
	{
		"tls-self-signed", "transport.tls",
		"the certificate is signed by itself, so that nobody vouches for it",
		"trust it with --cacert FILE, where it is the right one",
		askChain, true,
	},
	{
		"tls-missing-intermediate", "transport.tls",
		"the server does not send the certificate of the authority between its own and the root",
		"ask the API owner to send the whole chain, or trust the missing certificate with --cacert FILE",
		askChain, true,
	},
	{
		"tls-intercepted", "transport.tls",
		"something on the way opens TLS and shows a certificate of its own",
		"trust the authority of your network with --cacert FILE, or have the host excepted from inspection",
		askProxy, true,
	},
	{
		"tls-name-mismatch", "transport.tls",
		"the certificate is for other host names",
		"check the host in the URL, and ask the API owner for the name that the certificate has",
		askCert, true,
	},
	{
		"tls-expired", "transport.tls",
		"the certificate has expired",
		"ask the API owner to renew it, and check the clock of this machine",
		askCert, true,
	},
	{
		"tls-not-yet-valid", "transport.tls",
		"the certificate is not valid yet",
		"check the clock of this machine, and ask the API owner",
		askCert, true,
	},
	{
		"tls-bad-certificate", "transport.tls",
		"the certificate cannot be used by a server",
		"ask the API owner to replace it",
		askCert, true,
	},
	{
		"tls-protocol-version", "transport.tls",
		"the server offers no version of TLS from 1.2 on",
		"ask the API owner to switch on TLS 1.2 or 1.3",
		"Please switch on TLS 1.2 or 1.3: older versions are refused by all current clients.", true,
	},
	{
		"tls-client-certificate-required", "transport.tls",
		"the server demands a client certificate",
		"supply the certificate and its key with --cert FILE and --key FILE",
		"Please issue a client certificate for us, and tell us which authority we are to use.", true,
	},
	{
		"tls-client-certificate-refused", "transport.tls",
		"the server refused our client certificate",
		"check that --cert is the one that the API owner issued, and that it is still valid",
		"Please tell us why our client certificate is refused, and which one you expect.", true,
	},
	{
		"tls-unrecognized-name", "transport.tls",
		"the server does not know the host name that was asked for",
		"check the host in the URL; with --resolve, check the address",
		askUp, true,
	},
	{
		"tls-handshake-failed", "transport.tls",
		"the server broke off the handshake",
		"ask the API owner which versions and ciphers of TLS the host offers",
		askHealth, true,
	},
	{
		"tls-handshake-timeout", "transport.connect-timeout",
		"the connection is made, but the handshake of TLS does not come to an end: often a firewall in between, or a load balancer with nothing behind it",
		"pass on the text below to the API owner",
		askReach, true,
	},
	{
		"tls-reset-after-hello", "transport.reset",
		"the connection is closed as soon as the host name is told in TLS: a firewall that filters by name, or a server that does not know it",
		"pass on the text below to the network team and the API owner",
		askReach, true,
	},
	{
		"tls-plain-http", "transport.malformed",
		"the port does not speak TLS, and was asked over https",
		"check the scheme and the port of the URL",
		"", true,
	},
	{
		"plain-on-tls-port", "transport.malformed",
		"the port speaks TLS, and was asked over http",
		"use https in the URL",
		"", true,
	},

	{
		"request-not-taken", "transport.timeout",
		"the connection is made, but the request is not taken",
		"ask the API owner whether the staging environment is healthy",
		askHealth, false,
	},
	{
		"no-answer", "transport.timeout",
		"the request was taken, and no answer came",
		"ask the API owner whether the staging environment is healthy; --timeout waits longer",
		askHealth, false,
	},
	{
		"answer-incomplete", "transport.timeout",
		"the answer began, and did not come to an end",
		"ask the API owner what keeps the answer; --timeout waits longer",
		askHealth, false,
	},
	{
		"interrupted", "transport.timeout",
		"the run was interrupted",
		"run again",
		"", false,
	},
	{
		"closed-before-answer", "transport.reset",
		"the connection was closed before an answer began",
		"run again, and where it repeats, pass on the text below to the API owner",
		askHealth, false,
	},
	{
		"closed-within-answer", "transport.reset",
		"the connection was closed within the answer",
		"run again, and where it repeats, pass on the text below to the API owner",
		askHealth, false,
	},
	{
		"http2-refused", "transport.reset",
		"the server refused the request over HTTP/2, or closed the connection (GOAWAY)",
		"run again, and where it repeats, pass on the text below to the API owner",
		askHealth, false,
	},
	{
		"not-http", "transport.malformed",
		"what listens at this port speaks another protocol",
		"check the host and the port of the URL",
		"", false,
	},
	{
		"broken-http", "transport.malformed",
		"the answer breaks the rules of HTTP",
		"pass on the text below to the API owner: no client can read the answer",
		askHealth, false,
	},
	{
		"broken-compression", "transport.malformed",
		"the answer is compressed in a way that cannot be undone",
		"ask the API owner what compresses the answer; a gateway may do it twice or not at all",
		askHealth, false,
	},
	{
		"headers-too-large", "transport.too-large",
		"the headers of the answer are larger than what is read",
		"ask the API owner what fills them",
		askHealth, false,
	},
	{
		"body-too-large", "transport.too-large",
		"the body of the answer is larger than what is read",
		"ask the API owner whether so large an answer is meant",
		"", false,
	},

	{
		"captive-portal", "transport.blocked-page",
		"the network that we are in wants a login first",
		"log in to the network with a browser, or use another network",
		"", true,
	},
	{
		"waf-block", "transport.blocked-page",
		"a firewall in front of the API refused the request",
		"pass on the text below to whoever runs the firewall; do not disguise the requests",
		askBlock, false,
	},
	{
		"web-server-refusal", "transport.blocked-page",
		"the web server in front of the API refused the request",
		"ask the API owner whether our address is whitelisted, and whether the path is right",
		askBlock, false,
	},
	{
		"proxy-page", "transport.blocked-page",
		"a proxy on the way answered instead of the API",
		"pass on the text below to the network team",
		askProxy, false,
	},
	{
		"login-page", "transport.blocked-page",
		"a login page answered instead of the API",
		"check that the URL is the API's and not that of its website, and that the API takes the documented credentials without a browser",
		askBlock, false,
	},
	{
		"maintenance-page", "transport.blocked-page",
		"a maintenance page answered instead of the API",
		"run again when the maintenance is over; ask the API owner until when it lasts",
		askUp, false,
	},
	{
		"gateway-down", "transport.blocked-page",
		"the gateway answers, and the API behind it is down or does not answer the gateway",
		"ask the API owner whether the API is up behind its gateway",
		askHealth, false,
	},
	{
		"too-many-requests", "transport.blocked-page",
		"the endpoint refuses to answer so often",
		"run again later, or with a lower --rate; ask the API owner for the limit",
		"", false,
	},
	{
		"redirect", "transport.redirect",
		"the endpoint redirects instead of answering",
		"ask the API owner for the final URL",
		"", false,
	},
	{
		"redirect-to-https", "transport.redirect",
		"the endpoint redirects to https",
		"use https in the URL, and tell the API owner to correct the sheet",
		"", false,
	},
	{
		"redirect-to-login", "transport.redirect",
		"the endpoint redirects to a login page",
		"check that the API takes the documented credentials without a browser, and that the URL is not that of its website",
		askBlock, false,
	},
}

// Causes lists every cause that a [Diagnosis] can name.
func Causes() []Cause { return append([]Cause(nil), causes[:]...) }

// CauseByID finds a cause.
func CauseByID(id string) (Cause, bool) {
	for _, c := range causes {
		if c.ID == id {
			return c, true
		}
	}
	return Cause{}, false
}
