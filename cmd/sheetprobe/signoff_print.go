package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe/attest"
	"github.com/sheetprobe/sheetprobe/probe/evidence"
	paper "github.com/sheetprobe/sheetprobe/probe/signoff/certificate"
)

func newSignoffPrint() *cobra.Command {
	var out string
	var keys, servers []string
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
			d, err := signedDocument(args[0], keys, servers)
			if err != nil {
				return err
			}
			return printTo(d, out)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&out, "out", "o", "", "print to `FILE`, which ends in .html or .pdf")
	flags.StringArrayVar(&keys, "key", nil, "trust the public keys in `FILE`, or NAME=FILE; repeatable")
	flags.StringArrayVar(&servers, "server-key", nil, "believe the server whose public key is in `FILE` who approved there; repeatable")
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
func signedDocument(path string, keys, servers []string) (*paper.Document, error) {
	text, err := readLimited(path, attest.MaxFileBytes)
	if err != nil {
		return nil, usageError("name a file that `sheetprobe signoff create` wrote", "cannot read %q: %w", path, cause(err))
	}
	trusted, err := trustedKeys("--key", keys)
	if err != nil {
		return nil, err
	}
	believed, err := trustedKeys("--server-key", servers)
	if err != nil {
		return nil, err
	}
	d, err := evidence.Paper(text, trusted, believed)
	if err != nil {
		return nil, refusedFile(path, err)
	}
	return d, nil
}
