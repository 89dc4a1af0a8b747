package serve

import (
	"context"
	"errors"
	"net/http"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// accountBody is what the page shows on which somebody changes the own password.
type accountBody struct {
	Name, Problem string
	None          string // why there is no password to change; "" where there is one
}

func (l *login) account(w http.ResponseWriter, r *http.Request) {
	l.writeAccount(w, r, http.StatusOK, accountBody{})
}

func (l *login) writeAccount(w http.ResponseWriter, r *http.Request, status int, body accountBody) {
	who := identityOf(r)
	body.Name = who.Name
	if who.Means != access.BySession {
		body.None = "Passwords are changed by who logged in with one."
	}
	l.pages.write(w, r, "account", status, page{Title: "Your account", Body: body})
}

// changePassword gives whoever knows the password of the session another one. All sessions of the user end by it.
func (l *login) changePassword(w http.ResponseWriter, r *http.Request) {
	body, status := accountBody{}, http.StatusBadRequest
	now, again := r.PostFormValue("new"), r.PostFormValue("again")
	err := access.CheckPassword(identityOf(r).Name, now)
	switch {
	case now != again:
		body.Problem = "The new password is not the same twice."
	case err != nil:
		body.Problem = sentence(err.Error())
	default:
		if err = l.setPassword(r, now); err == nil {
			setSession(w, r, "", -1)
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		if errors.Is(err, context.Canceled) {
			return
		}
		status, body = l.unchanged(w, err)
	}
	l.writeAccount(w, r, status, body)
}

func (l *login) setPassword(r *http.Request, now string) error {
	who, authority, address := identityOf(r), l.server.options.Access.Authority, originOf(r).address
	if err := authority.Reauthenticate(r.Context(), who, r.PostFormValue("old"), address); err != nil {
		return err
	}
	return authority.SetPassword(r.Context(), who.Name, now, access.Actor{Name: who.Name, Means: who.Means, Address: address})
}

// unchanged says why a password stays as it is.
func (l *login) unchanged(w http.ResponseWriter, err error) (status int, body accountBody) {
	var soon *access.TooSoon
	switch {
	case errors.As(err, &soon):
		status, body.Problem = tooSoon(w, soon)
	case errors.Is(err, access.ErrCredentials):
		status, body.Problem = http.StatusForbidden, "The present password is wrong."
	case errors.Is(err, access.ErrElsewhere):
		status, body.None = http.StatusForbidden, "You log in at the OpenID provider, where your password is."
	case errors.Is(err, access.ErrNoSession):
		status = http.StatusForbidden
	default:
		l.server.options.Say("a password could not be changed: %v", err)
		status, body.Problem = http.StatusServiceUnavailable, "The password cannot be changed at the moment; see the log of the server."
	}
	return status, body
}
