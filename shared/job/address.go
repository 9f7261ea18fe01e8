package job

import (
	"strings"

	"github.com/steploom/steploom/shared/jsonpathng"
	"github.com/steploom/steploom/shared/pytext"
	"github.com/steploom/steploom/shared/task"
)

// constantOf is the name of the constant that a path picks; picks is false where it may pick data of a record.
func constantOf(path *jsonpathng.Path) (name string, picks bool) {
	names, plain := path.Names()
	if !plain || len(names) != 2 || names[0] != "constant" {
		return "", false
	}
	return names[1], true
}

// address is the URL of a request: what str.format makes of the template, as it is. Data stays in the place that the author gave it: it chooses no host, and
// in the path it neither ends the path nor makes segments that are empty, "." or "..", by which the request would go elsewhere; in the query it begins no
// parameter of its own.
func (c *Compiled) address(picked *pytext.Dict) (string, error) {
	ours := map[string]bool{}
	for _, pick := range c.picks {
		ours[pick.name] = pick.ours
	}
	var pieces []piece
	for _, part := range c.url {
		piece, err := fill(part, picked, ours)
		if err != nil {
			return "", err
		}
		pieces = append(pieces, piece)
	}
	return join(pieces)
}

// join puts pieces of a URL together.
func join(pieces []piece) (string, error) {
	var url strings.Builder
	var empty []int // where data is empty
	for _, piece := range pieces {
		if piece.data != "" {
			if err := fits(url.String(), piece); err != nil {
				return "", err
			}
			if piece.text == "" {
				empty = append(empty, url.Len())
			}
		}
		url.WriteString(piece.text)
	}
	whole := url.String()
	if err := hasSegments(whole, empty, len(pieces) > 1); err != nil {
		return "", err
	}
	return whole, nil
}

// fits tells whether data may stand behind the part of a URL that is already there.
func fits(before string, piece piece) error {
	path := pathOf(before)
	switch {
	case path < 0:
		return task.Errorf(task.StreamURL, "url: data in {%s} would choose the host that the request goes to", piece.data)
	case strings.Contains(before[path:], "#"):
		return nil
	case strings.Contains(before[path:], "?"):
		if strings.ContainsAny(piece.text, "&#") {
			return task.Errorf(task.StreamURL, "url: the value for {%s} holds a & or #, which would end its parameter: query_params encodes such values", piece.data)
		}
		return nil
	}
	if strings.ContainsAny(piece.text, "?#") {
		return task.Errorf(task.StreamURL, "url: the value for {%s} holds a ? or #, which would end the path", piece.data)
	}
	return nil
}

// pathOf is where the path of a URL begins, or what stands in its place; -1 where what is there does not end the host.
func pathOf(url string) int {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return -1
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return -1
	}
	return len(url) - len(rest) + end
}

// hasSegments refuses a path with segments by which the request would go elsewhere: those that data left empty, and "." and "..", encoded or not.
func hasSegments(url string, empty []int, filled bool) error {
	begin := pathOf(url)
	if begin < 0 || !filled {
		return nil
	}
	end := len(url)
	if i := strings.IndexAny(url[begin:], "?#"); i >= 0 {
		end = begin + i
	}
	for _, at := range empty {
		if at > begin && at <= end && url[at-1] == '/' && (at == end || url[at] == '/') {
			return task.Errorf(task.StreamURL, "url: a value is empty where it is a segment of the path")
		}
	}
	decoded := encodedSlashes.Replace(url[begin:end])
	for segment := range strings.SplitSeq(decoded, "/") {
		if segment == "." || segment == ".." {
			return task.Errorf(task.StreamURL, `url: the path has a segment "." or "..", by which the request would go elsewhere`)
		}
	}
	return nil
}

// encodedSlashes decodes what segments are made of.
var encodedSlashes = strings.NewReplacer("%2e", ".", "%2E", ".", "%2f", "/", "%2F", "/", "%5c", "/", "%5C", "/", `\`, "/")
