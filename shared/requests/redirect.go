package requests

// MaxRedirects is how many redirects a session follows; the next one is a TooManyRedirects.
const MaxRedirects = 30

// RedirectMethod gives the method of the request that follows a redirect with a status: GET after 303 and 302 except for HEAD, and after 301 for POST.
func RedirectMethod(method string, status int) string {
	if (status == 303 || status == 302) && method != "HEAD" || status == 301 && method == "POST" {
		return "GET"
	}
	return method
}
