package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

func newTokens(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tokens",
		Short: "Let machines in to serve",
		Long: `Keeps the tokens by which machines ask "serve": Prometheus for /metrics, a
pipeline for a run. A token is shown once, when it is made, and only its digest
is kept. It goes into the header "Authorization: Bearer TOKEN".

Exit codes: 0, 2 (wrong usage, or it could not be done)`,
		Example: `  sheetprobe tokens create prometheus --role viewer --expires 90d
  sheetprobe tokens list
  sheetprobe tokens revoke 3f9a00c1d2e4`,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTokensCreate(w), newTokensList(w), newTokensRevoke(w))
	return cmd
}

func newTokensCreate(w World) *cobra.Command {
	var db dbFlags
	var role, expires string
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make a token, and show it once",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError(fmt.Sprintf("as in `%s prometheus --role viewer`", cmd.CommandPath()), "say in one word what the token is for")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			may, err := access.ParseRole(role)
			if err != nil {
				return usageError("a viewer reads, an operator begins runs", "--role: %w", err)
			}
			life, err := span(expires)
			if err != nil {
				return usageError("write it as 90d, 8w or 12h", "--expires: %w", err)
			}
			return withAuthority(cmd, w, &db, true, func(ctx context.Context, a *access.Authority) error {
				token, text, err := a.CreateToken(ctx, args[0], may, life, actor(w))
				if err != nil {
					return usageError("see `sheetprobe tokens create --help`", "%w", err)
				}
				printfTo(w.Err, "The token %s is for %s as %s until %s. It is shown this once:\n", token.ID, token.Name, token.Role, token.ExpiresAt.UTC().Format(time.RFC3339))
				printfTo(w.Out, "%s\n", text)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "what the token may be used for: a `ROLE` of viewer, operator, approver")
	cmd.Flags().StringVar(&expires, "expires", "90d", "how long it lasts, as 12h, 90d or 8w: a `TIME` of a year at most")
	db.register(cmd)
	return cmd
}

// tokenView is a token as the JSON form shows one.
type tokenView struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Role      access.Role `json:"role"`
	By        string      `json:"by"`
	CreatedAt time.Time   `json:"created_at"`
	ExpiresAt time.Time   `json:"expires_at"`
	UsedAt    time.Time   `json:"used_at,omitzero"`
	Expired   bool        `json:"expired"`
}

func newTokensList(w World) *cobra.Command {
	var db dbFlags
	var output string
	cmd := &cobra.Command{
		Use: "list", Short: "List the tokens, the latest first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				tokens, err := a.Tokens(ctx)
				if err != nil {
					return err
				}
				views := []tokenView{}
				for _, t := range tokens {
					views = append(views, tokenView{t.ID, t.Name, t.Role, t.By, t.CreatedAt, t.ExpiresAt, t.UsedAt, !time.Now().Before(t.ExpiresAt)})
				}
				if output == "json" {
					return writeJSON(w.Out, map[string]any{"tokens": views})
				}
				return table(w.Out, "ID\tFOR\tROLE\tSINCE\tUNTIL\tLAST USED", len(views), func(i int) string {
					v := views[i]
					until := day(v.ExpiresAt)
					if v.Expired {
						until += " (over)"
					}
					return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", v.ID, v.Name, v.Role, day(v.CreatedAt), until, day(v.UsedAt))
				})
			})
		},
	}
	db.register(cmd)
	outputFlag(cmd, &output, "text", "json")
	return cmd
}

func newTokensRevoke(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use: "revoke ID", Short: "Make a token worthless",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("`sheetprobe tokens list` shows the ids", "name one token by its id")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				err := a.RevokeToken(ctx, args[0], actor(w))
				if errors.Is(err, access.ErrNotFound) {
					return usageError("`sheetprobe tokens list` shows the ids", "there is no token %q", args[0])
				}
				if err == nil {
					printfTo(w.Out, "the token %s lets nobody in any more\n", args[0])
				}
				return err
			})
		},
	}
	db.register(cmd)
	return cmd
}
