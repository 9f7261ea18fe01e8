package secret

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/steploom/steploom/shared/pytext"
)

// Mask hides the secrets of a run in whatever is written about it. It may be used concurrently; its zero value knows none.
type Mask struct {
	mutex sync.RWMutex
	known []string // the longest first, so that a part of a secret does not hide only that part
}

// shortest is the number of characters below which a text is no secret but would hide half of a log.
const shortest = 4

// Add makes values known. The members of a JSON object, and what follows Bearer or Basic, are secrets of their own.
func (m *Mask) Add(values ...string) {
	for _, value := range values {
		value = strings.TrimSpace(value)
		for _, scheme := range []string{"Bearer ", "Basic ", "Token "} {
			value = strings.TrimPrefix(value, scheme)
		}
		if strings.HasPrefix(value, "{") {
			m.addMembers(value)
		}
		for _, written := range writtenInJSON(writtenInURL(value)) {
			m.add(written)
		}
	}
}

// writtenInURL gives a text as it is, and percent-encoded as in a form, a query and a path (RFC 3986, section 2.1).
func writtenInURL(value string) []string {
	form := url.QueryEscape(value)
	return []string{value, form, strings.ReplaceAll(form, "+", "%20"), url.PathEscape(value)}
}

// writtenInJSON gives texts as they are, as they stand in JSON up to three texts deep, and the same of encoders that also escape what HTML reads or
// what is not ASCII.
func writtenInJSON(forms []string) []string {
	for range 3 {
		for _, form := range slices.Clone(forms) {
			for _, html := range []bool{false, true} {
				var text strings.Builder
				encoder := json.NewEncoder(&text)
				encoder.SetEscapeHTML(html)
				if encoder.Encode(form) == nil {
					forms = append(forms, text.String()[1:text.Len()-len("\"\n")])
				}
			}
			if text, err := pytext.JSON(form, pytext.Options{}); err == nil {
				forms = append(forms, text[1:len(text)-1])
			}
		}
		slices.Sort(forms)
		forms = slices.Compact(forms)
	}
	return forms
}

// addMembers adds the members of a JSON object that are secrets by their names, and those of which nothing is known.
func (m *Mask) addMembers(text string) {
	var members map[string]any
	if json.Unmarshal([]byte(text), &members) != nil {
		return
	}
	for name, member := range members {
		switch strings.ToLower(name) {
		case "user", "username", "client_id", "scope", "token_url", "tokenurl":
			continue
		}
		if member, ok := member.(string); ok {
			m.Add(member)
		}
	}
}

func (m *Mask) add(value string) {
	if len(value) < shortest {
		return
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if !slices.Contains(m.known, value) {
		m.known = append(m.known, value)
		slices.SortStableFunc(m.known, func(a, b string) int { return len(b) - len(a) })
	}
}

// Text hides every known secret in a text, and those that stand in its URLs.
func (m *Mask) Text(text string) string { return InURL(m.Known(text)) }

// Known hides every known secret in a text.
func (m *Mask) Known(text string) string {
	if m == nil {
		return text
	}
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	for _, known := range m.known {
		text = strings.ReplaceAll(text, known, Masked)
	}
	return text
}

// Writer gives a writer that hides secrets in what is written; each Write is a text of its own.
func (m *Mask) Writer(to io.Writer) io.Writer { return masking{m, to} }

type masking struct {
	mask *Mask
	to   io.Writer
}

// Write writes a text without its secrets, and counts as if it had them.
func (w masking) Write(text []byte) (int, error) {
	if _, err := io.WriteString(w.to, w.mask.Text(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Noting gives a resolver that makes every secret it resolves known to a mask.
func Noting(resolver Resolver, mask *Mask) Resolver { return noting{resolver, mask} }

type noting struct {
	Resolver
	mask *Mask
}

func (n noting) Resolve(ctx context.Context, reference string) (string, error) {
	value, err := n.Resolver.Resolve(ctx, reference)
	if err == nil {
		n.mask.Add(value)
	}
	return value, err
}
