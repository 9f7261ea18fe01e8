package sqlscript

import (
	"regexp"
	"strings"

	"github.com/steploom/steploom/shared/sqltext"
)

// This file turns what psql does with a script, and a server does not, into SQL.

var (
	copyLine = regexp.MustCompile(`(?i)^\s*COPY\s+(.+?)\s+FROM\s+STDIN\s*;\s*$`)
	metaLine = regexp.MustCompile(`^\\(restrict|unrestrict|connect|c|encoding|set|pset|echo|timing)\b`)
)

// withoutClient writes COPY … FROM stdin with its lines of data as an INSERT, and leaves out the commands of psql. Lines keep their numbers.
func withoutClient(script string, engine sqltext.Engine) string {
	if engine != sqltext.PostgreSQL || !strings.Contains(script, `\`) {
		return script
	}
	lines := strings.Split(script, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSuffix(lines[i], "\r")
		if metaLine.MatchString(line) {
			lines[i] = ""
		}
		match := copyLine.FindStringSubmatch(line)
		end := endOfData(lines, i+1)
		if match == nil || end < 0 {
			continue
		}
		lines[i] = ""
		if end > i+1 {
			lines[i] = "INSERT INTO " + match[1] + " VALUES"
		}
		insertData(lines[i+1 : end+1])
		i = end
	}
	return strings.Join(lines, "\n")
}

// endOfData is the line \. that ends data, -1 when there is none.
func endOfData(lines []string, from int) int {
	for i := from; i < len(lines); i++ {
		if strings.TrimSuffix(lines[i], "\r") == `\.` {
			return i
		}
	}
	return -1
}

// insertData turns lines of data and the line \. behind them into rows of an INSERT.
func insertData(lines []string) {
	last := len(lines) - 1
	for i, line := range lines[:last] {
		fields := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		for k, field := range fields {
			fields[k] = copyValue(field)
		}
		lines[i] = "(" + strings.Join(fields, ", ") + ")"
		if i < last-1 {
			lines[i] += ","
		}
	}
	lines[last] = ""
	if last > 0 {
		lines[last] = ";"
	}
}

// copyValue is a field of the text format (PostgreSQL, COPY) as a literal that stays on its line.
func copyValue(field string) string {
	if field == `\N` {
		return "NULL"
	}
	if !strings.Contains(field, `\`) {
		return "'" + strings.ReplaceAll(field, "'", "''") + "'"
	}
	return "E'" + strings.ReplaceAll(field, "'", `\'`) + "'"
}
