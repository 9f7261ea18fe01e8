package sqltext

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var engines = []Engine{Unknown, PostgreSQL, MySQL, SQLite, SQLServer, Oracle}

func seeds(f *testing.F) {
	for _, engine := range engines[1:4] {
		for i, statement := range corpus(engine) {
			if engine == PostgreSQL || i > 12 {
				f.Add(statement, byte(engine))
			}
		}
	}
	for _, text := range []string{
		"SELECT ? -- ?\n", `'a''b' "c" $x$ ? $x$ E'\'' /* /* */ */ [a] ` + "`b` # x", "??", "$1$", "'", "q'[", "nq'", "/*!40101", "/*!1*/*/", "+-+-+-", "$a$b$", "U&'\\", "_x'",
		"DELIMITER ;;\nSELECT 1;;\nDELIMITER ;", "\nGO\nGO 1\nGO x", "/\n", "CREATE TRIGGER BEGIN CASE END; END", "ORDER BY (ORDER BY $0, a), $1", "(((((", "))))", "BETWEEN $0 AND", "CASE CASE END END END",
		"SELECT a$0b, '$1', \"$2\", -- $3", "@0@1 $0@0", "1e+", ".5.5", "0x",
	} {
		for _, engine := range engines {
			f.Add(text, byte(engine))
		}
	}
}

// isLinear runs a function over a text that is repeated to a length, and fails when it takes far longer than a function
// that reads the text a few times. A busy machine gets several tries.
func isLinear(t *testing.T, length int, text string, run func(text string)) {
	if text == "" || testing.Short() {
		return
	}
	longest := time.Second + time.Duration(length)*5*time.Microsecond
	long := strings.Repeat(text, length/len(text)+1)
	took := time.Hour
	for try := 0; try < 5 && took > longest; try++ {
		begun := time.Now()
		run(long)
		took = min(took, time.Since(begun))
	}
	if took > longest {
		t.Errorf("%d times %q took %v", length/len(text)+1, text, took)
	}
}

func FuzzLex(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string, number byte) {
		engine := engines[int(number)%len(engines)]
		at := 0
		for _, token := range Lex(engine, text) {
			if token.Text == "" || token.Offset != at {
				t.Fatalf("token %+v at %d", token, at)
			}
			Unquote(engine, token)
			at = token.End()
		}
		if at != len(text) {
			t.Fatalf("read %d of %d bytes", at, len(text))
		}
		isLinear(t, 1<<14, text, func(text string) { Lex(engine, text) })
	})
}

func FuzzSplit(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string, number byte) {
		engine := engines[int(number)%len(engines)]
		at := 0
		for _, statement := range Split(engine, text) {
			if len(statement) == 0 || len(Trim(statement)) != len(statement) {
				t.Fatalf("statement %q", joined(statement))
			}
			for _, token := range statement {
				if token.Offset < at || text[token.Offset:token.End()] != token.Text {
					t.Fatalf("token %+v", token)
				}
				at = token.End()
			}
		}
		isLinear(t, 1<<14, text, func(text string) { Split(engine, text) })
	})
}

// FuzzBind: every value becomes part of a parameter or is refused, and the statement holds nothing but the author's text.
func FuzzBind(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string, number byte) {
		engine := engines[int(number)%len(engines)]
		parts := parse(text)
		pieces, refused := Bind(engine, parts)
		seen := map[int]int{}
		var statement strings.Builder
		for _, piece := range pieces {
			switch {
			case !utf8.ValidString(piece.Text) || piece.Kind == Chosen && piece.Text != "" || piece.Kind == Parameter && piece.Text != "?":
				t.Fatalf("piece %+v", piece)
			case piece.Kind == Chosen:
				seen[piece.Part]++
			}
			for _, fragment := range piece.Value {
				if fragment.Part >= 0 {
					seen[fragment.Part]++
				}
			}
			statement.WriteString(piece.Text)
		}
		for _, refusal := range refused {
			seen[refusal.Part]++
		}
		for i, part := range parts {
			if want := 1; part.Kind != Fixed && seen[i] != want || part.Kind == Fixed && seen[i] != 0 {
				t.Fatalf("part %d of %q is seen %d times", i, text, seen[i])
			}
		}
		Reads(engine, parts)
		isLinear(t, 1<<14, text, func(text string) {
			parts := parse(text)
			Bind(engine, parts)
			Reads(engine, parts)
		})
	})
}

// TestLongTexts reads texts whose reading could take quadratic time.
func TestLongTexts(t *testing.T) {
	for i, text := range []string{
		"(", "((", "ORDER BY (", "ORDER BY ($0 ", "ORDER BY ($0, a ", "CASE ", "a.", "'", "$a$ ", "$a", "+-", "/*", "/*!1 ", "GO ", "\nGO 1 ", "DELIMITER a\n", "a /**/ /**/", "[", "q'(", "END ", "`", "@0 ", "@0",
		"'$0", "1.", "1e", "_a", "NN", "U&", "WITH x AS (", "SELECT f(", ", $0", "BETWEEN $0 AND ", "\xFE", "-- ", "--\n",
	} {
		for _, engine := range []Engine{PostgreSQL, engines[i%len(engines)]} {
			isLinear(t, 1<<16, text, func(text string) {
				Split(engine, text)
				parts := parse(text)
				Bind(engine, parts)
				Reads(engine, parts)
			})
		}
	}
}

func ExampleBind() {
	pieces, refused := Bind(PostgreSQL, []Part{
		{Text: "SELECT name FROM item WHERE note LIKE '%"}, {Kind: Value}, {Text: "%' ORDER BY "}, {Kind: Value},
	})
	for _, piece := range pieces {
		fmt.Printf("%s%v", piece.Text, piece.Value)
	}
	fmt.Println()
	fmt.Println(refused[0].Reason)
	// Output:
	// SELECT name FROM item WHERE note LIKE []?[{% -1} { 1} {% -1}] ORDER BY []
	// the rows would be ordered or grouped by a constant, not by a column
}
