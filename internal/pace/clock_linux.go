package pace

import (
	"runtime"
	"syscall"
	"time"
)

// timed is the time that work takes of a processor, so that a busy machine does not matter.
func timed(text string, work func(string)) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := ofThread()
	work(text)
	return ofThread() - start
}

func ofThread() time.Duration {
	const thisThread = 1 // RUSAGE_THREAD of getrusage(2)
	var usage syscall.Rusage
	if err := syscall.Getrusage(thisThread, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
