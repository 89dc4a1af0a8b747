package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

func newUsers(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "users",
		Short: "Say who may log in to serve, and what they may do there",
		Long: `Keeps the users of "serve" in its database. A viewer reads; an operator also
begins runs and hands in sheets; an approver also signs. A password is asked for
on the terminal, or read from standard input or a file, and never given as an
argument. What is done is recorded, see "sheetprobe audit". Another password or
role, and removal, end the sessions of a user at once.

Exit codes: 0, 2 (wrong usage, or it could not be done)`,
		Example: `  sheetprobe users add ada --role operator
  sheetprobe users add bob --role viewer --password-file bob.txt
  sheetprobe users list`,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newUsersAdd(w), newUsersList(w), newUsersRemove(w), newUsersPassword(w), newUsersRole(w))
	return cmd
}

func newUsersAdd(w World) *cobra.Command {
	var db dbFlags
	var role, file string
	cmd := &cobra.Command{
		Use: "add NAME", Short: "Make a user", Args: oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			may, err := access.ParseRole(role)
			if err != nil {
				return usageError("a viewer reads, an operator begins runs, an approver signs", "--role: %w", err)
			}
			password, err := newPassword(w, file, args[0])
			if err != nil {
				return err
			}
			return withAuthority(cmd, w, &db, true, func(ctx context.Context, a *access.Authority) error {
				if err := a.AddUser(ctx, args[0], password, may, actor(w)); err != nil {
					return err
				}
				printfTo(w.Out, "%s may log in, as %s\n", args[0], may)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "what the user may do: a `ROLE` of viewer, operator, approver")
	passwordFlag(cmd, &file)
	db.register(cmd)
	return cmd
}

func newUsersPassword(w World) *cobra.Command {
	var db dbFlags
	var file string
	cmd := &cobra.Command{
		Use: "password NAME", Short: "Give a user another password", Args: oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := newPassword(w, file, args[0])
			if err != nil {
				return err
			}
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				if err := a.SetPassword(ctx, args[0], password, actor(w)); err != nil {
					return err
				}
				printfTo(w.Out, "%s has another password, and has to log in again\n", args[0])
				return nil
			})
		},
	}
	passwordFlag(cmd, &file)
	db.register(cmd)
	return cmd
}

func newUsersRole(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use: "role NAME ROLE", Short: "Say what a user may do: viewer, operator or approver",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError(fmt.Sprintf("as in `%s ada approver`", cmd.CommandPath()), "name a user and a role")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			role, err := access.ParseRole(args[1])
			if err != nil {
				return usageError("a viewer reads, an operator begins runs, an approver signs", "%w", err)
			}
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				if err := a.SetRole(ctx, args[0], role, actor(w)); err != nil {
					return err
				}
				printfTo(w.Out, "%s is %s, and has to log in again\n", args[0], role)
				return nil
			})
		},
	}
	db.register(cmd)
	return cmd
}

func newUsersRemove(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use: "remove NAME", Short: "Remove a user, and end the sessions of the user", Args: oneName,
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				if err := a.RemoveUser(ctx, args[0], actor(w)); err != nil {
					return err
				}
				printfTo(w.Out, "%s cannot log in any more\n", args[0])
				return nil
			})
		},
	}
	db.register(cmd)
	return cmd
}

// userView is a user as the JSON form shows one.
type userView struct {
	Name      string      `json:"name"`
	Role      access.Role `json:"role"`
	Login     string      `json:"login"` // password or openid
	CreatedAt time.Time   `json:"created_at"`
	ChangedAt time.Time   `json:"changed_at"`
}

func newUsersList(w World) *cobra.Command {
	var db dbFlags
	var output string
	cmd := &cobra.Command{
		Use: "list", Short: "List the users", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				users, err := a.Users(ctx)
				if err != nil {
					return err
				}
				views := []userView{}
				for _, u := range users {
					login := access.ByPassword
					if u.Subject != "" {
						login = access.ByProvider
					}
					views = append(views, userView{u.Name, u.Role, string(login), u.CreatedAt, u.ChangedAt})
				}
				if output == "json" {
					return writeJSON(w.Out, map[string]any{"users": views})
				}
				return table(w.Out, "NAME\tROLE\tLOGIN\tSINCE", len(views), func(i int) string {
					v := views[i]
					return fmt.Sprintf("%s\t%s\t%s\t%s", v.Name, v.Role, v.Login, day(v.CreatedAt))
				})
			})
		},
	}
	db.register(cmd)
	outputFlag(cmd, &output, "text", "json")
	return cmd
}

func oneName(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError(fmt.Sprintf("as in `%s ada`", cmd.CommandPath()), "name one user")
	}
	return nil
}

// withAuthority does something with the users and tokens of a database, which is made where it is missing and that is asked for.
func withAuthority(cmd *cobra.Command, w World, db *dbFlags, begin bool, do func(context.Context, *access.Authority) error) error {
	if err := db.settle(cmd, w); err != nil {
		return err
	}
	open := db.database(w).existing
	if begin && db.database(w).url != "" {
		open = db.database(w).open
	}
	store, err := open(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	if err := do(cmd.Context(), access.New(store.Access(), access.Options{})); err != nil {
		return asUsage(err)
	}
	return nil
}

// asUsage is an error with a next step.
func asUsage(err error) error {
	if told, ok := err.(*exitError); ok { //nolint:errorlint // one that is wrapped says less than what wraps it
		return told
	}
	return usageError("`sheetprobe users list` and `sheetprobe tokens list` show what there is", "%w", err)
}

// actor is who runs the command, as the machine says.
func actor(w World) access.Actor {
	name := ""
	for _, variable := range []string{"SUDO_USER", "USER", "LOGNAME", "USERNAME"} {
		if value, ok := lookupEnv(w.Environ, variable); ok && value != "" {
			name = value
			break
		}
	}
	return access.Actor{Name: name, Means: access.ByCommand}
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// table writes rows below a head; where there are none, that is said.
func table(w io.Writer, head string, n int, row func(int) string) error {
	if n == 0 {
		_, err := fmt.Fprintln(w, "none")
		return err
	}
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, head)
	for i := range n {
		_, _ = fmt.Fprintln(out, row(i))
	}
	return out.Flush()
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.DateOnly)
}
