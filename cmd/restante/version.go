package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand prints which build this is.
type versionCommand struct{}

// Run prints one line: the version, or the commit where there is none yet, the Go release and the platform.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintf(std.out, "restante %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "development " + s.Value[:min(12, len(s.Value))]
		}
	}
	return "development"
}
