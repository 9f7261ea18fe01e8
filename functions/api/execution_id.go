package api

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// The id of an execution is its name: three parts of hexadecimal digits. The first stands for the state machine and the second for the caller, so
// that neither another operation nor another caller has use for it; the third is random, or stands for an Idempotency-Key.
const (
	machineDigits = 8
	callerDigits  = 16
	ownDigits     = 32
)

// newID is the id of an execution that no other request starts.
func newID(machine, caller string) string {
	var own [ownDigits / 2]byte
	rand.Read(own[:]) // never fails (crypto/rand)
	return owner(machine, caller) + hex.EncodeToString(own[:])
}

// idOfKey is the id of the execution that a caller's requests with a key start.
func idOfKey(machine, caller, key string) string {
	return owner(machine, caller) + digest(ownDigits, "key", machine, caller, key)
}

// isOf tells whether an id is one of a machine and a caller.
func isOf(id, machine, caller string) bool {
	own, ok := strings.CutPrefix(id, owner(machine, caller))
	return ok && len(own) == ownDigits && strings.Trim(own, "0123456789abcdef") == ""
}

func owner(machine, caller string) string {
	return digest(machineDigits, "machine", machine) + digest(callerDigits, "caller", caller)
}

// digest gives the first hexadecimal digits of a SHA-256 of texts; a zero byte ends each of them.
func digest(digits int, texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00") + "\x00"))
	return hex.EncodeToString(sum[:])[:digits]
}
