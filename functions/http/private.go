package http

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"sync/atomic"
	"syscall"
	"time"
)

// This file keeps redirects away from addresses that only this machine or its network knows: the server that answers decides where a redirect
// leads, and the function may reach what that server must not.

var errPrivateRedirect = errors.New("a redirect to a private address is not followed")

// privateRanges are the addresses beside those that net/netip knows as loopback, private, link-local, multicast and unspecified (IANA special-purpose
// address registries).
var privateRanges = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("fec0::/10"),
}

// isPrivate tells whether an address is not one of the public network, in whatever form an IPv4 address stands in it.
func isPrivate(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	if inner, ok := embedded(address); ok {
		return isPrivate(inner)
	}
	if address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast() || address.IsMulticast() || address.IsUnspecified() {
		return true
	}
	for _, prefix := range privateRanges {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// embedded is the IPv4 address that a translator or a tunnel takes out of an IPv6 address: NAT64 (RFC 6052) and 6to4 (RFC 3056).
func embedded(address netip.Addr) (netip.Addr, bool) {
	if !address.Is6() {
		return netip.Addr{}, false
	}
	bytes := address.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(address):
		return netip.AddrFrom4([4]byte(bytes[12:])), true
	case netip.MustParsePrefix("2002::/16").Contains(address):
		return netip.AddrFrom4([4]byte(bytes[2:6])), true
	}
	return netip.Addr{}, false
}

// refusePrivate ends the making of a connection to a private address, whatever name led to it.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	if isPrivate(to.Addr()) {
		return errPrivateRedirect
	}
	return nil
}

// publicTransport is a transport like another, but for private addresses, which it does not connect to.
func publicTransport(like *http.Transport) *http.Transport {
	transport := like.Clone()
	transport.DialContext = (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, Control: refusePrivate}).DialContext
	return transport
}

// journey is what is known of a request and its redirects.
type journey struct {
	mayBePrivate bool // the workflow lets redirects lead to private addresses
	begun        atomic.Bool
	private      atomic.Bool // the first address was private
}

type journeyKey struct{}

// on notes the first address that is connected to.
func (j *journey) on(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(j.under(ctx), &httptrace.ClientTrace{GotConn: j.connected})
}

// under gives a context whose requests are of the journey; whoever sends them tells of their connections.
func (j *journey) under(ctx context.Context) context.Context {
	return context.WithValue(ctx, journeyKey{}, j)
}

// connected notes the address of the first connection.
func (j *journey) connected(info httptrace.GotConnInfo) {
	if j.begun.Swap(true) {
		return
	}
	if to, err := netip.ParseAddrPort(info.Conn.RemoteAddr().String()); err == nil {
		j.private.Store(isPrivate(to.Addr()))
	}
}

// allows tells whether a redirect may lead to a private address: to the very server that the workflow names, or anywhere when the workflow says so;
// in either case only from a private address.
func (j *journey) allows(hop *http.Request) bool {
	if j == nil || !j.private.Load() {
		return false
	}
	return j.mayBePrivate || sameServer(firstOf(hop), hop)
}

// firstOf is the request that a redirect began with.
func firstOf(hop *http.Request) *http.Request {
	for hop.Response != nil && hop.Response.Request != nil {
		hop = hop.Response.Request
	}
	return hop
}

func sameServer(a, b *http.Request) bool {
	return a.URL.Scheme == b.URL.Scheme && a.URL.Host == b.URL.Host
}

// pool sends requests that a workflow makes to any address, and those of redirects to public ones.
type pool struct{ any, public *http.Transport }

// RoundTrip implements http.RoundTripper.
func (p pool) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Response == nil { // no redirect led here
		return p.any.RoundTrip(request)
	}
	way, _ := request.Context().Value(journeyKey{}).(*journey)
	if way.allows(request) {
		return p.any.RoundTrip(request)
	}
	if proxy, err := p.any.Proxy(request); err != nil || proxy == nil {
		return p.public.RoundTrip(request)
	}
	if err := lookup(request.Context(), request.URL.Hostname()); err != nil {
		return nil, err
	}
	return p.any.RoundTrip(request)
}

// lookup refuses a name with a private address, where a proxy makes the connection.
func lookup(ctx context.Context, host string) error {
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return fmt.Errorf("%w: it is not known where %s is", errPrivateRedirect, host)
	}
	for _, address := range addresses {
		if isPrivate(address) {
			return errPrivateRedirect
		}
	}
	return nil
}
