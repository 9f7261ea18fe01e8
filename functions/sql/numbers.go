package sql

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// writeNumber writes text as a JSON number when it is one that keeps its digits on the way, otherwise as text (NaN, Infinity, long decimals).
func writeNumber(out *bytes.Buffer, text string) error {
	if !isJSONNumber(text) || !keepsDigits(text) {
		return writeText(out, text)
	}
	out.WriteString(text)
	return nil
}

const (
	surelyKept = 15 // as many decimal digits float64 always gives back
	longest    = 800
)

// keepsDigits tells whether a state machine can hold a number as it is: whole ones of 64 bits, and what float64 gives back digit for digit.
func keepsDigits(text string) bool {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return true
	}
	if len(text) <= surelyKept && !strings.ContainsAny(text, "eE") {
		return true
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f == 0 || len(text) > longest {
		return err == nil && strings.Trim(text, "-0.") == ""
	}
	sent, ok := new(big.Rat).SetString(text)
	held, _ := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	return ok && sent.Cmp(held) == 0
}

func isJSONNumber(text string) bool {
	if text == "" || text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return false
	}
	return json.Valid([]byte(text))
}

// writeFloat writes NaN and the infinities as PostgreSQL spells them.
func writeFloat(out *bytes.Buffer, value float64) error {
	switch {
	case math.IsNaN(value):
		return writeText(out, "NaN")
	case math.IsInf(value, 1):
		return writeText(out, "Infinity")
	case math.IsInf(value, -1):
		return writeText(out, "-Infinity")
	}
	encoded, err := json.Marshal(value)
	out.Write(encoded)
	return err
}

// writeJSON writes the text of a JSON column; text that is none stays text. A number inside that would lose digits is a text, as it
// is in a column of its own.
func writeJSON(out *bytes.Buffer, text []byte) error {
	if !json.Valid(text) {
		return writeText(out, string(text))
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return err
	}
	for rest := compact.Bytes(); len(rest) > 0; {
		size := jsonToken(rest)
		if err := writeJSONToken(out, string(rest[:size])); err != nil {
			return err
		}
		rest = rest[size:]
	}
	return nil
}

func writeJSONToken(out *bytes.Buffer, token string) error {
	if isNumberByte(token[0]) {
		return writeNumber(out, token)
	}
	out.WriteString(token)
	return nil
}

// jsonToken is the length of the string, the number or the single other byte at the start of valid JSON.
func jsonToken(text []byte) int {
	size := 1
	switch {
	case text[0] == '"':
		for ; text[size] != '"'; size++ {
			if text[size] == '\\' {
				size++
			}
		}
		return size + 1
	case isNumberByte(text[0]):
		for size < len(text) && (isNumberByte(text[size]) || strings.IndexByte(".eE+", text[size]) >= 0) {
			size++
		}
	}
	return size
}

func isNumberByte(c byte) bool { return c == '-' || c >= '0' && c <= '9' }
