package ir

import (
	"regexp"
	"strings"
)

// SplitCredentials takes user and password out of the URL of a connection: jdbc:mariadb://user:password@host/db, …?user=u&password=p, …;user=u;password=p.
func SplitCredentials(url string) (clean, user, password string) {
	scheme, rest, found := strings.Cut(url, "://")
	if !found {
		return url, "", ""
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?;"); end >= 0 {
		authority = rest[:end]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, password, _ = strings.Cut(authority[:at], ":")
		rest = rest[at+1:]
	}
	clean = scheme + "://" + rest
	option := regexp.MustCompile(`(?i)([?&;]) *(user|username|password|pwd) *=(?: *(\{(?:[^}]|\}\})*\})|([^&;]*))`)
	clean = option.ReplaceAllStringFunc(clean, func(match string) string {
		parts := option.FindStringSubmatch(match)
		value := parts[4]
		if parts[3] != "" {
			value = unbraced(parts[1], parts[3])
		}
		if strings.HasPrefix(strings.ToLower(parts[2]), "u") {
			user = value
		} else {
			password = value
		}
		if parts[1] == "?" {
			return "?"
		}
		return ""
	})
	return strings.TrimSuffix(strings.Replace(clean, "?&", "?", 1), "?"), user, password
}

// unbraced is the value of a property of SQL Server: in braces a semicolon may stand, and }} for }. In a query braces are a part of the value.
func unbraced(separator, value string) string {
	if separator != ";" {
		return value
	}
	return strings.ReplaceAll(value[1:len(value)-1], "}}", "}")
}
