package apichap

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler/source"
)

// TestSlips: small workflows with the slips that people make. Behind the name of each are the codes of what is told, "nothing" where it means what
// it says.
func TestSlips(t *testing.T) {
	const path = "testdata/slips.txtar"
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, file := range archive.Files {
		name, want, _ := strings.Cut(file.Name, ": ")
		_, problems := parse(source.Files{{Path: "a.yaml", Bytes: file.Data}})
		var codes []string
		for _, d := range problems {
			codes = append(codes, d.Code)
		}
		slices.Sort(codes)
		got := strings.Join(slices.Compact(codes), " ")
		if got == "" {
			got = "nothing"
		}
		archive.Files[i].Name = name + ": " + got
		if got != want && !*rewrite {
			t.Errorf("%s: told %s, want %s", name, got, want)
		}
	}
	if *rewrite {
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
