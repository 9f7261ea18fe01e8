package pace

import (
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// timed is the time that work takes of a processor, so that a busy machine does not matter.
func timed(work func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := ofThread()
	work()
	return ofThread() - start
}

// ofThread is the processor time of the thread so far, to the nanosecond: getrusage(2) counts it by ticks of some milliseconds.
func ofThread() time.Duration {
	const threadTime = 3 // CLOCK_THREAD_CPUTIME_ID of clock_gettime(2)
	var now syscall.Timespec
	if _, _, failed := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadTime, uintptr(unsafe.Pointer(&now)), 0); failed != 0 {
		return 0
	}
	return time.Duration(now.Nano())
}
