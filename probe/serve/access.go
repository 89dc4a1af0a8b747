package serve

import (
	"context"
	"net/http"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

// smallBody bounds what is read of a request.
const smallBody = 4 << 10

// route is something that the server can be asked, and who may ask it.
type route struct {
	pattern string      // as of http.ServeMux
	role    access.Role // the least that may; without one, nobody may
	body    int64       // how much of a body is read; smallBody where 0
	handle  http.HandlerFunc
}

// router holds all routes. Each is behind its guard: there is no way past it.
type router struct {
	server *Server
	mux    *http.ServeMux
	routes []route
}

func (t *router) add(r route) {
	t.routes = append(t.routes, r)
	t.mux.HandleFunc(r.pattern, t.server.admitted(r))
}

// admitted handles a route for those who may.
func (s *Server) admitted(route route) http.HandlerFunc {
	limit := route.body
	if limit == 0 {
		limit = smallBody
	}
	return func(w http.ResponseWriter, r *http.Request) {
		if !may(r, route.role) {
			problem(w, http.StatusForbidden, "this is not for the role "+string(identityOf(r).Role), "ask who may for it")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		route.handle(w, r)
	}
}

type identityKey struct{}

// withIdentity is the request of somebody.
func withIdentity(r *http.Request, who access.Identity) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), identityKey{}, who))
}

// identityOf is who asks; nobody, who may nothing, where that was not found out.
func identityOf(r *http.Request) access.Identity {
	who, _ := r.Context().Value(identityKey{}).(access.Identity)
	return who
}

// may says whether who asks may do what wants a role.
func may(r *http.Request, role access.Role) bool { return identityOf(r).May(role) }

// local is who asks a server that listens on loopback alone and has no users: whoever is at this machine. Nobody is known by name, so that nobody signs.
func local() access.Identity { return access.Identity{Role: access.Operator, Means: access.ByNothing} }

func visitorOf(r *http.Request) visitor {
	who := identityOf(r)
	return visitor{Name: who.Name, Operator: who.May(access.Operator), Approver: who.May(access.Approver)}
}
