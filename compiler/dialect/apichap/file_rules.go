package apichap

import "github.com/steploom/steploom/shared/diag"

// The codes of diagnostics about files.
const (
	codePath = "APC040"
	codeFile = "APC041"
)

// fileRules describes the codes of diagnostics about files.
func fileRules() []diag.Rule {
	return []diag.Rule{
		{
			Code: codePath, Title: "Path that leads nowhere, or elsewhere", Example: inList("      - name: a\n        type: read\n        datasource: partner\n        instructions:\n          - file: {filePath: /in/../orders.csv}\n"),
			Doc: "Paths are names with single slashes between, and lie below the datasource's folder. Data in a path is a name or a part of one.",
		},
		{
			Code: codeFile, Title: "File instruction", Example: inList("      - name: a\n        type: update\n        datasource: partner\n        instructions:\n          - file: {filePath: /in/orders.csv}\n"),
			Doc: "A folder is listed. A file is read, or written, moved or deleted, and something of this must be said.",
		},
	}
}
