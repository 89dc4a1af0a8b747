package main

import "github.com/spf13/cobra"

// evidenceVerbs are the verbs of `signoff` that are about keys and signatures.
func evidenceVerbs(w World) []*cobra.Command {
	return []*cobra.Command{newSignoffApprove(w), newSignoffVerify(w), newSignoffKeygen(w)}
}
