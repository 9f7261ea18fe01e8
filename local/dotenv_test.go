package local_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/local"
)

func TestParseDotenv(t *testing.T) {
	text := `# a comment

PLAIN=one two # and a remark
export EXPORTED=yes
EMPTY=
URL=jdbc:mariadb://db:3306/news?a=b#c
SINGLE='$NOT "expanded" \n' # remark
DOUBLE="line\nnext \"quoted\" \$5 \\"
PLAIN=last wins
`
	want := map[string]string{
		"PLAIN": "last wins", "EXPORTED": "yes", "EMPTY": "", "URL": "jdbc:mariadb://db:3306/news?a=b#c",
		"SINGLE": `$NOT "expanded" \n`, "DOUBLE": "line\nnext \"quoted\" $5 \\",
	}
	got, err := local.ParseDotenv([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseDotenvErrors(t *testing.T) {
	tests := map[string]string{
		"A=1\nB":       "line 2: want NAME=value",
		"1A=x":         "line 1: want NAME=value",
		"A='x":         "line 1: the quote is not closed",
		`A="x\"`:       "line 1: the quote is not closed",
		`A="x" y`:      "line 1: text after the closing quote: y",
		"\n\nMY VAR=1": "line 3: want NAME=value",
	}
	for text, want := range tests {
		if _, err := local.ParseDotenv([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%q: got error %v, want %q", text, err, want)
		}
	}
}

func FuzzParseDotenv(f *testing.F) {
	f.Add("A=1\nexport B='x'\nC=\"\\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = local.ParseDotenv([]byte(text)) })
		values, err := local.ParseDotenv([]byte(text))
		if err != nil && values != nil {
			t.Error("values beside an error")
		}
	})
}
