package ir

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/diag"
)

// jobs shows what reads topics.
func (p *printer) jobs(jobs *Jobs) {
	for _, name := range slices.Sorted(maps.Keys(jobs.Settings)) {
		p.line(0, diag.Range{}, "setting %s=%s", name, jobs.Settings[name])
	}
	for _, name := range slices.Sorted(maps.Keys(jobs.Secrets)) {
		p.line(0, diag.Range{}, "setting %s from secret %s", name, jobs.Secrets[name])
	}
	for _, declared := range jobs.Declared {
		text, err := json.Marshal(declared.Job)
		if err != nil {
			text = []byte(err.Error())
		}
		p.line(0, declared.Range, "job %s on %s%s%s: %s", declared.ID, strings.Join(declared.Topics, ", "),
			word(" basic ", declared.Secrets.Basic), word(" token ", declared.Secrets.Token), text)
	}
}
