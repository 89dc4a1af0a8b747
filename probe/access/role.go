// Package access says who may do what at a served instance: users with passwords, machines with tokens, sessions, and a log of what was done that cannot
// be changed unnoticed.
//
// It is a contract and the rules above it: it knows neither HTTP nor SQL. What has to be kept is kept by a Store, for which accesstest is the suite.
package access

import (
	"fmt"
	"slices"
	"strings"
)

// Role is what somebody may do; each covers the ones before it. The zero Role covers nothing, and nobody has it.
type Role string

// The roles, from the least on.
const (
	Anyone   Role = "anyone"   // also who has not said who they are
	Viewer   Role = "viewer"   // reads
	Operator Role = "operator" // begins runs, hands in sheets
	Approver Role = "approver" // signs
)

// Roles are those that users and tokens can have.
func Roles() []Role { return []Role{Viewer, Operator, Approver} }

func rank(r Role) int { return slices.Index([]Role{Anyone, Viewer, Operator, Approver}, r) }

// Covers says that who has the role may do what wants another. A role that is unknown covers nothing and is covered by none.
func (r Role) Covers(wanted Role) bool {
	return rank(r) >= 0 && rank(wanted) >= 0 && rank(r) >= rank(wanted)
}

// ParseRole reads a role that a user or a token can have.
func ParseRole(text string) (Role, error) {
	if role := Role(text); slices.Contains(Roles(), role) {
		return role, nil
	}
	var names []string
	for _, role := range Roles() {
		names = append(names, string(role))
	}
	return "", fmt.Errorf("no role is named %q: use %s", text, strings.Join(names, ", "))
}

// Means is how somebody showed who they are.
type Means string

// The means.
const (
	ByNothing Means = "none"    // a request from this machine to a server that listens nowhere else, or from nobody
	BySession Means = "session" // of a browser, after a login
	ByToken   Means = "token"   // of a machine

	ByPassword Means = "password" // a login, or the proof before a signature
	ByProvider Means = "openid"   // a login at an OpenID provider
	ByCommand  Means = "command"  // somebody who can reach the database; the name is what the machine calls them
)

// Identity is who asks.
type Identity struct {
	Name  string // of the user or the token; "" where nobody is known by name
	Role  Role
	Means Means
}

// May says whether the identity covers a role.
func (i Identity) May(role Role) bool { return i.Role.Covers(role) }
