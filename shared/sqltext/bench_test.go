package sqltext

import (
	"strings"
	"testing"
)

// The baseline is a pass over the same bytes.
func BenchmarkRead(b *testing.B) {
	text := strings.Join(corpus(PostgreSQL), ";\n")
	parts := parse(strings.ReplaceAll(text, "= 1", "= $0"))
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				f()
			}
		})
	}
	run("baseline", func() { strings.Count(text, "\xFF") })
	run("lex", func() { Lex(PostgreSQL, text) })
	run("split", func() { Split(PostgreSQL, text) })
	run("bind", func() { Bind(PostgreSQL, parts) })
	run("reads", func() { Reads(PostgreSQL, parts) })
}
