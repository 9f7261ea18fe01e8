package task

import "testing"

// TestFunctionsGiveUpInTime: an operation that somebody waits for is told that a system does not answer before its own time is over.
func TestFunctionsGiveUpInTime(t *testing.T) {
	for _, function := range []string{HTTP, SQL, FTP, Filter} {
		if seconds := UnaskedSeconds(function); seconds <= 0 || seconds+answerSeconds > RequestSeconds {
			t.Errorf("%s works for %d seconds, an operation for %d", function, seconds, RequestSeconds)
		}
	}
}
