package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/sheetprobe/sheetprobe/probe"
)

// version is set when a release is built: -ldflags "-X main.version=1.2.3".
var version = ""

func newVersion(w World) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of its rules",
		Long: `Prints the version of the program, and that of its rules: a verdict that changed
overnight can be traced to either.

Exit codes: 0, 2 (wrong usage)`,
		Example: "  sheetprobe version",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			printfTo(w.Out, "sheetprobe %s (rules %s, %s, %s/%s)\n", programVersion(), probe.RulesVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
}

// programVersion is that of the release, else that of the module as `go install` fetched it.
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

func tool() probe.Tool {
	return probe.Tool{Name: "sheetprobe", Version: programVersion(), RulesVersion: probe.RulesVersion}
}

// userAgent says honestly who is calling.
func userAgent() string { return "sheetprobe/" + programVersion() }
