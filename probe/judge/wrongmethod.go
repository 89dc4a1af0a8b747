package judge

import (
	"net/http"

	"github.com/sheetprobe/sheetprobe/probe"
)

// isRefusedMethod says that a method that the sheet does not document was refused. Whatever stands before an API answers that, in a form of its
// own, and as often with 404 as with 405 or 501 (RFC 9110, section 15.6.2): all of them are honest, and no caller reads them.
func (a *answer) isRefusedMethod() bool {
	return a.c.Family == probe.FamilyWrongMethod && !a.c.Expect.Forbidden &&
		(a.status >= 300 && a.status < 500 || a.status == http.StatusNotImplemented)
}
