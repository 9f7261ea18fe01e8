package jinja

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/steploom/steploom/shared/jinja/python"
	"github.com/steploom/steploom/shared/jinja/syntax"
)

var htmlFilters = map[string]filterFunc{
	"escape": withSignature(fn("escape", 0, "s"), escape),
	"e":      withSignature(fn("escape", 0, "s"), escape),
	"forceescape": withSignature(fn("do_forceescape", 0, "value"), func(r *run, a []Value) Value {
		return python.EscapeValue(r.meter, python.Str(r.meter, a[0]))
	}),
	"safe": withSignature(fn("do_mark_safe", 0, "value"), func(r *run, a []Value) Value { return python.Markup(python.Str(r.meter, a[0])) }),
	"striptags": withSignature(fn("do_striptags", 0, "value"), func(r *run, a []Value) Value {
		text := python.Str(r.meter, a[0])
		r.meter.Repeat(len(text), 2)
		return python.StripTags(text)
	}),
	"xmlattr": withSignature(fn("do_xmlattr", 1, "d", opt("autospace", true)), xmlAttr),
	"urlize": withSignature(fn("do_urlize", 1, "value", opt("trim_url_limit", nil), opt("nofollow", false), opt("target", nil), opt("rel", nil),
		opt("extra_schemes", nil)), urlize),
}

func escape(r *run, a []Value) Value { return python.EscapeValue(r.meter, a[0]) }

func xmlAttr(r *run, a []Value) Value {
	var parts []Value
	for _, pair := range python.Items(r.meter, r.method(a[0], "items")) {
		key, value := pair.(*python.Tuple).Items[0], pair.(*python.Tuple).Items[1]
		if _, isUndefined := value.(*python.Undefined); isUndefined || value == nil {
			continue
		}
		name, ok := python.Text(key)
		if !ok {
			python.Raise(python.TypeError, "expected string or bytes-like object, got '%s'", python.TypeName(key))
		}
		if strings.ContainsAny(name, " \t\n\r\f\v/>=") {
			python.RaiseValue(python.ValueError, "Invalid character in attribute name", "Invalid character in attribute name: %s", python.Quoted(name))
		}
		parts = append(parts, string(python.EscapeValue(r.meter, key))+`="`+string(python.EscapeValue(r.meter, value))+`"`)
	}
	text := python.Join(r.meter, " ", python.NewList(parts...)).(string)
	if python.Truth(a[1]) && text != "" {
		text = " " + text
	}
	return r.marked(text)
}

// patterns are the regular expressions of urlize. They take a while to compile, and few templates need them.
type patterns struct{ web, mail, scheme, begin, end *regexp.Regexp }

var links = sync.OnceValue(func() *patterns {
	const word = `[\p{L}\p{N}_]`
	return &patterns{
		web: regexp.MustCompile(`(?i)^((https?://|www\.)((` + `[\p{L}\p{N}_%-]+\.)+)?([a-z]{2,63}|xn--[\p{L}\p{N}_%]{2,59})` +
			`|([\p{L}\p{N}_%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)` +
			`|(https?://)((([\d]{1,3})(\.[\d]{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\])))(?::[\d]{1,5})?(?:[/?#]\S*)?$`),
		mail:   regexp.MustCompile(`^\S+@` + word + `[\p{L}\p{N}_.-]*\.` + word + `+$`),
		scheme: regexp.MustCompile(`^([\p{L}\p{N}_.+-]{2,}:/{0,2})$`),
		begin:  regexp.MustCompile(`^([(<]|&lt;)+`),
		end:    regexp.MustCompile(`([)>.,\n]|&gt;)+$`),
	}
})

// linker writes links.
type linker struct {
	attributes string
	limit      int // of the text of a link, -1 for none
	schemes    []string
}

func urlize(r *run, a []Value) Value {
	rel := strings.FieldsFunc(optionalText(r, a[4]), syntax.IsSpace)
	if python.Truth(a[2]) {
		rel = append(rel, "nofollow")
	}
	rel = append(rel, "noopener")
	sort.Strings(rel)
	l := &linker{limit: -1, attributes: ` rel="` + python.Escape(strings.Join(slices.Compact(rel), " ")) + `"`}
	if target := optionalText(r, a[3]); target != "" {
		l.attributes += ` target="` + python.Escape(target) + `"`
	}
	if a[1] != nil {
		l.limit = digits(a[1])
	}
	if a[5] != nil {
		for _, v := range python.Items(r.meter, a[5]) {
			text, _ := python.Text(v)
			if !links().scheme.MatchString(text) {
				python.RaiseValue(python.FilterArgumentError, "not a valid URI scheme prefix", "%s is not a valid URI scheme prefix.", python.Repr(r.meter, v))
			}
			l.schemes = append(l.schemes, text)
		}
	}
	text := string(python.EscapeValue(r.meter, a[0]))
	r.meter.Repeat(len(text), 8)
	return r.marked(l.text(text))
}

func optionalText(r *run, v Value) string {
	if !python.Truth(v) {
		return ""
	}
	return python.Str(r.meter, v)
}

// text makes links of the words of a text.
func (l *linker) text(text string) string {
	var b strings.Builder
	for text != "" {
		end := strings.IndexFunc(text, syntax.IsSpace)
		if end < 0 {
			end = len(text)
		}
		b.WriteString(l.word(text[:end]))
		text = text[end:]
		rest := strings.TrimLeftFunc(text, syntax.IsSpace)
		b.WriteString(text[:len(text)-len(rest)])
		text = rest
	}
	return b.String()
}

func (l *linker) word(middle string) string {
	head := links().begin.FindString(middle)
	middle = middle[len(head):]
	tail := links().end.FindString(middle)
	middle = middle[:len(middle)-len(tail)]
	for _, pair := range [][2]string{{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}} {
		open := strings.Count(middle, pair[0])
		if open <= strings.Count(middle, pair[1]) {
			continue
		}
		for range min(open, strings.Count(tail, pair[1])) {
			end := strings.Index(tail, pair[1]) + len(pair[1])
			middle, tail = middle+tail[:end], tail[end:]
		}
	}
	return head + l.link(middle) + tail
}

func (l *linker) link(word string) string {
	switch {
	case links().web.MatchString(word):
		address := word
		if !strings.HasPrefix(word, "https://") && !strings.HasPrefix(word, "http://") {
			address = "https://" + word
		}
		return `<a href="` + address + `"` + l.attributes + `>` + l.cut(word) + `</a>`
	case strings.HasPrefix(word, "mailto:") && links().mail.MatchString(word[7:]):
		return `<a href="` + word + `">` + word[7:] + `</a>`
	case strings.Contains(word, "@") && !strings.HasPrefix(word, "www.") && !strings.HasPrefix(word, "@") && !strings.Contains(word, ":") && links().mail.MatchString(word):
		return `<a href="mailto:` + word + `">` + word + `</a>`
	}
	for _, scheme := range l.schemes {
		if word != scheme && strings.HasPrefix(word, scheme) {
			word = `<a href="` + word + `"` + l.attributes + `>` + word + `</a>`
		}
	}
	return word
}

// cut shortens the text of a link.
func (l *linker) cut(text string) string {
	if l.limit < 0 || utf8.RuneCountInString(text) <= l.limit {
		return text
	}
	return string([]rune(text)[:l.limit]) + "..."
}
