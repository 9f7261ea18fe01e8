package source

import "github.com/steploom/steploom/shared/diag"

// DidYouMean is that of package diag.
func DidYouMean(written string, candidates []string) string {
	return diag.DidYouMean(written, candidates)
}

// Nearest is that of package diag.
func Nearest(written string, candidates []string) (string, bool) {
	return diag.Nearest(written, candidates)
}
