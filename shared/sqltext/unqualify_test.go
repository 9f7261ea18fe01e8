package sqltext_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/shared/sqltext"
)

func TestUnqualify(t *testing.T) {
	for statement, want := range map[string]string{
		"SELECT * FROM public.item":                                        "SELECT * FROM item",
		"SELECT public.item.id FROM Public.item JOIN shop.t ON t.a=item.a": "SELECT item.id FROM item JOIN shop.t ON t.a=item.a",
		`INSERT INTO "public" . "item" (a) VALUES ('public.x')`:            `INSERT INTO "item" (a) VALUES ('public.x')`,
		"SELECT dbo.f(a), x FROM a, dbo.b /* dbo.c */":                     "SELECT f(a), x FROM a, b /* dbo.c */",
		"SELECT public.a FROM public.public":                               "SELECT public.a FROM public",
		"SELECT public.a FROM x AS public WHERE public.b = 1":              "SELECT public.a FROM x AS public WHERE public.b = 1",
		"SELECT public.a.b FROM x AS public":                               "SELECT a.b FROM x AS public",
		"SELECT x.public.a, public.* FROM x":                               "SELECT x.public.a, public.* FROM x",
		"SELECT a FROM other.item WHERE public. ":                          "SELECT a FROM other.item WHERE public. ",
		"DROP INDEX public.i":                                              "DROP INDEX i",
	} {
		if got := text(sqltext.Unqualify(sqltext.SQLite, sqltext.Lex(sqltext.SQLite, statement), []string{"public", "dbo"})); got != want {
			t.Errorf("%s:\n got %s\nwant %s", statement, got, want)
		}
	}
	both := []string{"dbo", "shop"}
	if got := text(sqltext.Unqualify(sqltext.SQLite, sqltext.Lex(sqltext.SQLite, "UPDATE shop.dbo.item SET a = 1"), both)); got != "UPDATE item SET a = 1" {
		t.Error(got)
	}
}

func text(tokens []sqltext.Token) string {
	var out strings.Builder
	for _, t := range tokens {
		out.WriteString(t.Text)
	}
	return out.String()
}

func FuzzUnqualify(f *testing.F) {
	f.Add("SELECT public.a FROM public.t, b.public.c")
	f.Fuzz(func(t *testing.T, statement string) {
		tokens := sqltext.Lex(sqltext.SQLite, statement)
		got := sqltext.Unqualify(sqltext.SQLite, tokens, []string{"public"})
		if unchanged := text(sqltext.Unqualify(sqltext.SQLite, tokens, []string{"\x00"})); unchanged != statement {
			t.Errorf("%q became %q", statement, unchanged)
		}
		kept := 0
		for _, one := range tokens {
			if kept < len(got) && got[kept] == one {
				kept++
			}
		}
		if kept != len(got) {
			t.Errorf("%q: %q is not what is left of it", statement, text(got))
		}
	})
}
