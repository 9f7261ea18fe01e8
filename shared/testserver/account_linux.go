package testserver

import "syscall"

// canSwitchUser reports whether a server can run as another user than the tests.
const canSwitchUser = true

// attributes makes a process run as the account and die with this one.
func (a *account) attributes() *syscall.SysProcAttr {
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if a != nil {
		attributes.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attributes
}
