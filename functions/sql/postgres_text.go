package sql

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	oidBytea       = 17
	oidOid         = 26
	oidBox         = 603
	oidJSON        = 114
	oidFloat4      = 700
	oidFloat8      = 701
	oidTimestampTZ = 1184
	oidJSONB       = 3802
)

// pgRow writes the columns of a row that the server has sent as text.
func pgRow(types pgTypes, fields []pgconn.FieldDescription, values [][]byte) func(int, *bytes.Buffer) error {
	return func(i int, out *bytes.Buffer) error {
		if values[i] == nil {
			out.WriteString("null")
			return nil
		}
		return pgText(out, types, fields[i].DataTypeOID, string(values[i]))
	}
}

// pgText writes a value by its type (PostgreSQL §8, output formats).
func pgText(out *bytes.Buffer, types pgTypes, oid uint32, text string) error {
	if element, ok := types.element(oid); ok {
		return pgArray(out, types, element, text)
	}
	switch types.base(oid) {
	case oidBool:
		return writeValue(out, text == "t")
	case oidInt2, oidInt4, oidInt8, oidOid, oidFloat4, oidFloat8, oidNumeric:
		return writeNumber(out, text)
	case oidJSON, oidJSONB:
		return writeJSON(out, []byte(text))
	case oidTimestampTZ:
		return writeText(out, strings.Replace(text, "+00", "", 1))
	case oidBytea:
		content, err := pgBytes(text)
		if err != nil {
			return err
		}
		return writeBase64(out, content)
	}
	return writeText(out, text)
}

// pgBytes reads the output of bytea (PostgreSQL §8.4): hex, or the older escape format, in which a backslash is two.
func pgBytes(text string) ([]byte, error) {
	if digits, ok := strings.CutPrefix(text, `\x`); ok {
		return hex.DecodeString(digits)
	}
	var content []byte
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '\\':
			content = append(content, text[i])
		case strings.HasPrefix(text[i:], `\\`):
			content = append(content, '\\')
			i++
		default:
			octal, err := strconv.ParseUint(text[i+1:min(i+4, len(text))], 8, 8)
			if err != nil {
				return nil, fmt.Errorf("the bytea %q cannot be read", text)
			}
			content = append(content, byte(octal))
			i += 3
		}
	}
	return content, nil
}

// pgArray writes an array constant (PostgreSQL §8.15.6) as a JSON array.
func pgArray(out *bytes.Buffer, types pgTypes, element uint32, text string) error {
	if i := strings.IndexByte(text, '{'); i > 0 && text[0] == '[' {
		text = text[i:] // explicit bounds: [2:3]={…}
	}
	rest, err := pgArrayItems(out, types, element, text)
	if err != nil || rest != "" {
		return fmt.Errorf("the array %q cannot be read", text)
	}
	return nil
}

func pgArrayItems(out *bytes.Buffer, types pgTypes, element uint32, text string) (rest string, err error) {
	if !strings.HasPrefix(text, "{") {
		return text, fmt.Errorf("no {")
	}
	out.WriteByte('[')
	text = text[1:]
	for first := true; !strings.HasPrefix(text, "}"); first = false {
		if !first {
			if text == "" || text[0] != pgDelimiter(types.base(element)) {
				return text, fmt.Errorf("no delimiter")
			}
			out.WriteByte(',')
			text = text[1:]
		}
		if text, err = pgArrayItem(out, types, element, text); err != nil {
			return text, err
		}
	}
	out.WriteByte(']')
	return text[1:], nil
}

func pgArrayItem(out *bytes.Buffer, types pgTypes, element uint32, text string) (rest string, err error) {
	switch {
	case strings.HasPrefix(text, "{"):
		return pgArrayItems(out, types, element, text)
	case strings.HasPrefix(text, `"`):
		size := 1
		var item strings.Builder
		for ; size < len(text) && text[size] != '"'; size++ {
			if text[size] == '\\' && size+1 < len(text) {
				size++
			}
			item.WriteByte(text[size])
		}
		if size == len(text) {
			return text, fmt.Errorf("no closing quote")
		}
		return text[size+1:], pgText(out, types, element, item.String())
	}
	size := strings.IndexAny(text, string(pgDelimiter(types.base(element)))+"}")
	if size < 0 {
		return text, fmt.Errorf("no }")
	}
	if item := text[:size]; item != "NULL" {
		return text[size:], pgText(out, types, element, item)
	}
	out.WriteString("null")
	return text[size:], nil
}
