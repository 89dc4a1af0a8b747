package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/access"
)

func newAudit(w World) *cobra.Command {
	var db dbFlags
	var limit int
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Show who did what at serve, and whether the record of it was changed",
		Long: `Lists what was done at "serve" and by "users" and "tokens", the latest last:
logins, changes of users and tokens, runs that somebody asked for. Each entry
holds the SHA-256 of the one before, so that none can be changed, left out or
put in between unnoticed. That the end was cut off, or all made anew, is noticed
by who has noted the last number and digest that "verify" and the page /audit
show, and by the process that wrote it, which says and records "audit.broken".

Exit codes: 0, 1 (verify: the record is broken), 2 (wrong usage, or it could not
be read)`,
		Example: `  sheetprobe audit
  sheetprobe audit export > audit.ndjson
  sheetprobe audit verify --head 417:9f2c...
  sheetprobe audit verify audit.ndjson`,
		Args: noSuchCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 {
				return usageError("as in --limit 50", "--limit must be at least 1")
			}
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				entries, err := a.Last(ctx, limit)
				if err != nil {
					return err
				}
				return table(w.Out, "TIME\tWHO\tBY\tFROM\tWHAT\tTO\tRESULT", len(entries), func(i int) string {
					e := entries[i]
					cells := []string{e.At.Format(time.RFC3339), firstOf(e.Who, "-"), string(e.Means), firstOf(e.From, "-"), e.Action, firstOf(e.Subject, "-"), e.Result}
					return strings.Join(cells, "\t")
				})
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", 50, "no more than the latest `N` entries")
	db.register(cmd)
	cmd.AddCommand(newAuditExport(w), newAuditVerify(w))
	return cmd
}

func newAuditExport(w World) *cobra.Command {
	var db dbFlags
	cmd := &cobra.Command{
		Use: "export", Short: "Write the whole record as NDJSON, an entry on a line", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				return access.Export(a.Log(ctx), w.Out)
			})
		},
	}
	db.register(cmd)
	return cmd
}

func newAuditVerify(w World) *cobra.Command {
	var db dbFlags
	var heads []string
	cmd := &cobra.Command{
		Use: "verify [FILE]", Short: "Follow the record from its first entry on",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError("without a FILE, the database is verified", "one FILE is verified at a time")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			noted, err := notedHeads(heads)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return verifyFile(w, args[0], noted)
			}
			return withAuthority(cmd, w, &db, false, func(ctx context.Context, a *access.Authority) error {
				return verified(w.Out, a.Log(ctx), noted)
			})
		},
	}
	cmd.Flags().StringArrayVar(&heads, "head", nil, "what was noted of an earlier verification, as `NUMBER:DIGEST`; can be repeated")
	db.register(cmd)
	return cmd
}

func notedHeads(texts []string) ([]access.Head, error) {
	var all []access.Head
	for _, text := range texts {
		number, digest, ok := strings.Cut(text, ":")
		n, err := strconv.ParseInt(number, 10, 64)
		if !ok || err != nil || n < 1 || digest == "" {
			return nil, usageError("write it as `verify` printed it", "--head %q is not NUMBER:DIGEST", text)
		}
		all = append(all, access.Head{Number: n, Digest: digest})
	}
	return all, nil
}

func verifyFile(w World, path string, noted []access.Head) error {
	in := w.In
	if path != standardInput {
		f, err := os.Open(path) //nolint:gosec // the user names it
		if err != nil {
			return usageError("check the path", "cannot read %q: %w", path, cause(err))
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	return verified(w.Out, access.Exported(in), noted)
}

// verified says whether a log holds, and how far it reaches.
func verified(out io.Writer, log access.Log, noted []access.Head) error {
	head, err := access.Verify(log, noted...)
	var broken *access.Broken
	switch {
	case errors.As(err, &broken):
		return &exitError{code: exitDeviates, err: fmt.Errorf("the record is broken: %w", broken), hint: "compare it with an export or a backup from before"}
	case err != nil:
		return usageError("give a file that `sheetprobe audit export` wrote", "the record cannot be read: %w", err)
	case head.Number == 0:
		_, err = fmt.Fprintln(out, "nothing is recorded")
		return err
	}
	_, err = fmt.Fprintf(out, "the record is whole: %d entries; to note: %d:%s\n", head.Number, head.Number, head.Digest)
	return err
}
