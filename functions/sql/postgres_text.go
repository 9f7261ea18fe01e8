package sql

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

const (
	oidBytea       = 17
	oidOid         = 26
	oidJSON        = 114
	oidFloat4      = 700
	oidFloat8      = 701
	oidTimestampTZ = 1184
	oidJSONB       = 3802
)

// pgRow writes the columns of a row that the server has sent as text.
func pgRow(types *pgtype.Map, fields []pgconn.FieldDescription, values [][]byte) func(int, *bytes.Buffer) error {
	return func(i int, out *bytes.Buffer) error {
		if values[i] == nil {
			out.WriteString("null")
			return nil
		}
		return pgText(out, types, fields[i].DataTypeOID, string(values[i]))
	}
}

// pgText writes a value by its type (PostgreSQL §8, output formats).
func pgText(out *bytes.Buffer, types *pgtype.Map, oid uint32, text string) error {
	switch oid {
	case oidBool:
		return writeValue(out, text == "t")
	case oidInt2, oidInt4, oidInt8, oidOid, oidFloat4, oidFloat8, oidNumeric:
		return writeNumber(out, text)
	case oidJSON, oidJSONB:
		return writeJSON(out, []byte(text))
	case oidTimestampTZ:
		return writeText(out, strings.TrimSuffix(text, "+00"))
	case oidBytea:
		content, err := hex.DecodeString(strings.TrimPrefix(text, `\x`))
		if err != nil {
			return writeText(out, text) // bytea_output is escape
		}
		return writeBase64(out, content)
	}
	if known, ok := types.TypeForOID(oid); ok {
		if array, ok := known.Codec.(*pgtype.ArrayCodec); ok {
			return pgArray(out, types, array.ElementType.OID, text)
		}
	}
	return writeText(out, text)
}

// pgArray writes an array constant (PostgreSQL §8.15.6) as a JSON array.
func pgArray(out *bytes.Buffer, types *pgtype.Map, element uint32, text string) error {
	if i := strings.IndexByte(text, '{'); i > 0 && text[0] == '[' {
		text = text[i:] // explicit bounds: [2:3]={…}
	}
	rest, err := pgArrayItems(out, types, element, text)
	if err != nil || rest != "" {
		return fmt.Errorf("the array %q cannot be read", text)
	}
	return nil
}

func pgArrayItems(out *bytes.Buffer, types *pgtype.Map, element uint32, text string) (rest string, err error) {
	if !strings.HasPrefix(text, "{") {
		return text, fmt.Errorf("no {")
	}
	out.WriteByte('[')
	text = text[1:]
	for first := true; !strings.HasPrefix(text, "}"); first = false {
		if !first {
			if !strings.HasPrefix(text, ",") {
				return text, fmt.Errorf("no comma")
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

func pgArrayItem(out *bytes.Buffer, types *pgtype.Map, element uint32, text string) (rest string, err error) {
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
	size := strings.IndexAny(text, ",}")
	if size < 0 {
		return text, fmt.Errorf("no }")
	}
	if item := text[:size]; item != "NULL" {
		return text[size:], pgText(out, types, element, item)
	}
	out.WriteString("null")
	return text[size:], nil
}
