package diag

import (
	"cmp"
	"io"
	"net/url"
	"slices"
	"strings"
)

// Tool says who speaks in a SARIF log.
type Tool struct {
	Name, Version, URL string
	// Rules describes the codes; only those that occur in the log are written.
	Rules []Rule
}

// The subset of SARIF 2.1.0 that is written; names and nesting are those of the standard (OASIS, section 3).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri,omitempty"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string        `json:"id"`
		ShortDescription *sarifMessage `json:"shortDescription,omitempty"`
		FullDescription  *sarifMessage `json:"fullDescription,omitempty"`
	}
	sarifResult struct {
		RuleID           string          `json:"ruleId"`
		RuleIndex        int             `json:"ruleIndex"`
		Level            string          `json:"level"`
		Message          sarifMessage    `json:"message"`
		Locations        []sarifLocation `json:"locations,omitempty"`
		RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPhysical `json:"physicalLocation"`
		Message          *sarifMessage `json:"message,omitempty"`
	}
	sarifPhysical struct {
		ArtifactLocation sarifArtifact `json:"artifactLocation"`
		Region           *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
)

// WriteSARIF writes diagnostics in the Static Analysis Results Interchange Format 2.1.0, which code hosts and editors read.
func WriteSARIF(w io.Writer, list List, tool Tool) error {
	rules := sarifRules(list, tool.Rules)
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: tool.Name, Version: tool.Version, InformationURI: tool.URL, Rules: rules}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, d := range list {
		index, _ := slices.BinarySearchFunc(rules, d.Code, func(r sarifRule, code string) int { return cmp.Compare(r.ID, code) })
		run.Results = append(run.Results, toSARIF(d, index))
	}
	return writeIndented(w, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

func sarifRules(list List, known []Rule) []sarifRule {
	rules := []sarifRule{}
	for _, d := range list {
		rule := sarifRule{ID: d.Code}
		if i := slices.IndexFunc(known, func(r Rule) bool { return r.Code == d.Code }); i >= 0 {
			rule.ShortDescription = &sarifMessage{known[i].Title}
			rule.FullDescription = &sarifMessage{known[i].Doc}
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b sarifRule) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(rules, func(a, b sarifRule) bool { return a.ID == b.ID })
}

func toSARIF(d Diagnostic, ruleIndex int) sarifResult {
	message := d.Summary
	for _, more := range []string{d.Detail, d.Fix} {
		if more != "" {
			message += "\n" + more
		}
	}
	result := sarifResult{RuleID: d.Code, RuleIndex: ruleIndex, Level: d.Severity.String(), Message: sarifMessage{message}}
	if d.Range.File != "" {
		result.Locations = []sarifLocation{{PhysicalLocation: physical(d.Range)}}
	}
	for _, note := range d.Notes {
		result.RelatedLocations = append(result.RelatedLocations, sarifLocation{
			PhysicalLocation: physical(note.Range), Message: &sarifMessage{note.Message},
		})
	}
	return result
}

func physical(r Range) sarifPhysical {
	place := sarifPhysical{ArtifactLocation: sarifArtifact{URI: (&url.URL{Path: strings.ReplaceAll(r.File, `\`, "/")}).String()}}
	if !r.Start.IsZero() {
		place.Region = &sarifRegion{r.Start.Line, r.Start.Column, r.End.Line, r.End.Column}
	}
	return place
}
