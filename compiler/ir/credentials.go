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
	option := regexp.MustCompile(`(?i)([?&;])(user|username|password|pwd)=([^&;]*)`)
	clean = option.ReplaceAllStringFunc(clean, func(match string) string {
		parts := option.FindStringSubmatch(match)
		if strings.HasPrefix(strings.ToLower(parts[2]), "u") {
			user = parts[3]
		} else {
			password = parts[3]
		}
		if parts[1] == "?" {
			return "?"
		}
		return ""
	})
	return strings.TrimSuffix(strings.Replace(clean, "?&", "?", 1), "?"), user, password
}
