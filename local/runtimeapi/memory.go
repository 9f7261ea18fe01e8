package runtimeapi

import (
	"bytes"
	"os"
	"strconv"
)

// residentBytes reads a process's resident size from /proc; 0 where there is none (other systems, a process that is gone).
func residentBytes(pid int) int {
	statm, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(statm)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.Atoi(string(fields[1]))
	if err != nil {
		return 0
	}
	return pages * os.Getpagesize()
}
