package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/report"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
)

// createFlags are all flags of `signoff create`.
type createFlags struct {
	gate     gateFlags
	signer   signerFlags
	approver string
	out      string
	bundle   string
	sigstore string
	noColor  bool
}

func newSignoffCreate(w World) *cobra.Command {
	var f createFlags
	cmd := &cobra.Command{
		Use:   "create [RUN|SHEET...]",
		Short: "Decide, and sign the decision with its evidence",
		Long: `Decides as "signoff check" does. What lets the APIs go live is signed, and written
with everything that it rests on: FILE.signoff, the signed decision, and FILE.zip,
the bundle of run, reports and documents. Where the policy asks for several
approvers, the others add their signatures with "signoff approve".

Exit codes: as of signoff check; where it is not 0, nothing is signed or written`,
		Example: `  sheetprobe signoff create latest --approver "Asha Rao" --key asha.pem -o otp.signoff
  sheetprobe signoff create latest --approver "Asha Rao" --key agent -o otp.signoff
  sheetprobe signoff print otp.signoff -o otp.pdf`,
		RunE: func(cmd *cobra.Command, args []string) error { return create(cmd, w, &f, args) },
	}
	f.gate.register(cmd)
	f.signer.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.approver, "approver", "", "`NAME` of who signs; one of the policy's approvers, where it names any")
	flags.StringVarP(&f.out, "out", "o", "", "write the signed decision to `FILE`")
	flags.StringVar(&f.bundle, "bundle", "", "write the bundle to `FILE` (default: beside the signed decision, ending in .zip)")
	flags.StringVar(&f.sigstore, "sigstore", "", "write the decision with your signature as a Sigstore bundle to `FILE`, too")
	flags.BoolVar(&f.noColor, "no-color", false, "no colours, as with NO_COLOR in the environment")
	return cmd
}

// check looks at the flags before anything is decided.
func (f *createFlags) check() error {
	switch {
	case f.out == "":
		return usageError("as in -o otp.signoff", "say with -o where the signed decision goes")
	case strings.TrimSpace(f.approver) == "":
		return usageError(`as in --approver "Asha Rao"`, "say with --approver who signs")
	case len(f.signer.keys) != 1:
		return usageError("`sheetprobe signoff keygen` makes a key; others sign with `sheetprobe signoff approve`", "give one --key to sign with")
	}
	if f.bundle == "" {
		f.bundle = strings.TrimSuffix(f.out, filepath.Ext(f.out)) + ".zip"
	}
	if filepath.Clean(f.bundle) == filepath.Clean(f.out) {
		return usageError("give them different names", "decision and bundle cannot both go to %q", f.out)
	}
	for _, path := range []string{f.out, f.bundle} {
		if err := mayBeWritten(path); err != nil {
			return usageError("choose a path in a folder that is there and can be written to", "%w", err)
		}
	}
	return nil
}

func create(cmd *cobra.Command, w World, f *createFlags, args []string) error {
	if err := f.check(); err != nil {
		return err
	}
	in, held, err := f.gate.input(cmd, w, args)
	if err != nil {
		return err
	}
	keys, err := f.signer.open(cmd.Context(), w)
	if err != nil {
		return err
	}
	defer keys.close()
	approvers, err := approversOf(in.Policy, f.approver, keys.public[0])
	if err != nil {
		return err
	}
	predicate, err := signoff.NewPredicate(in, approvers)
	if err != nil {
		return err
	}
	if o := predicate.Decision.Outcome; !o.Releases() {
		if err := report.Signoff(w.Out, predicate, terminalLook(w, f.noColor)); err != nil {
			return err
		}
		printfTo(w.Err, "sheetprobe: nothing is signed: a decision that lets nothing go live needs no signature\n")
		return exitWith(decisionCode(o))
	}
	return f.write(cmd.Context(), w, keys, report.Options{Documents: held}, in.Run, predicate)
}

// approversOf are who is asked to sign. The one who signs now has to be one of those whom the policy names, with the key that it knows; where it names
// nobody, it is whoever signs.
func approversOf(policy signoff.Policy, name string, key attest.PublicKey) ([]signoff.Approver, error) {
	if len(policy.Approvers) == 0 {
		return []signoff.Approver{{Name: name, Keys: []string{key.ID()}}}, nil
	}
	i := slices.IndexFunc(policy.Approvers, func(a signoff.Approver) bool { return signoff.PersonKey(a.Name) == signoff.PersonKey(name) })
	var names []string
	for _, a := range policy.Approvers {
		names = append(names, a.Name)
	}
	switch {
	case i < 0:
		return nil, usageError("approvers are: "+strings.Join(names, ", "), "--approver: the policy names no approver %q", name)
	case !slices.ContainsFunc(policy.Approvers[i].Keys, key.Matches):
		return nil, usageError("add the fingerprint to `keys` of the approver in the configuration, or sign with another key", "the policy knows no key %s of %q", key.Fingerprint(), name)
	}
	return policy.Approvers, nil
}

// write makes the bundle, signs, and writes both; the decision last, so that none stands there without its evidence.
func (f *createFlags) write(ctx context.Context, w World, keys *signers, o report.Options, run *probe.Run, p *signoff.Predicate) error {
	var bundle bytes.Buffer
	if err := bundleFormat().Write(&bundle, run, o); err != nil {
		return fmt.Errorf("the bundle: %w", err)
	}
	digest := sha256.Sum256(bundle.Bytes())
	envelopes, err := evidence.Seal(p, hex.EncodeToString(digest[:]))
	if err != nil {
		return usageError("sign off fewer documents at a time", "%w", err)
	}
	if err := keys.sign(ctx, envelopes); err != nil {
		return err
	}
	if err := writeFile(f.bundle, func(out io.Writer) error { _, err := out.Write(bundle.Bytes()); return err }); err != nil {
		return usageError("free some room, or choose another path with --bundle", "cannot write %q: %w", f.bundle, cause(err))
	}
	if err := writeSigned(f.out, f.sigstore, envelopes, keys.public); err != nil {
		return usageError("free some room, or choose another path with -o", "cannot write %q: %w", f.out, cause(err))
	}
	return f.tell(w, p)
}

func (f *createFlags) tell(w World, p *signoff.Predicate) error {
	printfTo(w.Out, "signed    %s of run %s, by %s\n", p.Decision.Outcome, p.Run.ID, f.approver)
	printfTo(w.Out, "until     %s: %s\n", p.Decision.Until.UTC().Format(time.RFC3339), p.Decision.UntilBecause)
	printfTo(w.Out, "written   %s, %s\n", f.out, f.bundle)
	if missing := p.Policy.Approvals - 1; missing > 0 {
		printfTo(w.Out, "next      %d more to sign: sheetprobe signoff approve %s --key KEY\n", missing, f.out)
		return nil
	}
	printfTo(w.Out, "next      sheetprobe signoff verify %s --key PUBLIC-KEY --bundle %s\n", f.out, f.bundle)
	return nil
}

func bundleFormat() report.Format {
	f, _ := formatByName("bundle")
	return f
}
