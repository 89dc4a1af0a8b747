package probe

import "github.com/sheetprobe/sheetprobe/schema/source"

// asyncRules are about what comes behind the answer: the call to our callback URL, and the end of what was started.
var asyncRules = []Rule{
	endpointRule("callback.not-received", source.Error, "the call to the callback URL that the sheet announces did not come",
		"a program that waits for the call never learns how its request ended",
		"ask the API owner whether the call was made, and from which address; --callback-url says under which URL staging reaches us"),
	endpointRule("callback.late", source.Warning, "the call to the callback URL came later than the sheet allows",
		"programs that wait no longer than the sheet says give up",
		"ask the API owner whether staging is slower than production"),
	endpointRule("callback.duplicate", source.Warning, "more calls came to the callback URL than requests were sent",
		"a program that books what it is told books it twice",
		"call once for each request, or document that calls may come again and by what they are told apart"),
	endpointRule("callback.unexpected", source.Warning, "the callback URL was called because of a request that was refused",
		"a program that was told no is then told otherwise",
		"call for accepted requests only, or document what a refused one leads to"),
	endpointRule("callback.method", source.Error, "the call to the callback URL came with another method than documented",
		"a server that takes the documented method only refuses the call",
		"call with the documented method, or correct the sheet"),
	endpointRule("callback.header", source.Error, "the call to the callback URL lacks a documented header",
		"a program that relies on the header cannot use the call",
		"send the header, or correct the sheet"),
	endpointRule("callback.signature", source.Error, "the call to the callback URL does not carry the documented signature",
		"a program that verifies the signature, as it should, refuses the call",
		"check that our secret is the one that staging signs with; then correct the signature, or what the sheet says of it"),
	endpointRule("poll.not-finished", source.Error, "what the request started did not come to its end in the documented time",
		"a program that waits for the end waits in vain",
		"ask the API owner how long it may take, and whether staging works such requests off"),
	endpointRule("poll.failed", source.Error, "what the documented request started came to a bad end",
		"what the sheet promises to work does not work",
		"ask the API owner why it fails, and whether the request is still the documented one"),
	endpointRule("poll.undocumented-state", source.Warning, "the status API tells a state that the sheet does not list, or none",
		"a program cannot know whether to go on waiting",
		"document the state, or correct the endpoint"),
}
