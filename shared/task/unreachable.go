package task

import (
	"context"
	"errors"
	"net"
	"syscall"
)

// Unreachable says in a sentence without its full stop why no connection to an address ("host:port") came about. An empty address is that in the
// error. No other server is named, such as the resolver that was asked.
func Unreachable(address string, err error) string {
	var lookup *net.DNSError
	var network net.Error
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Addr != nil && address == "" {
		address = operation.Addr.String()
	}
	switch {
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "no host has the name " + lookup.Name
	case errors.As(err, &lookup):
		return "the name " + lookup.Name + " could not be looked up"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at " + address
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "no way leads to " + address
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return address + " does not answer"
	case errors.Is(err, syscall.ECONNRESET):
		return address + " closed the connection"
	}
	if operation != nil {
		err = operation.Err
	}
	if address == "" {
		return err.Error()
	}
	return address + ": " + err.Error()
}

// IsUnreachable tells whether an error is one of the network, before anything was said on a connection or while it broke.
func IsUnreachable(err error) bool {
	var network net.Error
	return errors.As(err, &network)
}
