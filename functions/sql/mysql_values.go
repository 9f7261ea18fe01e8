package sql

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// mysqlValue writes a value; the driver gives texts, dates and decimals alike as bytes. JSON is a type of its own in
// MySQL; in MariaDB it is text.
func mysqlValue(out *bytes.Buffer, typeName string, value any) error {
	content, isBytes := value.([]byte)
	if !isBytes {
		return writeValue(out, value)
	}
	name := strings.TrimPrefix(typeName, "UNSIGNED ")
	switch {
	case name == "JSON":
		return writeJSON(out, content)
	case slices.Contains([]string{"DECIMAL", "INT", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT", "YEAR", "FLOAT", "DOUBLE"}, name):
		return writeNumber(out, string(content))
	case name == "BIT":
		return writeNumber(out, bitNumber(content))
	case strings.HasSuffix(name, "BLOB"), strings.HasSuffix(name, "BINARY"), name == "GEOMETRY":
		return writeBase64(out, content)
	case name == "DATE", name == "DATETIME", name == "TIMESTAMP":
		return writeDate(out, trimFraction(string(content)))
	case name == "TIME":
		return writeText(out, trimFraction(string(content)))
	}
	return writeText(out, string(content))
}

// bitNumber is the decimal text of a BIT value's big-endian bytes.
func bitNumber(content []byte) string {
	var number uint64
	for _, b := range content {
		number = number<<8 | uint64(b)
	}
	return strconv.FormatUint(number, 10)
}

const zeroDate = "0000-00-00"

// writeDate writes a date or a date and time. The zero date, which stands for none, is null; one that has a zero month or day
// alone (2024-00-00) is a text like any other.
func writeDate(out *bytes.Buffer, text string) error {
	if strings.HasPrefix(text, zeroDate) {
		return writeValue(out, nil)
	}
	return writeText(out, text)
}

// trimFraction drops the trailing zeros of a fraction of a second.
func trimFraction(text string) string {
	if !strings.Contains(text, ".") {
		return text
	}
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
