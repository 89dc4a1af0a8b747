package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	"github.com/sheetprobe/sheetprobe/probe/signoff"
	paper "github.com/sheetprobe/sheetprobe/probe/signoff/certificate"
)

func newSignoffPrint() *cobra.Command {
	var out string
	var keys []string
	cmd := &cobra.Command{
		Use:   "print FILE",
		Short: "Print a signed decision on paper: HTML or PDF",
		Long: `Prints what "signoff create" wrote: a page with the verdict and the signatures,
and annexes with policy, checklist, coverage, waivers, findings, and how to verify.
Signatures are verified with the public keys that are given. Equal decisions give
equal bytes.

Exit codes: 0, 2 (wrong usage, or a file cannot be read or written)`,
		Example: `  sheetprobe signoff print otp.signoff --key asha.pem.pub -o otp.pdf
  sheetprobe signoff print otp.signoff --key asha.pem.pub -o otp.html`,
		Args: oneEvidence,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := printable(out); err != nil {
				return err
			}
			d, err := signedDocument(args[0], keys)
			if err != nil {
				return err
			}
			return printTo(d, out)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "out", "o", "", "print to `FILE`, which ends in .html or .pdf")
	flags.StringArrayVar(&keys, "key", nil, "trust the public keys in `FILE`, or NAME=FILE; repeatable")
	own(cmd, "key")
	return cmd
}

// printable says why nothing can be printed to a path.
func printable(path string) error {
	if ending := strings.ToLower(filepath.Ext(path)); ending != ".html" && ending != ".pdf" {
		return usageError("as in -o otp.pdf", "say with -o where to print, in a file that ends in .html or .pdf, and not %q", path)
	}
	if err := mayBeWritten(path); err != nil {
		return usageError("choose a path in a folder that is there and can be written to", "%w", err)
	}
	return nil
}

// printTo writes the print that the ending of the path names.
func printTo(d *paper.Document, path string) error {
	var text bytes.Buffer
	write := d.WriteHTML
	if strings.EqualFold(filepath.Ext(path), ".pdf") {
		write = d.WritePDF
	}
	if err := write(&text); err != nil {
		return err
	}
	if err := writeFile(path, func(out io.Writer) error { _, err := out.Write(text.Bytes()); return err }); err != nil {
		return usageError("free some room, or choose another path", "cannot write %q: %w", path, cause(err))
	}
	return nil
}

// signedDocument reads a signed decision, and verifies its signatures with the keys that are trusted.
func signedDocument(path string, keys []string) (*paper.Document, error) {
	text, err := readLimited(path, attest.MaxFileBytes)
	if err != nil {
		return nil, usageError("name a file that `sheetprobe signoff create` wrote", "cannot read %q: %w", path, cause(err))
	}
	envelopes, err := attest.Decode(text)
	if err != nil {
		return nil, refusedFile(path, err)
	}
	p, err := evidence.Predicate(envelopes)
	if err != nil {
		return nil, refusedFile(path, err)
	}
	trusted, err := trustedKeys("--key", keys)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(text)
	d := &paper.Document{Predicate: p, SHA256: hex.EncodeToString(digest[:]), Bundle: bundleDigest(envelopes)}
	for _, c := range envelopes[0].Check(trusted) {
		d.Signatures = append(d.Signatures, printedSignature(p, c))
	}
	return d, nil
}

// bundleDigest is that of the bundle that was signed with a decision.
func bundleDigest(envelopes []attest.Envelope) string {
	statement, err := envelopes[0].Statement(evidence.BundleSubject)
	if err != nil {
		return ""
	}
	for _, s := range statement.Subject {
		if s.Name == evidence.BundleSubject {
			return s.Digest.SHA256
		}
	}
	return ""
}

// printedSignature is a signature with the name of the approver that the decision has its key of; a trusted key says otherwise only where it has none.
func printedSignature(p *signoff.Predicate, c attest.Checked) paper.Signature {
	s := paper.Signature{Fingerprint: firstNamed(c.Fingerprint, c.KeyID), Verified: c.State == attest.Valid}
	theirs := func(a signoff.Approver) bool {
		return slices.Contains(a.Keys, c.KeyID) || c.Fingerprint != "" && slices.Contains(a.Keys, c.Fingerprint)
	}
	if i := slices.IndexFunc(p.Approvers, theirs); i >= 0 {
		s.Name, s.Title = p.Approvers[i].Name, p.Approvers[i].Title
	} else if len(c.Names) > 0 {
		s.Name = strings.Join(c.Names, ", ")
	}
	return s
}
