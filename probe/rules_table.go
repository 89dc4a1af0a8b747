package probe

import "github.com/sheetprobe/sheetprobe/schema/source"

func sheetRule(id string, s source.Severity, meaning, fix string) Rule {
	return coverageRule("sheet."+id, s, meaning, fix)
}

func coverageRule(id string, s source.Severity, meaning, fix string) Rule {
	return Rule{ID: id, Severity: s, Blame: BlameSheet, Meaning: meaning, Fix: fix}
}

func endpointRule(id string, s source.Severity, meaning, why, fix string) Rule {
	return Rule{ID: id, Severity: s, Blame: BlameEndpoint, Meaning: meaning, Why: why, Fix: fix}
}

func environmentRule(id, meaning, fix string) Rule {
	return Rule{ID: id, Severity: source.Error, Blame: BlameEnvironment, Meaning: meaning, Fix: fix}
}

var sheetRules = []Rule{
	sheetRule("unreadable", source.Error, "the document, or a part of it that is needed, cannot be read",
		"ask the API owner for the document in another format, or correct the place that is named"),
	sheetRule("missing-field", source.Error, "one of the ten fields is missing or empty",
		"ask the API owner to fill it in"),
	sheetRule("repaired-json", source.Info, "an example is not valid JSON and was repaired in order to be read; a warning where its meaning had to be guessed",
		"ask the API owner to paste the example from a real answer"),
	sheetRule("code-not-in-table", source.Error, "an example carries a code that the status codes do not list",
		"ask the API owner which of the two is right"),
	sheetRule("code-unused", source.Info, "the status codes list a code that no example carries",
		"ask the API owner for the answer that carries it, and for what causes it"),
	sheetRule("bad-method", source.Error, "the method is not an HTTP method",
		"use one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"),
	sheetRule("bad-url", source.Error, "the endpoint URL is not an absolute http or https URL",
		"write it in full, as in https://staging.example.test/v1/orders"),
	sheetRule("plain-http", source.Warning, "the endpoint URL is not https, so credentials travel in clear text",
		"ask the API owner for the https address"),
	sheetRule("url-not-public", source.Warning, "the endpoint URL names a host that cannot be reached from outside its own network",
		"ask the API owner for a public address, or for our addresses to be whitelisted"),
	sheetRule("production-url", source.Warning, "the endpoint URL looks like production",
		"ask the API owner for the staging address"),
	sheetRule("body-on-get", source.Warning, "a request body is documented for a method that has none",
		"ask the API owner whether the method or the body is wrong; query parameters belong in the URL"),
	sheetRule("media-type", source.Warning, "the Content-Type header and the documented body disagree, or there is a body and no Content-Type",
		"ask the API owner which media type the endpoint accepts"),
	sheetRule("secret-in-sheet", source.Error, "the document holds what looks like a live secret",
		"have the secret replaced where it is valid, and put a placeholder such as <<token>> into the document"),
	sheetRule("placeholder-unnamed", source.Warning, "a value is masked or left open and has no name by which it could be filled in",
		"name it, as in <<token>>"),
	sheetRule("mandatory-unstated", source.Info, "the sheet does not say which request data is mandatory",
		"ask the API owner to mark each field as mandatory or optional"),
	sheetRule("no-error-response", source.Warning, "no error response is documented",
		"ask the API owner for the possible errors and what causes each"),
	sheetRule("no-test-data", source.Info, "no test data is documented",
		"ask the API owner for test accounts or ids, and for the outcome of each"),
	sheetRule("same-success-and-error", source.Warning, "nothing tells the documented success and error responses apart",
		"ask the API owner which field or status tells them apart"),
	sheetRule("auth-undocumented", source.Warning, "no authentication is documented, or the steps to get a credential are missing",
		"ask the API owner for the authentication steps in detail"),
	sheetRule("duplicate-api", source.Warning, "two sheets have the same name, or the same method and URL",
		"remove one of them, or name them apart"),
	sheetRule("ambiguous", source.Warning, "the document can be read in more than one way",
		"ask the API owner which is meant"),
}

var setupRules = []Rule{
	environmentRule("setup.placeholder-unresolved", "a placeholder of the sheet has no value, so the request was not sent",
		"supply the value with --var NAME=VALUE, with --secret NAME, or in a file with --vars FILE"),
	environmentRule("setup.host-not-allowed", "the host does not look like staging, or has an address that is refused, so the request was not sent",
		"check the URL; where the host is right, admit it with --allow-host"),
	environmentRule("setup.token-failed", "no identity could be had for the request, so it was not sent",
		"look at the token call that the report shows, and at the credentials that it was made with"),
	environmentRule("setup.dependency-failed", "an API that has to be called first supplied nothing, so the request was not sent",
		"put right what keeps the first API from answering, or supply its values with --var NAME=VALUE"),
	environmentRule("setup.budget", "the limit on requests was reached, so the request was not sent",
		"raise --max-requests or --max-requests-per-api, or choose fewer cases with --only"),
}

var transportRules = []Rule{
	environmentRule("transport.dns", "the host name could not be resolved",
		"check the name, the VPN and the DNS server; --resolve HOST:ADDR sets an address"),
	environmentRule("transport.refused", "the host refused the connection",
		"ask the API owner whether the staging environment is up, and check the port"),
	environmentRule("transport.connect-timeout", "the host did not take the connection in time",
		"check the VPN, and ask the API owner whether the host is up and our address is whitelisted"),
	environmentRule("transport.tls", "no encrypted connection could be agreed on, or the certificate is not trusted",
		"check the certificate; --cacert trusts a private authority, --cert and --key present a client certificate"),
	endpointRule("transport.tls-expiring", source.Warning, "the server's certificate expires soon",
		"callers will be refused from that day on",
		"renew the certificate"),
	environmentRule("transport.timeout", "the answer did not come in time",
		"ask the API owner whether the staging environment is healthy; --timeout waits longer"),
	environmentRule("transport.reset", "the connection was closed before the answer was complete",
		"run again, and where it repeats, ask the API owner what closes the connection"),
	environmentRule("transport.malformed", "what came is not HTTP",
		"check the scheme and the port of the URL"),
	environmentRule("transport.too-large", "the answer is larger than what is read, so it could not be judged",
		"ask the API owner whether so large an answer is meant"),
	environmentRule("transport.blocked-page", "a firewall, proxy, gateway or login page answered instead of the API",
		"ask for our address to be whitelisted, or whether the staging environment is up"),
	environmentRule("transport.redirect", "the endpoint redirects instead of answering; redirects are not followed, because they would carry the credentials along",
		"ask the API owner for the final URL"),
}

var answerRules = []Rule{
	endpointRule("status.http", source.Error, "the HTTP status is not a documented one",
		"a program that goes by the HTTP status takes the answer for something else",
		"correct the endpoint, or document the status"),
	endpointRule("status.code", source.Error, "the business code belongs to the other outcome, or is missing",
		"a program that goes by the code takes the answer for the other outcome",
		"correct the endpoint, or the example"),
	endpointRule("status.code-undocumented", source.Error, "the business code stands neither in the status codes nor in an example",
		"nobody who reads the sheet can know what the code means",
		"document the code, or correct the endpoint"),
	endpointRule("outcome.error-instead-of-success", source.Error, "the documented request was answered with an error",
		"what the sheet promises to work does not work",
		"ask the API owner whether the test data is still valid"),
	endpointRule("outcome.success-instead-of-error", source.Error, "a request that is documented to end in an error was answered with success",
		"a program that relies on being refused goes on as if all were well",
		"ask the API owner which is right"),
	{
		ID: "outcome.credentials", Severity: source.Error, Blame: BlameEnvironment,
		Meaning: "the documented request was refused for its credentials (HTTP 401 or 403), so the other cases of the API are left out",
		Why:     "nothing can be said about the API before it lets us in",
		Fix:     "check the credentials that you supplied; where they are right, ask the API owner for others",
	},
	endpointRule("body.not-json", source.Error, "the answer is not JSON although the sheet documents JSON",
		"a program that reads JSON stops at it",
		"answer with JSON, or correct the example"),
	endpointRule("body.empty", source.Error, "the answer has no body although the sheet documents one",
		"a program that waits for the documented data gets none",
		"answer with the documented body, or correct the example"),
	endpointRule("body.media-type", source.Error, "the answer is not of the media type that the sheet documents, JSON or XML, or its Content-Type says another",
		"many programs go by the Content-Type and refuse to read the answer",
		"send what is documented, with its Content-Type, such as application/json"),
	endpointRule("body.encoding", source.Error, "the answer is not valid UTF-8",
		"letters outside English arrive damaged",
		"send JSON in UTF-8 (RFC 8259, section 8.1)"),
	endpointRule("body.duplicate-key", source.Warning, "an object of the answer holds a key twice, and readers differ on which of the two counts",
		"two programs may read different values from the same answer",
		"send each key once"),
	endpointRule("timing.slow", source.Warning, "the answer took longer than the sheet allows",
		"programs that wait no longer than the sheet says give up",
		"ask the API owner whether staging is slower than production"),
	endpointRule("stability.flaky", source.Warning, "the same request was answered in different ways, or not every time (--repeat), or at a later attempt only",
		"a program cannot rely on an answer that it may not get the next time",
		"ask the API owner what the answers depend on, and whether all servers behind the address are alike"),
}

var shapeRules = []Rule{
	endpointRule("shape.missing", source.Error, "a documented key is missing from the answer",
		"a program that needs the value finds nothing there",
		"return the key, or document that it is optional"),
	endpointRule("shape.type", source.Error, "a value has another JSON type than documented",
		"a program that expects the documented type fails at the value, or reads it wrongly",
		"correct the type in the endpoint, or in the example"),
	endpointRule("shape.null", source.Warning, "a value is null where the example shows one",
		"a program that expects a value there may fail at nothing",
		"return a value, or document that it can be null"),
	endpointRule("shape.undocumented", source.Warning, "the answer holds a key that is not documented; an error with --strict",
		"nobody who reads the sheet can know what it means, or whether it will stay",
		"document the key, or leave it out"),
	endpointRule("shape.renamed", source.Error, "a documented key is missing and one that looks alike came instead",
		"a program looks under the documented name and finds nothing",
		"correct the spelling, in the endpoint or in the example"),
	endpointRule("shape.format", source.Warning, "a value is of another make than the example: a date of another order, seconds for milliseconds, no UUID",
		"a program that reads the documented format fails at the value, or takes it for another one",
		"answer in the documented format, or correct the example"),
	endpointRule("shape.enum", source.Warning, "a value is none of those that the sheet lists",
		"a program that knows the listed values only cannot tell what to do",
		"answer with a listed value, or add it to the list"),
	endpointRule("shape.constraint", source.Error, "a value breaks another rule of the JSON Schema that the sheet holds, such as a length or a range",
		"the schema is what callers were told to rely on",
		"answer as the schema says, or correct the schema"),
	endpointRule("shape.unchecked", source.Info, "the example shows nothing to compare with, as in an empty list",
		"a mistake there goes unnoticed",
		"ask the API owner for a complete example"),
}

var negativeRules = []Rule{
	endpointRule("negative.accepted", source.Error, "a request that the sheet forbids was answered with success",
		"callers cannot rely on mistakes being noticed, and wrong data may get in",
		"refuse the request, or correct what the sheet says is mandatory"),
	endpointRule("negative.server-error", source.Error, "a client's mistake was answered with a server error (HTTP 5xx)",
		"a caller cannot know that the mistake is its own, and tries again",
		"answer with the documented error"),
	endpointRule("negative.wrong-error", source.Error, "a mistake was answered with a documented error, and the sheet documents another one for it",
		"a program that tells mistakes apart by their errors takes this one for another",
		"answer with the error that is documented for the mistake, or correct the sheet"),
	endpointRule("security.auth-not-enforced", source.Error, "the request was answered with success although its credentials were left out, or wrong",
		"anybody can call it",
		"refuse requests without valid credentials, or document that none are needed"),
	endpointRule("security.leak", source.Error, "the answer shows a stack trace, a debug page, SQL, or (a warning) a path of the server",
		"whoever looks for a way in learns how the server is made",
		"log such details where they arise, and answer with the documented error"),
	endpointRule("security.secret-echo", source.Error, "the answer repeats a credential of the request, and the sheet does not show it there",
		"credentials end up in the logs and screens of everybody who sees answers",
		"leave the credential out of the answer, or document that it comes back"),
}

var coverageRules = []Rule{
	coverageRule("coverage.error-not-elicited", source.Info, "no case brought a documented error about; a warning where one was there to do so and something else came",
		"ask the API owner what leads to the error, or for a row of test data that expects it"),
	coverageRule("coverage.code-not-seen", source.Info, "no answer carried a code that the status codes list",
		"ask the API owner what leads to the code, or for a row of test data that expects it"),
}
