package secret

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// aboutSecrets are names of what is said of secrets: how many, of what kind.
var aboutSecrets = regexp.MustCompile(`(?:tokens?|password|credentials?)[-_]?(?:type|count|limit|length|policy)$|^max[-_]?.*tokens$|^tokenizer`)

// IsName tells whether a field, header or parameter of this name holds a secret itself. The name of a secret (secret_ref) is none.
func IsName(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "jwt", "pw":
		return true
	case "tokenurl", "token_url":
		return false
	}
	if aboutSecrets.MatchString(name) {
		return false
	}
	if strings.HasSuffix(name, "_pw") || strings.HasSuffix(name, "-pw") { // of settings, as ADMIN_PW
		return true
	}
	plain := strings.NewReplacer("-", "", "_", "").Replace(name)
	return slices.ContainsFunc([]string{"token", "password", "passwd", "passphrase", "clientsecret", "apikey", "privatekey", "secretkey", "accesskey", "credential"}, func(part string) bool {
		return strings.Contains(plain, part) && !strings.HasSuffix(plain, "ref")
	})
}

// IsQueryName tells the same of a parameter in the query of a URL, where short names are common.
func IsQueryName(name string) bool {
	switch strings.ToLower(name) {
	case "key", "sig", "signature", "secret", "auth", "pass", "pwd", "x-amz-signature", "x-amz-security-token":
		return true
	}
	return IsName(name)
}

// bracedProperty is a property of SQL Server's URLs whose value may hold semicolons.
var bracedProperty = regexp.MustCompile(`(?i)(;\s*(?:password|pwd)\s*=\s*)(\{(?:[^}]|\}\})*\}?)`)

// Masked stands where a secret stood.
const Masked = "***"

var (
	userInURL  = regexp.MustCompile(`(://)([^/?#@\s"'<>]*)@`)
	pairInURL  = regexp.MustCompile(`([?&;])([A-Za-z0-9_.\-]+)=([^&;#\s"'<>,}\])]+)`)
	namedValue = regexp.MustCompile(`(?i)(["']?)([A-Za-z0-9_\-]+)(["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\$\{[^}]*\}|:\[[^\]]*\]|\{\{.*?\}\}|[^\s,{}\[\]#][^,{}\[\]#]*)`)
)

// InURL hides user, password and the parameters that are secrets in every URL that a text holds.
func InURL(text string) string {
	text = userInURL.ReplaceAllStringFunc(text, func(user string) string {
		if isHidden(strings.Trim(user, ":/@")) {
			return user
		}
		return "://" + Masked + "@"
	})
	text = bracedProperty.ReplaceAllString(text, "${1}"+Masked)
	return pairInURL.ReplaceAllStringFunc(text, func(pair string) string {
		parts := pairInURL.FindStringSubmatch(pair)
		if !IsQueryName(parts[2]) || isHidden(parts[3]) {
			return pair
		}
		return parts[1] + parts[2] + "=" + Masked
	})
}

func isHidden(text string) bool { return strings.Trim(text, "*") == "" }

// InSource hides what looks like a credential in a line of source: the values of names that hold secrets, and those in URLs. Each character
// that is hidden becomes a star, so that columns stay where they are. References such as ${NAME} and :[NAME] stay.
func InSource(line string) string {
	line = hidden(line, userInURL, 2, func([]string) bool { return true })
	line = bracedProperty.ReplaceAllStringFunc(line, func(property string) string {
		parts := bracedProperty.FindStringSubmatch(property)
		return parts[1] + strings.Repeat("*", utf8.RuneCountInString(parts[2]))
	})
	line = hidden(line, pairInURL, 3, func(parts []string) bool { return IsQueryName(parts[2]) })
	line = hidden(line, keysInSource, 2, func([]string) bool { return true })
	line = inNested(line)
	return hidden(line, namedValue, 4, func(parts []string) bool {
		return IsName(parts[2]) || strings.EqualFold(parts[2], "pwd") || isSlip(parts[2])
	})
}

// isSlip tells whether a part of a name is meant to be password or token, but for one letter that is wrong, missing, too many or swapped with its neighbour.
// Who has written it so has also written the credential behind it.
func isSlip(name string) bool {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' })
	return slices.ContainsFunc(parts, func(part string) bool {
		return oneAway(part, "password") || oneAway(part, "passwd") || oneAway(part, "token")
	})
}

// oneAway tells whether two texts are the same but for one edit.
func oneAway(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	at := 0
	for at < len(a) && a[at] == b[at] {
		at++
	}
	switch {
	case len(b)-len(a) > 1 || a == b:
		return false
	case len(a) < len(b):
		return a[at:] == b[at+1:]
	}
	swapped := at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at] && a[at+2:] == b[at+2:]
	return swapped || a[at+1:] == b[at+1:]
}

// keysInSource finds what callers may show, as a value or as a list on one line.
var keysInSource = regexp.MustCompile(`(?i)(["']?\bkeys["']?\s*:\s*\[?)([^\[\]{}#]+)`)

// hidden covers one group of each match that is a secret by stars.
func hidden(line string, pattern *regexp.Regexp, group int, isSecret func(parts []string) bool) string {
	var out strings.Builder
	last := 0
	for _, at := range pattern.FindAllStringSubmatchIndex(line, -1) {
		parts := make([]string, len(at)/2)
		for i := range parts {
			if at[2*i] >= 0 {
				parts[i] = line[at[2*i]:at[2*i+1]]
			}
		}
		value := parts[group]
		if !isSecret(parts) || value == "" || isReference(value) {
			continue
		}
		out.WriteString(line[last:at[2*group]])
		out.WriteString(stars(value))
		last = at[2*group+1]
	}
	return out.String() + line[last:]
}

func isReference(value string) bool {
	value = strings.Trim(value, `"' `)
	return strings.HasPrefix(value, "${") || strings.HasPrefix(value, ":[") || strings.HasPrefix(value, "{{") || strings.HasPrefix(value, "Bearer ${") || strings.HasPrefix(value, "Bearer {{") ||
		strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[")
}

// stars is as long as a text; quotes around it stay.
func stars(value string) string {
	characters := []rune(value)
	for i := range characters {
		quote := characters[0] == '"' || characters[0] == '\''
		if !(quote && (i == 0 || i == len(characters)-1)) {
			characters[i] = '*'
		}
	}
	return string(characters)
}
