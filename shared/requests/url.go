package requests

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/steploom/steploom/shared/pytext"
)

func (p *Prepared) url(request Request) error {
	given := strings.TrimLeftFunc(pytext.Str(request.URL), func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1C && r <= 0x1F })
	if strings.Contains(given, ":") && !strings.HasPrefix(strings.ToLower(given), "http") {
		p.URL = given // requests leaves other schemes alone
		return nil
	}
	parts, err := parseURL(given)
	if err != nil {
		return err
	}
	switch {
	case parts.scheme == "":
		return pytext.Errorf(missingSchema, "Invalid URL %s: No scheme supplied. Perhaps you meant https://%s?", pytext.Repr(given), given)
	case parts.host == "":
		return pytext.Errorf(invalidURL, "Invalid URL %s: No host supplied", pytext.Repr(given))
	}
	if parts.host, err = asciiHost(parts.host); err != nil {
		return err
	}
	params, err := encodeParams(request.Params)
	if err != nil {
		return err
	}
	if pytext.Truth(params) {
		text, isText := params.(string)
		if !isText && parts.query == "" {
			return pytext.Errorf("TypeError", "Cannot mix str and non-str arguments")
		}
		if !isText {
			text = pytext.Str(params)
		}
		if parts.query != "" {
			text = parts.query + "&" + text
		}
		parts.query = text
	}
	p.URL, err = requote(parts.String())
	return err
}

// asciiHost is the host as it is resolved.
func asciiHost(host string) (string, error) {
	invalid := pytext.Errorf(invalidURL, "URL has an invalid label.")
	switch {
	case !isASCII(host):
		encoded, ok := encodeHost(host)
		if !ok {
			return "", invalid
		}
		return encoded, nil
	case strings.HasPrefix(host, "*"), strings.HasPrefix(host, "."):
		return "", invalid
	}
	return host, nil
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0
}

// parts are those of a URL as urllib3 takes it apart.
type parts struct {
	scheme, user, host, port, path, query, fragment string
}

// String puts a URL together; what is empty is left out, and no path is /.
func (u parts) String() string {
	text := u.scheme + "://"
	if u.user != "" {
		text += u.user + "@"
	}
	text += u.host
	if u.port != "" && u.port != "0" {
		text += ":" + u.port
	}
	if u.path == "" {
		text += "/"
	}
	text += u.path
	if u.query != "" {
		text += "?" + u.query
	}
	if u.fragment != "" {
		text += "#" + u.fragment
	}
	return text
}

const (
	pathChars  = unreserved + "!$&'()*+,;=:@/"
	userChars  = unreserved + "!$&'()*+,;=:"
	queryChars = pathChars + "?"
)

// pattern compiles a pattern when it is first needed, so that a function that prepares no request starts without.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

var (
	percent     = pattern(`%[a-fA-F0-9]{2}`)
	hostAndPort = pattern(`(?s)^(` + regName + `|` + ipv4 + `|` + bracketed + `)(?::0*?(|0|[1-9][0-9]{0,4}))?$`)
	ipv4Host    = pattern(`^(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){0,3}$`)
	ipv6Host    = pattern(`^` + bracketed + `$`)
	zone        = pattern(`(` + zoneID + `)\]$`)
)

// Patterns of RFC 3986 and RFC 6874 for hosts.
const (
	regName   = `(?:[^\[\]%:/?#]|%[a-fA-F0-9]{2})*`
	ipv4      = `(?:[0-9]{1,3}\.){3}[0-9]{1,3}`
	hex       = `[0-9A-Fa-f]{1,4}`
	low32     = `(?:` + hex + `:` + hex + `|` + ipv4 + `)`
	zoneID    = `(?:%25|%)(?:[A-Za-z0-9._\-~]|%[a-fA-F0-9]{2})+`
	bracketed = `\[` + ipv6 + `(?:` + zoneID + `)?\]`
	ipv6      = `(?:` +
		`(?:` + hex + `:){6}` + low32 + `|` +
		`::(?:` + hex + `:){5}` + low32 + `|` +
		`(?:` + hex + `)?::(?:` + hex + `:){4}` + low32 + `|` +
		`(?:(?:` + hex + `:)?` + hex + `)?::(?:` + hex + `:){3}` + low32 + `|` +
		`(?:(?:` + hex + `:){0,2}` + hex + `)?::(?:` + hex + `:){2}` + low32 + `|` +
		`(?:(?:` + hex + `:){0,3}` + hex + `)?::` + hex + `:` + low32 + `|` +
		`(?:(?:` + hex + `:){0,4}` + hex + `)?::` + low32 + `|` +
		`(?:(?:` + hex + `:){0,5}` + hex + `)?::` + hex + `|` +
		`(?:(?:` + hex + `:){0,6}` + hex + `)?::` + `)`
)

func failedToParse(format string, values ...any) error {
	return pytext.Errorf(invalidURL, "Failed to parse: "+format, values...)
}

// parseURL takes a URL apart and encodes what its parts may not hold.
func parseURL(text string) (parts, error) {
	if text == "" {
		return parts{}, nil
	}
	full := text
	if _, _, found := cutScheme(text, "+-"); !found && text[0] != '/' {
		full = "//" + text
	}
	u, authority := split(full)
	regular := u.scheme == "" || u.scheme == "http" || u.scheme == "https"
	if err := u.authority(authority, regular, text); err != nil {
		return parts{}, err
	}
	if regular {
		u.path = encodeInvalid(withoutDots(u.path), pathChars)
		u.query, u.fragment = encodeInvalid(u.query, queryChars), encodeInvalid(u.fragment, queryChars)
	}
	if u.path != "" && !strings.HasPrefix(u.path, "/") {
		u.path = "/" + u.path
	}
	return u, nil
}

// split takes a URL into its components (RFC 3986 appendix B), the authority beside the others. A backslash ends the authority, too.
func split(text string) (u parts, authority string) {
	scheme, rest, _ := cutScheme(text, "+.-")
	u.scheme = strings.ToLower(scheme)
	if after, found := strings.CutPrefix(rest, "//"); found {
		authority, rest = cutBefore(after, `\/?#`)
	}
	u.path, rest = cutBefore(rest, "?#")
	if query, found := strings.CutPrefix(rest, "?"); found {
		u.query, rest = cutBefore(query, "#")
	}
	u.fragment = strings.TrimPrefix(rest, "#")
	return u, authority
}

// cutBefore cuts a text before the first of some characters.
func cutBefore(text, characters string) (before, rest string) {
	if end := strings.IndexAny(text, characters); end >= 0 {
		return text[:end], text[end:]
	}
	return text, ""
}

// cutScheme cuts a scheme of letters, digits and marks and its colon from a URL; all of it is the rest where there is none.
func cutScheme(text, marks string) (scheme, rest string, found bool) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case isLetter(c):
		case i > 0 && (isDigit(c) || strings.IndexByte(marks, c) >= 0):
		case i > 0 && c == ':':
			return text[:i], text[i+1:], true
		default:
			return "", text, false
		}
	}
	return "", text, false
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// plainHost takes a host of letters, digits, dots and hyphens, and its port, apart: most are such, and need no pattern.
func plainHost(text string) (host, port string, plain bool) {
	host, port, given := strings.Cut(text, ":")
	for i := 0; i < len(host); i++ {
		if c := host[i]; !isLetter(c) && !isDigit(c) && c != '.' && c != '-' {
			return "", "", false
		}
	}
	for i := 0; i < len(port); i++ {
		if !isDigit(port[i]) {
			return "", "", false
		}
	}
	return host, port, !given || port != "" && len(port) <= 5 && port[0] != '0'
}

// badHostChar is the first character that no host has, "" for none.
func badHostChar(host string) string {
	at := strings.IndexFunc(host, func(r rune) bool { return r <= ' ' || r == 0x7F })
	if at < 0 {
		return ""
	}
	return host[at : at+1]
}

// authority reads user, host and port.
func (u *parts) authority(text string, regular bool, whole string) error {
	if text == "" {
		return nil
	}
	at := strings.LastIndex(text, "@")
	if at >= 0 {
		u.user = text[:at]
	}
	hostPort := text[at+1:]
	host, port, plain := plainHost(hostPort)
	if !plain {
		match := hostAndPort().FindStringSubmatch(hostPort)
		if match == nil {
			if bad := badHostChar(hostPort); bad != "" {
				return failedToParse("Host %s contains invalid character %s", pytext.Repr(hostPort), pytext.Repr(bad))
			}
			return failedToParse("%s is not a valid host or port", pytext.Repr(hostPort))
		}
		host, port = match[1], match[2]
	}
	if regular {
		u.user = encodeInvalid(u.user, userChars)
	}
	if number, _ := strconv.Atoi(port); number > 65535 {
		return failedToParse("%s", whole)
	}
	u.port = port
	var err error
	u.host, err = normalHost(host, regular)
	return err
}

// normalHost is a host in lower case, its labels in ASCII.
func normalHost(host string, regular bool) (string, error) {
	if bad := badHostChar(host); bad != "" {
		return "", failedToParse("Host %s contains invalid character %s", pytext.Repr(host), pytext.Repr(bad))
	}
	switch {
	case !regular || host == "" || ipv4Host().MatchString(host):
		return host, nil
	case host[0] == '[' && ipv6Host().MatchString(host):
		return normalIPv6(host)
	}
	plain, err := normalEscapes(host)
	if err != nil {
		return "", err
	}
	labels := strings.Split(plain, ".")
	for i, label := range labels {
		encoded, ok := encodeLabel(label)
		if !ok {
			return "", failedToParse("Name '%s' is not a valid IDNA label", label)
		}
		labels[i] = encoded
	}
	return strings.Join(labels, "."), nil
}

// normalEscapes is a host with the escapes of unreserved characters decoded and the others in upper case.
func normalEscapes(host string) (string, error) {
	if !strings.Contains(host, "%") {
		return host, nil
	}
	for _, escape := range percent().FindAllString(host, -1) {
		if err := controlEscape(host, escape); err != nil {
			return "", err
		}
	}
	return percent().ReplaceAllStringFunc(host, func(escape string) string {
		code, _ := strconv.ParseUint(escape[1:], 16, 8)
		if code < 0x80 && strings.IndexByte(unreserved, byte(code)) >= 0 {
			return string(rune(code))
		}
		return strings.ToUpper(escape)
	}), nil
}

// controlEscape refuses the escape of a control character in a host.
func controlEscape(host, escape string) error {
	if code, _ := strconv.ParseUint(escape[1:], 16, 8); code < 0x20 || code == 0x7F {
		return failedToParse("Host %s contains invalid percent-encoded control character %s", pytext.Repr(host), pytext.Repr(escape))
	}
	return nil
}

// normalIPv6 is an address in brackets in lower case, its zone behind a single percent sign.
func normalIPv6(host string) (string, error) {
	match := zone().FindStringSubmatchIndex(host)
	if match == nil {
		return strings.ToLower(host), nil
	}
	start, end := match[2], match[3]
	name := host[start+1 : end]
	if rest, ok := strings.CutPrefix(host[start:end], "%25"); ok && rest != "" {
		name = rest
	}
	for _, escape := range percent().FindAllString(name, -1) {
		if err := controlEscape(host, escape); err != nil {
			return "", err
		}
	}
	name = encodeInvalid(percent().ReplaceAllStringFunc(name, strings.ToUpper), unreserved)
	return strings.ToLower(host[:start]) + "%" + name + host[end:], nil
}

// encodeInvalid percent-encodes what a component may not hold. Percent signs stay where all of them begin an escape.
func encodeInvalid(component, allowed string) string {
	if !strings.Contains(component, "%") {
		return quote(component, allowed)
	}
	escapes := 0
	component = percent().ReplaceAllStringFunc(component, func(escape string) string {
		escapes++
		return strings.ToUpper(escape)
	})
	if escapes == strings.Count(component, "%") {
		allowed += "%"
	}
	return quote(component, allowed)
}

// withoutDots is a path without the segments . and .. (RFC 3986 section 5.2.4).
func withoutDots(path string) string {
	if path == "" {
		return ""
	}
	var output []string
	for _, segment := range strings.Split(path, "/") {
		switch {
		case segment == ".":
		case segment != "..":
			output = append(output, segment)
		case len(output) > 0:
			output = output[:len(output)-1]
		}
	}
	if strings.HasPrefix(path, "/") && (len(output) == 0 || output[0] != "") {
		output = append([]string{""}, output...)
	}
	if strings.HasSuffix(path, "/.") || strings.HasSuffix(path, "/..") {
		output = append(output, "")
	}
	return strings.Join(output, "/")
}

// withoutBreaks takes out what urllib3 takes out of a URL.
var withoutBreaks = strings.NewReplacer("\t", "", "\r", "", "\n", "")

// userOf gives user and password of a URL, decoded; given is false where it has not both, or both are empty.
func userOf(address string) (user, password string, given bool, err error) {
	address = strings.TrimLeftFunc(withoutBreaks.Replace(address), func(r rune) bool { return r <= ' ' })
	_, rest, _ := cutScheme(address, "+.-")
	rest, found := strings.CutPrefix(rest, "//")
	if !found {
		return "", "", false, nil
	}
	netloc, _ := cutBefore(rest, "/?#")
	if strings.Contains(netloc, "[") != strings.Contains(netloc, "]") {
		return "", "", false, pytext.Errorf("ValueError", "Invalid IPv6 URL")
	}
	at := strings.LastIndex(netloc, "@")
	if at < 0 {
		return "", "", false, nil
	}
	user, password, both := strings.Cut(netloc[:at], ":")
	user, password = unquote(user), unquote(password)
	return user, password, both && user+password != "", nil
}
