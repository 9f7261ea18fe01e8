package sql

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	oidBool    = 16
	oidInt8    = 20
	oidInt2    = 21
	oidInt4    = 23
	oidText    = 25
	oidNumeric = 1700

	codeIndeterminateType = "42P18"
	codeAmbiguous         = "42725"
	savepoint             = "steploom_describe"
	statusInTransaction   = 'T'
)

// pgDescribe prepares the statement and learns the types that the driver does not know, which takes a second preparation.
func pgDescribe(ctx context.Context, conn *pgx.Conn, p prepared) (*pgconn.StatementDescription, error) {
	description, err := pgPrepare(ctx, conn.PgConn(), p)
	if err != nil {
		return nil, err
	}
	oids := append([]uint32{}, description.ParamOIDs...)
	for _, field := range description.Fields {
		oids = append(oids, field.DataTypeOID)
	}
	learned, err := pgTypes{conn.TypeMap()}.learn(ctx, conn.PgConn(), oids)
	if err != nil || !learned {
		return description, err
	}
	return pgPrepare(ctx, conn.PgConn(), p)
}

// pgPrepare prepares the statement and lets the server infer the parameters' types. Where it cannot, a parameter has the type of
// its value; also where it says text for want of a reason (SELECT ?), if the statement holds with it. Where it infers an integer and
// the value is a fraction, it is numeric. Inside a transaction a savepoint keeps a failed attempt from ending it.
func pgPrepare(ctx context.Context, conn *pgconn.PgConn, p prepared) (*pgconn.StatementDescription, error) {
	types := make([]uint32, len(p.arguments))
	description, err := pgAttempt(ctx, conn, p.text, types)
	switch pgCode(err) {
	case codeIndeterminateType:
		if types, err = pgDetermine(ctx, conn, p, types); err != nil {
			return nil, err
		}
		description, err = pgAttempt(ctx, conn, p.text, types)
	case codeAmbiguous:
		types = pgTypesOf(p.arguments)
		if stated, failed := pgAttempt(ctx, conn, p.text, types); failed == nil {
			description, err = stated, nil
		}
	}
	if err != nil {
		return nil, err
	}
	inferred := description.ParamOIDs
	if pgWiden(types, inferred, p.arguments) {
		if description, err = pgAttempt(ctx, conn, p.text, types); err != nil {
			return nil, err
		}
	}
	if stated, ok := pgState(types, inferred, p.arguments); ok {
		if better, err := pgAttempt(ctx, conn, p.text, stated); err == nil {
			return better, nil
		}
		return pgAttempt(ctx, conn, p.text, types)
	}
	return description, nil
}

// pgWiden makes a fraction numeric where the server expects an integer.
func pgWiden(types, inferred []uint32, arguments []any) (changed bool) {
	for i, oid := range inferred {
		if isInteger(oid) && isFraction(arguments[i]) {
			types[i], changed = oidNumeric, true
		}
	}
	return changed
}

// pgState gives numbers and booleans that the server takes for text the types of their values.
func pgState(types, inferred []uint32, arguments []any) (stated []uint32, changed bool) {
	stated = append([]uint32{}, types...)
	for i, oid := range inferred {
		if own := typeOf(arguments[i]); oid == oidText && types[i] == 0 && own != oidText {
			stated[i], changed = own, true
		}
	}
	return stated, changed
}

// pgDetermine gives the undetermined parameters the types of their values, one by one: the server names only the first it cannot determine.
func pgDetermine(ctx context.Context, conn *pgconn.PgConn, p prepared, types []uint32) ([]uint32, error) {
	for range types {
		_, err := pgAttempt(ctx, conn, p.text, types)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != codeIndeterminateType {
			return types, nil
		}
		i := parameterIn(refused.Message)
		if i < 0 || i >= len(types) || types[i] != 0 {
			return nil, err
		}
		types[i] = typeOf(p.arguments[i])
	}
	return types, nil
}

func pgTypesOf(arguments []any) []uint32 {
	types := make([]uint32, len(arguments))
	for i, argument := range arguments {
		if own := typeOf(argument); own != oidText {
			types[i] = own
		}
	}
	return types
}

// typeOf is the type of a value of its own: of a whole number the smallest that holds it, from integer on, as a literal has it.
func typeOf(argument any) uint32 {
	switch v := argument.(type) {
	case bool:
		return oidBool
	case json.Number:
		if _, err := strconv.ParseInt(v.String(), 10, 32); err == nil {
			return oidInt4
		}
		if _, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return oidInt8
		}
		return oidNumeric
	}
	return oidText
}

func pgCode(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// parameterIn gives the index of the parameter that a message names as $n, -1 when there is none.
func parameterIn(message string) int {
	_, rest, ok := strings.Cut(message, "$")
	if !ok {
		return -1
	}
	number := 0
	for _, c := range []byte(rest) {
		if c < '0' || c > '9' || number > 1<<16 {
			break
		}
		number = number*10 + int(c-'0')
	}
	return number - 1
}

func pgAttempt(ctx context.Context, conn *pgconn.PgConn, text string, types []uint32) (*pgconn.StatementDescription, error) {
	if conn.TxStatus() != statusInTransaction {
		return conn.Prepare(ctx, "", text, types)
	}
	if err := conn.Exec(ctx, "SAVEPOINT "+savepoint).Close(); err != nil {
		return nil, err
	}
	description, err := conn.Prepare(ctx, "", text, types)
	if err != nil {
		return nil, errors.Join(err, conn.Exec(ctx, "ROLLBACK TO SAVEPOINT "+savepoint).Close())
	}
	// The unnamed statement lives on: only a simple query or another Parse would replace it, so the savepoint stays.
	return description, nil
}

func isInteger(oid uint32) bool { return oid == oidInt2 || oid == oidInt4 || oid == oidInt8 }

func isFraction(argument any) bool {
	number, ok := argument.(json.Number)
	return ok && strings.ContainsAny(number.String(), ".eE")
}
