package main

import (
	"bytes"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/engine"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/send"
	"github.com/sheetprobe/sheetprobe/probe/sheet"
)

// verifyFlags are all flags of `signoff verify`.
type verifyFlags struct {
	keys, servers, revoked []string
	bundle, run            string
	sheets                 []string
	at                     string
	approvals              int
	output                 string
	schema                 bool
	cases                  caseFlags
	judge                  judgeFlags
	db                     dbFlags
}

func newSignoffVerify(w World) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check signed evidence again, without a network",
		Long: `Checks what "signoff create" wrote and approvers signed: the signatures, and
whether enough different people approve; the digests of sheets, run and bundle,
and what the bundle holds; whether it holds still. With the run at hand it decides
again, and with the documents it judges every recorded exchange again, and
compares with what was signed. It says what it could not check. Nothing is sent.

What people approved at "serve" counts on the word of its key (--server-key), which
says who they were and how they showed it.

The configuration counts as it does for recheck, so give the one that the run was
made with; and its policy, where it holds one, has to be the signed one.

Exit codes:
  0  it holds, as far as it could be checked, and lets the API go live
  1  it does not hold: something was altered, too few approve, it is over, or it
     says NO-GO
  2  wrong usage, or a file cannot be read
  4  cannot be told: a public key is missing, the configuration of the run, or it
     says CANNOT JUDGE`,
		Example: `  sheetprobe signoff verify otp.signoff --key asha.pub --key ben.pub --bundle otp.zip
  sheetprobe signoff verify otp.signoff --key allowed_signers --run latest --sheet otp.xlsx
  sheetprobe signoff verify otp.signoff --key asha.pub --at 2026-03-01T09:00:00Z -o json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.schema && len(args) == 0 {
				return nil
			}
			return oneEvidence(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.schema {
				printfTo(w.Out, "%s", evidence.JSONSchema())
				return nil
			}
			return verifySignoff(cmd, w, &f, args[0], time.Now())
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.keys, "key", nil, "trust the public keys in `FILE`, or NAME=FILE: PEM, .pub, authorized_keys or allowed_signers; repeatable")
	flags.StringArrayVar(&f.servers, "server-key", nil, "believe the server whose public key is in `FILE` who approved there; its signature is nobody's approval; repeatable")
	flags.StringArrayVar(&f.revoked, "revoked", nil, "public keys in `FILE` count no longer; repeatable")
	flags.StringVar(&f.bundle, "bundle", "", "the evidence bundle, `FILE`")
	flags.StringVar(&f.run, "run", "", "the run: a `RUN` of the history, or a file")
	flags.StringArrayVar(&f.sheets, "sheet", nil, "a document that the run was made from, `FILE`; repeatable")
	flags.StringVar(&f.at, "at", "", "say whether it holds at `TIME`: a date, a time (RFC 3339), or how long ago, as 12h or 3d (default: now)")
	flags.IntVar(&f.approvals, "approvals", 0, "demand `N` approvers at least, whatever the signed policy says")
	flags.BoolVar(&f.schema, "schema", false, "print the JSON Schema (draft-07) of what is signed, and do nothing else")
	f.cases.register(cmd)
	f.judge.register(cmd)
	f.db.register(cmd)
	outputFlag(cmd, &f.output, "text", "json")
	own(cmd, "key")
	return cmd
}

func verifySignoff(cmd *cobra.Command, w World, f *verifyFlags, path string, now time.Time) error {
	s, err := f.sources(cmd, w, path, now)
	if err != nil {
		return err
	}
	v := evidence.Verify(*s)
	if f.output == "json" {
		err = probe.EncodeJSON(w.Out, v)
	} else {
		err = v.Text(w.Out)
	}
	if err != nil {
		return err
	}
	return exitWith(map[evidence.Verdict]int{evidence.Holds: exitConforms, evidence.Refused: exitDeviates, evidence.CannotTell: exitInconclusive}[v.Verdict])
}

func (f *verifyFlags) sources(cmd *cobra.Command, w World, path string, now time.Time) (*evidence.Sources, error) {
	if len(f.keys) == 0 && len(f.servers) == 0 {
		return nil, usageError("as in --key asha.pub; or with --server-key that of the server where they approved",
			"give the public keys of those whom you trust with --key: without them nothing can be told")
	}
	if f.approvals < 0 {
		return nil, usageError("0 leaves it to the signed policy", "--approvals must not be negative")
	}
	s := &evidence.Sources{At: now, Approvals: f.approvals, Tool: tool(), NotStaging: send.NotStaging}
	c, err := settle(cmd, w)
	if err != nil {
		return nil, err
	}
	s.Policy, s.Configured = c.signoff, c.path != ""
	if s.Rejudge, err = f.rejudge(c, w); err != nil {
		return nil, err
	}
	if f.at != "" {
		if s.At, err = moment(f.at, now); err != nil {
			return nil, usageError("write it as 2026-01-31 or 2026-01-31T08:00:00Z", "--at: %w", err)
		}
	}
	if s.Keys, err = trustedKeys("--key", f.keys); err != nil {
		return nil, err
	}
	if s.Servers, err = trustedKeys("--server-key", f.servers); err != nil {
		return nil, err
	}
	if s.Revoked, err = trustedKeys("--revoked", f.revoked); err != nil {
		return nil, err
	}
	file, err := sourceOf("", path, attest.MaxFileBytes+1)
	if err != nil {
		return nil, err
	}
	s.File = *file
	return s, f.subjects(cmd, w, s)
}

// subjects reads what the evidence is about, as far as it is at hand.
func (f *verifyFlags) subjects(cmd *cobra.Command, w World, s *evidence.Sources) (err error) {
	if f.bundle != "" {
		if s.Bundle, err = sourceOf("--bundle", f.bundle, evidence.MaxBundleBytes); err != nil {
			return err
		}
	}
	for _, path := range f.sheets {
		d, err := sourceOf("--sheet", path, sheet.MaxBytes)
		if err != nil {
			return err
		}
		s.Sheets = append(s.Sheets, *d)
	}
	if f.run == "" {
		return nil
	}
	s.Run, err = sourceOf("--run", f.run, probe.MaxRunBytes)
	if err == nil || looksLikeAPath(f.run) {
		return err
	}
	runs := f.db.runs(cmd, w)
	defer runs.close()
	run, err := runs.load(f.run)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	s.Run = &evidence.Source{Name: f.run, Data: nil}
	err = run.Encode(&text)
	s.Run.Data = text.Bytes()
	return err
}

func sourceOf(flag, path string, limit int64) (*evidence.Source, error) {
	data, err := readLimited(path, limit)
	if err != nil {
		if flag != "" {
			flag += ": "
		}
		return nil, usageError("check the path", "%scannot read %q: %w", flag, path, cause(err))
	}
	return &evidence.Source{Name: path, Data: data}, nil
}

// rejudge is how recorded exchanges are judged again: as recheck does it.
func (f *verifyFlags) rejudge(c *config, w World) (func(*probe.Run, []evidence.Source) (*probe.Run, []string), error) {
	options, err := f.cases.options(c, w.Environ)
	if err != nil {
		return nil, err
	}
	if err := f.judge.apply(c, &options); err != nil {
		return nil, err
	}
	options.Tool = tool()
	return func(run *probe.Run, documents []evidence.Source) (*probe.Run, []string) {
		var inputs []sheet.Input
		for _, d := range documents {
			inputs = append(inputs, sheet.Input{Name: d.Name, Data: d.Data})
		}
		readings := engine.Read(inputs)
		c.apply(readings, w.Err)
		return engine.Again(run, readings, options)
	}, nil
}
