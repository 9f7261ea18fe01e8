// Package requests makes HTTP requests as Python's requests 2.32.5 (with urllib3 2.8.0 and idna 3.20) does: how URL, params, headers, data, json and auth
// become what is sent, and where a session follows redirects to.
//
//	prepared, err := requests.Prepare(requests.Request{Method: "POST", URL: "http://example.com/a b", JSON: pytext.NewDict("n", 1)})
//	prepared.URL  // http://example.com/a%20b
//	prepared.Body // {"n": 1}
//
// Values are those of package pytext, errors are Python's exceptions. What requests prepares and only refuses when it is sent, a header with a line break
// at its end for example, is prepared here too.
package requests
