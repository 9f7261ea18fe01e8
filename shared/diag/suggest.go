package diag

import (
	"strconv"
	"strings"
)

// DidYouMean words a suggestion when one of the candidates is close to what was written, "" otherwise.
func DidYouMean(written string, candidates []string) string {
	if near, ok := Nearest(written, candidates); ok {
		return "did you mean " + strconv.Quote(near) + "?"
	}
	return ""
}

// Nearest finds the candidate that is closest to what was written, if any is close enough to be a slip of the pen: at most a third
// of its letters are wrong, missing, too many or swapped. Case counts nothing.
func Nearest(written string, candidates []string) (string, bool) {
	written = strings.ToLower(written)
	best, bestDistance := "", len(written)/3+2
	for _, candidate := range candidates {
		distance := editDistance([]rune(written), []rune(strings.ToLower(candidate)))
		if distance < bestDistance && distance*2 < max(2, len(candidate))+distance {
			best, bestDistance = candidate, distance
		}
	}
	return best, best != ""
}

// editDistance is the optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.
func editDistance(a, b []rune) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
