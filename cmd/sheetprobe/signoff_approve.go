package main

import (
	"context"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// approveFlags are all flags of `signoff approve`.
type approveFlags struct {
	signer   signerFlags
	out      string
	sigstore string
}

func newSignoffApprove(w World) *cobra.Command {
	var f approveFlags
	cmd := &cobra.Command{
		Use:   "approve FILE",
		Short: "Add your signature to evidence that another has signed",
		Long: `Adds a signature to what "signoff create" wrote. No byte of what was signed
changes, so that the signatures of others stay valid. Verify it before you sign:
"signoff verify" tells what it says, and whether it is so.

A decision that lets nothing go live, or that is over, cannot be approved, nor
can one whose policy names approvers and not you.

Exit codes: 0, 2 (wrong usage, or it cannot be approved)`,
		Example: `  sheetprobe signoff verify otp.signoff --key asha.pem.pub --bundle otp.zip
  sheetprobe signoff approve otp.signoff --key agent`,
		Args: oneEvidence,
		RunE: func(cmd *cobra.Command, args []string) error {
			return approve(cmd.Context(), w, &f, args[0], time.Now())
		},
	}
	f.signer.register(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "out", "o", "", "write to `FILE` instead of replacing what was read")
	flags.StringVar(&f.sigstore, "sigstore", "", "write the decision with your signature as a Sigstore bundle to `FILE`, too")
	return cmd
}

func oneEvidence(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usageError("as in `"+cmd.CommandPath()+" otp.signoff`", "name one file that `sheetprobe signoff create` wrote")
	}
	return nil
}

func approve(ctx context.Context, w World, f *approveFlags, path string, now time.Time) error {
	text, err := readLimited(path, attest.MaxFileBytes)
	if err != nil {
		return usageError("name a file that `sheetprobe signoff create` wrote", "cannot read %q: %w", path, cause(err))
	}
	envelopes, err := attest.Decode(text)
	if err != nil {
		return refusedFile(path, err)
	}
	p, err := evidence.Predicate(envelopes)
	if err != nil {
		return refusedFile(path, err)
	}
	if err := mayBeApproved(p, now); err != nil {
		return err
	}
	keys, err := f.signer.open(ctx, w)
	if err != nil {
		return err
	}
	defer keys.close()
	if err := mayApprove(p, keys.public); err != nil {
		return err
	}
	if err := keys.sign(ctx, envelopes); err != nil {
		return err
	}
	if f.out == "" {
		f.out = path
	}
	if err := writeSigned(f.out, f.sigstore, envelopes, keys.public); err != nil {
		return usageError("free some room, or choose another path with -o", "cannot write %q: %w", f.out, cause(err))
	}
	printfTo(w.Out, "approved  %s of run %s, until %s; %d signed, %d needed\nnext      sheetprobe signoff verify %s --key PUBLIC-KEY...\n",
		p.Decision.Outcome, p.Run.ID, p.Decision.Until.UTC().Format(time.RFC3339), len(envelopes[0].Signatures), max(1, p.Policy.Approvals), f.out)
	return nil
}

// mayBeApproved says why a decision is nothing to approve.
func mayBeApproved(p *signoff.Predicate, now time.Time) error {
	const hint = "make a new run, and a new sign-off of it"
	switch d := &p.Decision; {
	case !d.Outcome.Releases():
		return usageError(hint, "it says %s, which is nothing to approve: %s", d.Outcome, d.Reason)
	case !now.Before(d.Until):
		return usageError(hint, "it held until %s: %s", d.Until.UTC().Format(time.RFC3339), d.UntilBecause)
	}
	return nil
}

// mayApprove says whose signature would count for nothing.
func mayApprove(p *signoff.Predicate, keys []attest.PublicKey) error {
	for _, k := range keys {
		isTheirs := func(a signoff.Approver) bool { return slices.ContainsFunc(a.Keys, k.Matches) }
		if len(p.Policy.Approvers) > 0 && !slices.ContainsFunc(p.Policy.Approvers, isTheirs) {
			return usageError("have one of them sign; or add your key id to `approvers` of the configuration and make a new sign-off",
				"the policy names approvers, and none of them has the key %s", k.Fingerprint())
		}
	}
	return nil
}

func writeBytes(path string, text []byte) error {
	return writeFile(path, func(out io.Writer) error { _, err := out.Write(text); return err })
}
