package sql

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// pgTypes are the types that a connection knows: those of PostgreSQL, and those of the database that it has met. The zero value
// knows none.
type pgTypes struct{ *pgtype.Map }

// pgDomain is the codec of a domain: a type that is another one with conditions.
type pgDomain struct {
	pgtype.TextCodec
	base uint32
}

func (t pgTypes) codec(oid uint32) pgtype.Codec {
	if t.Map == nil {
		return nil
	}
	if known, ok := t.TypeForOID(oid); ok {
		return known.Codec
	}
	return nil
}

// base is the type itself, of a domain what it is based on.
func (t pgTypes) base(oid uint32) uint32 {
	for range longestChain {
		domain, ok := t.codec(oid).(pgDomain)
		if !ok {
			return oid
		}
		oid = domain.base
	}
	return oid
}

const longestChain = 32

// element is the type of an array's elements.
func (t pgTypes) element(oid uint32) (element uint32, isArray bool) {
	array, ok := t.codec(t.base(oid)).(*pgtype.ArrayCodec)
	if !ok {
		return 0, false
	}
	return array.ElementType.OID, true
}

// learn asks the server for the types that are not known yet, and for those that these are made of. A statement that is prepared
// without a name is gone afterwards.
func (t pgTypes) learn(ctx context.Context, conn *pgconn.PgConn, oids []uint32) (learned bool, err error) {
	for range longestChain {
		var unknown []string
		for _, oid := range oids {
			if _, ok := t.TypeForOID(oid); oid != 0 && !ok {
				unknown = append(unknown, strconv.FormatUint(uint64(oid), 10))
			}
		}
		if len(unknown) == 0 {
			return learned, nil
		}
		slices.Sort(unknown)
		if oids, err = t.ask(ctx, conn, slices.Compact(unknown)); err != nil {
			return learned, err
		}
		learned = true
	}
	return learned, nil
}

// ask registers types and gives those that they are made of.
func (t pgTypes) ask(ctx context.Context, conn *pgconn.PgConn, oids []string) (parts []uint32, err error) {
	query := "SELECT oid, typname, CASE WHEN typcategory = 'A' THEN typelem ELSE 0 END, typbasetype FROM pg_catalog.pg_type WHERE oid IN (" + strings.Join(oids, ", ") + ")"
	results, err := conn.Exec(ctx, query).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, row := range results[0].Rows {
		var oid, element, base uint32
		if _, err := fmt.Sscan(string(row[0])+" "+string(row[2])+" "+string(row[3]), &oid, &element, &base); err != nil {
			return nil, err
		}
		t.register(oid, string(row[1]), element, base)
		parts = append(parts, element, base)
	}
	return parts, nil
}

func (t pgTypes) register(oid uint32, name string, element, base uint32) {
	one := &pgtype.Type{Name: name, OID: oid, Codec: pgtype.TextCodec{}}
	switch {
	case base != 0:
		one.Codec = pgDomain{base: base}
	case element != 0:
		one.Codec = &pgtype.ArrayCodec{ElementType: &pgtype.Type{OID: element, Codec: pgtype.TextCodec{}}}
	}
	t.RegisterType(one)
}
