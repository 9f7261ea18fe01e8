package httprequest

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// Request is one HTTP request. What is empty is not said, so that the function's own rule holds.
type Request struct {
	Method string
	URL    ir.Value
	// Query and Headers are objects. A list in the query repeats its name.
	Query, Headers ir.Value
	ContentType    string
	// Body is sent when it is not nil, or when HasBody tells that nil is the body null.
	Body    ir.Value
	HasBody bool
	// Form is an object, sent as a form. A list repeats its name, null is left out.
	Form ir.Value
	// Multipart is an object of parts by name, each an object of content, fileName and contentType.
	Multipart ir.Value
	Auth      *Auth
	// ExpectedStatus are the statuses that mean success, in place of 200 to 299.
	ExpectedStatus []int
	// TimeoutSeconds bounds the whole exchange; the function's own bound is not said.
	TimeoutSeconds int
	// CSVSeparator and CSVColumns are of CSV bodies: what stands between fields, and the header of the body that is sent.
	CSVSeparator string
	CSVColumns   []string
	// SheetAsBlob asks for a spreadsheet in the answer to be stored, for function sheet to read.
	SheetAsBlob bool
	Allowances
}

// Allowances are what a request may do, or let happen, that others may not.
type Allowances struct {
	PrivateRedirects bool // redirects from a private address may lead to private ones
	AnyCertificate   bool // the server's certificate is not checked
	Gzip             bool // a body is unpacked that the server has packed without saying so
	AnyStatus        bool // an answer of any status is a success
	StoredFiles      bool // an answer that is a file by its content type is kept as a stored object
}

// Arguments is the request as the function takes it.
func (r Request) Arguments() *jsonata.Object {
	request := ir.Object("method", r.Method, "url", r.URL, "query", r.Query, "headers", ir.NonEmpty(r.Headers), "contentType", ir.NonEmpty(r.ContentType))
	if r.Body != nil || r.HasBody {
		request.Set("body", r.Body)
	}
	if r.Form != nil {
		request.Set("form", r.Form)
	}
	if r.Multipart != nil {
		request.Set("multipart", r.Multipart)
	}
	if r.Auth != nil {
		request.Set("auth", r.Auth.object())
	}
	if len(r.ExpectedStatus) > 0 {
		statuses := make([]any, len(r.ExpectedStatus))
		for i, status := range r.ExpectedStatus {
			statuses[i] = float64(status)
		}
		request.Set("expectedStatus", statuses)
	}
	if r.TimeoutSeconds != 0 && r.TimeoutSeconds != task.HTTPSeconds {
		request.Set("timeoutSeconds", float64(r.TimeoutSeconds))
	}
	if r.CSVSeparator != "" {
		request.Set("csvSeparator", r.CSVSeparator)
	}
	if len(r.CSVColumns) > 0 {
		request.Set("csvColumns", ir.Texts(r.CSVColumns...))
	}
	if r.SheetAsBlob {
		request.Set("sheetAsBlob", true)
	}
	for _, allowance := range []struct {
		name      string
		set, says bool
	}{
		{"privateRedirects", r.PrivateRedirects, true}, {"insecureSkipVerify", r.AnyCertificate, true}, {"gzip", r.Gzip, true}, {"failOnStatus", r.AnyStatus, false}, {"binaryAsBlob", r.StoredFiles, true},
	} {
		if allowance.set {
			request.Set(allowance.name, allowance.says)
		}
	}
	return request
}

// Methods are those of requests (RFC 9110, section 9.3; RFC 5789) that function http sends.
func Methods() []string { return strings.Fields("GET POST PUT PATCH DELETE HEAD OPTIONS") }

// Reads tells whether sending a request of a method twice does no harm, because it only reads.
func Reads(method string) bool { return method == "GET" || method == "HEAD" }

// HasContent tells whether requests of a method carry what they are about in their body.
func HasContent(method string) bool { return slices.Contains([]string{"POST", "PUT", "PATCH"}, method) }

// IsAbsolute tells whether an address begins with the scheme of HTTP.
func IsAbsolute(address string) bool {
	return strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "https://")
}
