package api

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"strings"

	"github.com/steploom/steploom/shared/httpevent"
)

// page is a small HTML page with a sentence.
func page(status int, sentence string) Response {
	return htmlResponse(status, "<p>"+html.EscapeString(sentence)+"</p>")
}

// htmlResponse is a page that nobody keeps, frames or learns the address of.
func htmlResponse(status int, body string) Response {
	return Response{
		StatusCode: status,
		Headers: map[string]string{
			httpevent.ContentType:     "text/html; charset=utf-8",
			"cache-control":           "no-store",
			"referrer-policy":         "no-referrer",
			"x-robots-tag":            "noindex",
			"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
		},
		Body: "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Waiting for an answer</title>" +
			"<style>body{font:16px/1.5 system-ui;max-width:40em;margin:2em auto;padding:0 1em}label,textarea,input{display:block;width:100%}" +
			"button{margin:1em 1em 0 0;padding:.5em 1em}pre{background:#eee;padding:1em;overflow:auto}</style>" + body + "</html>",
	}
}

// questionPage shows a question with a form that answers it. The form posts to the page's own address.
func questionPage(question Question) Response {
	var out strings.Builder
	title := or(question.Title, question.Node)
	out.WriteString("<h1>" + html.EscapeString(title) + "</h1>")
	if question.Prompt != "" {
		out.WriteString("<p>" + html.EscapeString(question.Prompt) + "</p>")
	}
	var inputs bytes.Buffer
	if json.Indent(&inputs, question.Inputs, "", "  ") == nil && inputs.String() != "{}" {
		out.WriteString("<pre>" + html.EscapeString(inputs.String()) + "</pre>")
	}
	out.WriteString(`<form method="post">`)
	for _, field := range question.Fields {
		name := html.EscapeString(field)
		if field != decisionField && field != commentField {
			out.WriteString("<label>" + name + ` <input name="` + name + `"></label>`)
		}
	}
	if question.Kind == "event" {
		out.WriteString("<button>Send</button></form>")
		return htmlResponse(http.StatusOK, out.String())
	}
	out.WriteString(`<label>Comment <textarea name="` + commentField + `"></textarea></label>`)
	for _, decision := range question.decisions() {
		value := html.EscapeString(decision)
		out.WriteString(`<button name="` + decisionField + `" value="` + value + `">` + value + "</button>")
	}
	out.WriteString("</form>")
	return htmlResponse(http.StatusOK, out.String())
}
