package source

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
)

// Strays is what a language says of keys that nobody asked for.
type Strays struct {
	// Unknown is the code of a key that the language does not have, Describes of one that it has for people and other tools only.
	Unknown, Describes report.Code
	// Documentation are keys of which nothing is said wherever they stand: words with blanks between.
	Documentation string
}

// Describing says of a key of something that nothing is compiled from it.
func (s Strays) Describing(entry Entry, what string) report.Draft {
	return s.Describes.Note(entry.Key.Range, "%s of %s describes; nothing is compiled from it", entry.Name, what)
}

// Left are the keys of which something is to be said.
func (s Strays) Left(keys *Keys) []Entry { return keys.Left(s.Documentation) }

// Describe says of all of them that nothing is compiled from them.
func (s Strays) Describe(keys *Keys, what string) {
	for _, entry := range s.Left(keys) {
		entry.Key.Report(s.Describing(entry, what))
	}
}

// Report says of each key that it describes, when it is one of a list of words with blanks between, or else that it is none of the language's.
func (s Strays) Report(keys *Keys, what, describing string) {
	for _, entry := range s.Left(keys) {
		s.ReportOne(keys, entry, what, describing)
	}
}

// ReportOne says so of one key.
func (s Strays) ReportOne(keys *Keys, entry Entry, what, describing string) {
	known := strings.Fields(describing)
	if slices.Contains(known, entry.Name) {
		entry.Key.Report(s.Describing(entry, what))
		return
	}
	near := DidYouMean(entry.Name, append(keys.Asked(), known...))
	entry.Key.Report(s.Unknown.Warning(entry.Key.Range, "%q is not a key of %s and has no effect", entry.Name, what).Fix("%s", near))
}

// Refusal is a key that would change what runs and that cannot be honoured: the code of that, why, and what to write instead.
type Refusal struct {
	Key      string
	Code     report.Code
	Why, Fix string
}

// Refuse reports a key that one of the rows is about; false when none is.
func Refuse(entry Entry, rows []Refusal) bool {
	for _, row := range rows {
		if row.Key == entry.Name {
			entry.Key.Report(row.Code.Error(entry.Key.Range, "%s is not supported", row.Key).Why("%s", row.Why).Fix("%s", row.Fix))
			return true
		}
	}
	return false
}
