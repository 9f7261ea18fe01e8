package http

import (
	"crypto/tls"
	"errors"
	"net/http"
	"time"

	"github.com/steploom/steploom/shared/task"
)

var errTooManyRedirects = errors.New("too many redirects")

// clients holds the connection pools: one that checks certificates and one that does not.
type clients struct {
	verifying, trusting http.RoundTripper
	pools               []*http.Transport
}

func newClients(endpoints []task.Endpoint) clients {
	verifying, trusting := newPool(&tls.Config{MinVersion: tls.VersionTLS12}), newPool(&tls.Config{InsecureSkipVerify: true})
	return clients{
		verifying: redirector{verifying, endpoints},
		trusting:  redirector{trusting, endpoints},
		pools:     []*http.Transport{verifying.any, verifying.public, trusting.any, trusting.public},
	}
}

// close ends the connections that carry no request.
func (c clients) close() error {
	for _, pool := range c.pools {
		pool.CloseIdleConnections()
	}
	return nil
}

// headerLimit is the number of bytes read of the headers of a response: as many as the function's result can have.
const headerLimit = 256 << 10

func newPool(config *tls.Config) pool {
	transport := newTransport(config)
	return pool{any: transport, public: publicTransport(transport)}
}

func newTransport(config *tls.Config) *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = config
	transport.MaxIdleConnsPerHost = 16
	transport.IdleConnTimeout = 5 * time.Minute
	transport.MaxResponseHeaderBytes = headerLimit
	return transport
}

// with is a client over one of the pools that follows at most so many redirects.
func (c clients) with(insecure bool, redirects *int) *http.Client {
	most := defaultRedirects
	if redirects != nil {
		most = *redirects
	}
	return &http.Client{Transport: c.transport(insecure), CheckRedirect: redirectPolicy(most)}
}

// transport is one of the pools.
func (c clients) transport(insecure bool) http.RoundTripper {
	if insecure {
		return c.trusting
	}
	return c.verifying
}

// redirectPolicy follows up to most redirects. On the way to another host (or from https to http) every header that
// could carry a credential is left behind.
func redirectPolicy(most int) func(next *http.Request, via []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if most <= 0 {
			return http.ErrUseLastResponse
		}
		if len(via) > most {
			return errTooManyRedirects
		}
		first := via[0].URL
		if next.URL.Host != first.Host || first.Scheme == "https" && next.URL.Scheme != "https" {
			next.Header = harmless(next.Header)
		}
		return nil
	}
}

func harmless(headers http.Header) http.Header {
	kept := http.Header{}
	for _, name := range []string{"Accept", "Accept-Language", "Content-Type", "User-Agent"} {
		if values, ok := headers[name]; ok {
			kept[name] = values
		}
	}
	return kept
}

// redirector sends requests for configured endpoints elsewhere.
type redirector struct {
	next      pool
	endpoints []task.Endpoint
}

// RoundTrip implements http.RoundTripper.
func (r redirector) RoundTrip(request *http.Request) (*http.Response, error) {
	target, ok := task.Redirected(request.URL, r.endpoints)
	if !ok {
		return r.next.RoundTrip(request)
	}
	moved := request.Clone(request.Context())
	moved.URL = target
	moved.Host = ""
	return r.next.any.RoundTrip(moved)
}
