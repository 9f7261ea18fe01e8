package sql

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/sqltext"
)

// value writes a value as the database does that the file stands for: to MariaDB JSON is text.
func (s sqlite) value(out *bytes.Buffer, typeName string, value any) error {
	if s.target.standsFor == "mariadb" && strings.EqualFold(typeName, "JSON") {
		return writeValue(out, value)
	}
	if text, ok := value.(string); ok && sqltext.EngineOf(s.target.standsFor) == sqltext.PostgreSQL {
		value = padded(typeName, text)
	}
	return sqliteValue(out, typeName, value)
}

var fixedLength = regexp.MustCompile(`(?i)^CHAR(?:ACTER)?\s*\(\s*([0-9]{1,6})\s*\)$`)

// padded is the value of a column: of a char(n) with blanks up to its length.
func padded(declared, text string) string {
	match := fixedLength.FindStringSubmatch(declared)
	if match == nil {
		return text
	}
	length, _ := strconv.Atoi(match[1])
	return text + strings.Repeat(" ", max(0, length-utf8.RuneCountInString(text)))
}

// sqliteValue writes a value by the column's declared type, where the column has one, as the engines that know the type do: SQLite
// itself keeps what it is given.
func sqliteValue(out *bytes.Buffer, typeName string, value any) error {
	declared := baseType(typeName)
	switch v := value.(type) {
	case int64:
		if strings.HasPrefix(declared, "BOOL") {
			return writeValue(out, v != 0)
		}
	case []byte:
		return writeBase64(out, v)
	case string:
		return sqliteText(out, declared, v)
	case time.Time:
		if declared == "DATE" {
			return writeText(out, v.Format(dateLayout))
		}
		return writeText(out, v.UTC().Format(timestampLayout))
	}
	return writeValue(out, value)
}

func sqliteText(out *bytes.Buffer, declared, text string) error {
	switch {
	case strings.HasSuffix(declared, "]"):
		return sqliteArray(out, declared, text)
	case strings.HasPrefix(declared, "BOOL"):
		return sqliteBoolean(out, text)
	case strings.HasPrefix(declared, "JSON"):
		return writeJSON(out, []byte(text))
	case strings.Contains(declared, "BLOB"), strings.Contains(declared, "BINARY"), declared == "BYTEA":
		return writeBase64(out, []byte(text))
	case declared == "TIMESTAMPTZ", declared == "TIMESTAMP WITH TIME ZONE":
		return writeText(out, sqliteTime(text, timestampLayout, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05"))
	case strings.HasPrefix(text, zeroDate) && isDate(declared):
		return writeValue(out, nil)
	case declared == "DATE":
		return writeText(out, sqliteTime(text, dateLayout, "2006-01-02 15:04:05", dateLayout))
	case isDate(declared):
		return writeText(out, sqliteTime(strings.TrimSuffix(text, "Z"), timestampLayout, "2006-01-02 15:04:05", "2006-01-02 15:04", dateLayout))
	case declared == "TIME", declared == "TIME WITHOUT TIME ZONE":
		return writeText(out, sqliteTime(text, timeLayout, "15:04:05", "15:04"))
	}
	return writeText(out, text)
}

// baseType is a declared type in upper case without its lengths: TIMESTAMP(3) WITH TIME ZONE is TIMESTAMP WITH TIME ZONE.
func baseType(declared string) string {
	head, rest, ok := strings.Cut(strings.ToUpper(declared), "(")
	if !ok {
		return head
	}
	_, tail, _ := strings.Cut(rest, ")")
	return strings.TrimSpace(head) + tail
}

func isDate(declared string) bool {
	return declared == "DATE" || declared == "DATETIME" || declared == "TIMESTAMP" || declared == "TIMESTAMP WITHOUT TIME ZONE"
}

// sqliteArray writes a column that was declared as PostgreSQL's array, which holds a list in JSON or PostgreSQL's own form of one.
func sqliteArray(out *bytes.Buffer, declared, text string) error {
	var array bytes.Buffer
	switch {
	case json.Valid([]byte(text)) && strings.HasPrefix(text, "["):
		return writeJSON(out, []byte(text))
	case strings.HasPrefix(text, "{") && pgArray(&array, pgTypes{}, sqliteElement(declared), text) == nil:
		_, err := array.WriteTo(out)
		return err
	}
	return writeText(out, text)
}

// sqliteElement is the type of the elements of a column that was declared as an array.
func sqliteElement(declared string) uint32 {
	name := strings.TrimRight(declared, "[]0123456789 ")
	switch {
	case strings.Contains(name, "INT"), strings.HasPrefix(name, "NUMERIC"), strings.HasPrefix(name, "DEC"), strings.HasPrefix(name, "DOUBLE"), name == "REAL", name == "FLOAT":
		return oidNumeric
	case strings.HasPrefix(name, "BOOL"):
		return oidBool
	}
	return oidText
}

// sqliteBoolean reads what a script for PostgreSQL wrote: SQLite does not make a number of it.
func sqliteBoolean(out *bytes.Buffer, text string) error {
	switch strings.ToLower(text) {
	case "t", "true":
		return writeValue(out, true)
	case "f", "false":
		return writeValue(out, false)
	}
	return writeText(out, text)
}

// sqliteTime writes a time that one of the layouts reads in UTC in the layout of results; any other text stays.
func sqliteTime(text, result string, layouts ...string) string {
	for _, layout := range layouts {
		if read, err := time.Parse(layout, strings.Replace(text, "T", " ", 1)); err == nil {
			return read.UTC().Format(result)
		}
	}
	return text
}
