package api

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/httpevent"
	"github.com/steploom/steploom/shared/task"
)

// DocsVariable names the file with the description of the API, beside the executable or anywhere else; without it none is served.
const DocsVariable = "STEPLOOM_API_DOCS"

// The routes under which the description is served: the document, a page to try it, and the address that the page had in earlier versions of APICHAP.
const (
	documentRoute = "GET /openapi.json"
	pageRoute     = "GET /api-docs"
	oldPageRoute  = "GET /swagger-ui.html"
)

// ReadDocument reads the file that DocsVariable names, nil where there is none.
func ReadDocument(environment task.Environment) ([]byte, error) {
	name := environment.Value(DocsVariable)
	if name == "" {
		return nil, nil
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(environment.Value("LAMBDA_TASK_ROOT"), name)
	}
	return os.ReadFile(name)
}

// DocsRoutes are the routes of the API under which its description is served.
func DocsRoutes() []string { return []string{documentRoute, pageRoute, oldPageRoute} }

// isDocs reports whether a request asks for the description, which anybody may read.
func (g gateway) isDocs(event Event) bool {
	return len(g.Document) > 0 && slices.Contains(DocsRoutes(), event.RouteKey)
}

func (g gateway) docs(event Event) Response {
	switch event.RouteKey {
	case documentRoute:
		return plain(http.StatusOK, format.JSON, string(g.Document))
	case oldPageRoute:
		response := plain(http.StatusFound, "text/plain; charset=utf-8", "The page is at api-docs.")
		response.Headers["location"] = event.BasePath() + "/api-docs"
		return response
	}
	response := plain(http.StatusOK, "text/html; charset=utf-8", docsPage())
	response.Headers["content-security-policy"] = docsPolicy()
	return response
}

func plain(status int, contentType, body string) Response {
	return Response{StatusCode: status, Body: body, Headers: map[string]string{
		httpevent.ContentType: contentType, "cache-control": "no-cache", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
	}}
}

//go:embed page/page.html
var docsHTML string

//go:embed page/page.css
var docsStyle string

//go:embed page/page.js
var docsScript string

// docsPage is the same for every API: the script reads the document, and puts its texts onto the page as texts.
func docsPage() string {
	return strings.NewReplacer("STYLE", docsStyle, "SCRIPT", docsScript).Replace(docsHTML)
}

// docsPolicy lets the page run the script and the style that are in it, and call the server that it comes from; nothing else (Content Security Policy
// Level 3).
func docsPolicy() string {
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return "default-src 'none'; script-src " + hash(docsScript) + "; style-src " + hash(docsStyle) +
		"; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
