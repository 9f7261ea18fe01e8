//go:build !linux

package testserver

import "syscall"

const canSwitchUser = false

// attributes changes nothing: accountOf returns no account here, and a server ends with Set.Stop only, not with the test process.
func (a *account) attributes() *syscall.SysProcAttr { return nil }
