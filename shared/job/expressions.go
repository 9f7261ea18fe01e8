package job

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/strformat"
)

// paths checks that those of the datamap can be read.
func (r *reader) paths() {
	for _, name := range slices.Sorted(maps.Keys(r.job.DataMap)) {
		path, err := jsonpathng.Parse(r.job.DataMap[name])
		failure, _ := errors.AsType[*jsonpathng.Error](err)
		if failure == nil {
			failure = path.Fails()
		}
		if failure == nil {
			r.root(name, path)
			continue
		}
		p := r.fault(then(r.at["datamap"], name), "the path of %q cannot be read: %s", name, failure.Message)
		p.Offset = min(failure.Offset, max(len(r.job.DataMap[name])-1, 0))
	}
}

// root tells of a path that begins with a name that no record has.
func (r *reader) root(name string, path *jsonpathng.Path) {
	roots := map[string]bool{"schema": true, "msg": true, "constant": true} // of Context
	names, plain := path.Names()
	if !plain || roots[names[0]] {
		return
	}
	p := r.warn(then(r.at["datamap"], name), "the path of %q finds nothing", name)
	p.Why = "Paths begin at schema, msg or constant; what a record holds is below $.msg."
	p.Fix = nearOr(names[0], roots, "write $.msg."+strings.Join(names, "."))
}

// address reads the template of the URL.
func (r *reader) address(at []any, value any) {
	text, ok := r.line(at, value)
	if ok && text == "" {
		r.fault(at, "the URL is empty")
	}
	r.job.URL = text
}

// url checks the template of the URL: that it can be read and filled, and that the author alone says where requests go.
func (r *reader) url() {
	at := r.at["url"]
	if at == nil || r.job.URL == "" {
		return
	}
	template, err := strformat.Parse(r.job.URL)
	if failure, ok := errors.AsType[*strformat.Error](err); ok {
		r.fault(at, "the template cannot be read: %s", failure.Message).Offset = failure.Offset
		return
	}
	parts := template.Parts()
	r.fieldsOfURL(at, parts)
	r.hostOfURL(at, parts)
}

// fieldsOfURL checks that the datamap gives what the template asks for.
func (r *reader) fieldsOfURL(at []any, parts []strformat.Part) {
	for _, part := range parts {
		if part.Field == nil || r.job.DataMap == nil {
			continue
		}
		for _, name := range part.Field.Fields() {
			if _, there := r.job.DataMap[name]; !there {
				p := r.fault(at, "the datamap gives no %q", name)
				p.Offset, p.Why, p.Fix = part.Offset+1, "Every request would fail.", nearOr(name, r.job.DataMap, "add it to the datamap")
			}
		}
	}
}

// hostOfURL checks what stands before the path: http or https, and a host in which no data of records stands.
func (r *reader) hostOfURL(at []any, parts []strformat.Part) {
	before, data, closed := r.beginning(parts)
	lower := strings.ToLower(strings.TrimLeft(before, " \t"))
	switch {
	case !strings.HasPrefix(lower, "http://") && !strings.HasPrefix(lower, "https://"):
		p := r.fault(at, "the URL does not begin with http:// or https://")
		p.Offset, p.Fix = 0, "write the scheme and the host"
		if data != nil {
			p.Why = "Data of records chooses no host."
		}
	case !closed && data != nil:
		p := r.fault(at, "data would choose the host that requests go to")
		p.Offset, p.Why, p.Fix = data.Offset, "Whoever sends a record would send the job's credentials to a server of theirs.",
			"write the host and a slash before the first field, or take the host from a constant: $.constant.host"
	case strings.Trim(lower[strings.Index(lower, "://")+3:], "/?#") == "" && !closed || hostOf(lower) == "":
		r.fault(at, "the URL has no host")
	case strings.Contains(authority(lower), "@"):
		p := r.fault(at, "a user or password stands in the URL")
		p.Offset, p.Why, p.Fix = 0, "It would be seen by all who see the job.", "write basic_auth"
	}
	for _, part := range parts {
		if part.Field == nil && dotted(part.Text) {
			p := r.fault(at, `the path has a segment "." or ".."`)
			p.Offset, p.Why, p.Fix = part.Offset, "Servers find another path by it.", "write the path that is meant"
		}
	}
}

// beginning is what the URL begins with whatever a record holds: text and constants, up to the first data. closed tells that it ends the host.
func (r *reader) beginning(parts []strformat.Part) (before string, data *strformat.Part, closed bool) {
	for i, part := range parts {
		if part.Field == nil {
			before += part.Text
			continue
		}
		values := &pytext.Dict{}
		for _, name := range part.Field.Fields() {
			path, there := r.job.DataMap[name]
			if value := r.constantOf(path); there && value != nil {
				_ = values.Set(name, *value) // a text is a key
			}
		}
		text, err := part.Field.Format(values)
		if err != nil {
			return before, &parts[i], pathOf(before) >= 0
		}
		before += text
	}
	return before, nil, pathOf(before) >= 0
}

// constantOf is the constant that a path picks, nil where it picks something else.
func (r *reader) constantOf(path string) *string {
	parsed, err := jsonpathng.Parse(path)
	if err != nil {
		return nil
	}
	name, picks := constantOf(parsed)
	if !picks {
		return nil
	}
	return r.job.Constant.Get(name)
}

// authority is what stands between the scheme and the path of a URL.
func authority(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

func hostOf(url string) string { return authority(url) }

// dotted tells whether a text between fields has a whole segment "." or "..".
func dotted(text string) bool {
	if end := strings.IndexAny(text, "?#"); end >= 0 {
		text = text[:end]
	}
	segments := strings.Split(text, "/")
	for _, segment := range segments[min(1, len(segments)):max(len(segments)-1, min(1, len(segments)))] {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// nearOr is a suggestion: the name that is nearly the one that was written, or another way out.
func nearOr[V any](written string, known map[string]V, other string) string {
	if near := diag.DidYouMean(written, slices.Sorted(maps.Keys(known))); near != "" {
		return near
	}
	return other
}
