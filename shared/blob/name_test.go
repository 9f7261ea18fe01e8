package blob

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestFileName: whatever somebody calls a file, its name leads into no folder and ends no line.
func TestFileName(t *testing.T) {
	for given, want := range map[string]string{
		"a.txt": "a.txt", "": "", ".": "", "..": "", "...": "", "/": "", "a/": "", "../../etc/passwd": "passwd", `C:\Users\me\a b.png`: "a b.png", `..\..\x`: "x",
		"a\r\nX-Evil: 1.txt": "aX-Evil: 1.txt", "\x00": "", " a ": "a", "ä—日.jpg": "ä—日.jpg", "cod\u202Egpj.exe": "codgpj.exe", "\xff.txt": ".txt", ".env": ".env",
		`"q".txt`: `"q".txt`, "%2e%2e%2f": "%2e%2e%2f", "a;b=c": "a;b=c",
		strings.Repeat("é", 300) + ".pdf": strings.Repeat("é", 125) + ".pdf",
	} {
		if got := FileName(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func TestNameIn(t *testing.T) {
	for given, want := range map[string]string{
		`attachment; filename="a b.txt"`: "a b.txt", `attachment; filename*=UTF-8''%e2%82%ac%20rates.txt`: "€ rates.txt", "inline": "", "": "", `attachment; filename="a\"b.txt"`: `a"b.txt`,
		"attachment; filename=\"\xfcber.txt\"": "über.txt", `attachment; filename="../x"`: "x", `form-data; name="f"; filename="C:\dir\y.png"`: "y.png", `attachment; filename=a; filename=b`: "", "=": "",
	} {
		if got := NameIn(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"a.txt", "../..", "\x00/\\", strings.Repeat("日", 200), "a." + strings.Repeat("b", 400), "\u202e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		name := FileName(given)
		if strings.ContainsAny(name, "/\\\r\n\x00") || name == "." || name == ".." || len(name) > nameLimit || !utf8.ValidString(name) {
			t.Errorf("%q: %q", given, name)
		}
		if FileName(name) != name {
			t.Errorf("%q: %q becomes %q", given, name, FileName(name))
		}
	})
}
