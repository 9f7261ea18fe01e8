package diag

import (
	"encoding/json"
	"io"
)

// The JSON form: {"diagnostics": […], "errors": n, "warnings": n}. Lines and columns count from 1, columns in characters, offsets in bytes from 0.
type (
	jsonReport struct {
		Diagnostics []jsonDiagnostic `json:"diagnostics"`
		Errors      int              `json:"errors"`
		Warnings    int              `json:"warnings"`
	}
	jsonDiagnostic struct {
		Severity string `json:"severity"`
		Code     string `json:"code"`
		Summary  string `json:"summary"`
		Detail   string `json:"detail,omitempty"`
		Fix      string `json:"fix,omitempty"`
		jsonRange
		Notes []jsonNote `json:"notes,omitempty"`
	}
	jsonNote struct {
		Message string `json:"message"`
		jsonRange
	}
	jsonRange struct {
		File  string   `json:"file,omitempty"`
		Start *jsonPos `json:"start,omitempty"`
		End   *jsonPos `json:"end,omitempty"`
	}
	jsonPos struct {
		Line   int `json:"line"`
		Column int `json:"column"`
		Offset int `json:"offset"`
	}
)

// WriteJSON writes diagnostics for programs, indented, with a final line break.
func WriteJSON(w io.Writer, list List) error {
	report := jsonReport{Diagnostics: []jsonDiagnostic{}}
	for _, d := range list {
		switch d.Severity {
		case Error:
			report.Errors++
		case Warning:
			report.Warnings++
		case Note:
		}
		report.Diagnostics = append(report.Diagnostics, toJSON(d))
	}
	return writeIndented(w, report)
}

func toJSON(d Diagnostic) jsonDiagnostic {
	out := jsonDiagnostic{
		Severity: d.Severity.String(), Code: d.Code, Summary: d.Summary, Detail: d.Detail, Fix: d.Fix, jsonRange: rangeJSON(d.Range),
	}
	for _, note := range d.Notes {
		out.Notes = append(out.Notes, jsonNote{Message: note.Message, jsonRange: rangeJSON(note.Range)})
	}
	return out
}

func rangeJSON(r Range) jsonRange {
	if r.Start.IsZero() {
		return jsonRange{File: r.File}
	}
	start, end := jsonPos(r.Start), jsonPos(r.End)
	return jsonRange{File: r.File, Start: &start, End: &end}
}

func writeIndented(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
