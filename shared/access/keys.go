package access

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/steploom/steploom/shared/task"
)

// How long keys are taken for the issuer's own, and how often the issuer is asked for them.
const (
	freshTime  = time.Hour       // after which they are fetched again
	keptTime   = 24 * time.Hour  // after which they are no longer taken, even if the issuer does not answer
	askedTime  = time.Minute     // between two fetches because of a key that is not known
	failedTime = 5 * time.Second // after a fetch that has failed
	fetchTime  = 5 * time.Second
	bodyLimit  = 256 << 10 // bytes of an answer
	keysLimit  = 100       // of an issuer
	triedLimit = 4         // that a token without a name of its key is held against
)

// keySource fetches and keeps the keys of an issuer.
type keySource struct {
	address, issuer string // address is "" where the issuer tells it
	client          *http.Client
	now             func() time.Time
	current         atomic.Pointer[kept]
	fetching        sync.Mutex // guards what follows
	next            time.Time  // before which nobody asks the issuer
	failure         error      // of the last fetch
}

// kept are keys and when they were fetched.
type kept struct {
	keys []publicKey
	at   time.Time
}

// find gives the keys that a token with this key id ("" for none) and algorithm may be signed with. Keys that are not known are asked for, now and
// then. An error means that there are no keys to hold a token against.
func (s *keySource) find(ctx context.Context, id, algorithm string) ([]any, error) {
	have := s.current.Load()
	if have != nil && s.now().Sub(have.at) < freshTime {
		if found := matching(have.keys, id, algorithm); len(found) > 0 {
			return found, nil
		}
	}
	if err := s.refresh(ctx, have); err != nil {
		return nil, err
	}
	return matching(s.current.Load().keys, id, algorithm), nil
}

// refresh fetches the keys unless somebody else has, or it is too early. Old keys do while the issuer does not answer.
func (s *keySource) refresh(ctx context.Context, seen *kept) error {
	s.fetching.Lock()
	defer s.fetching.Unlock()
	if s.current.Load() == seen && !s.now().Before(s.next) {
		var keys []publicKey
		if keys, s.failure = s.fetch(ctx); s.failure == nil {
			s.current.Store(&kept{keys, s.now()})
			s.next = s.now().Add(askedTime)
		} else {
			s.next = s.now().Add(failedTime)
		}
	}
	if have := s.current.Load(); have == nil || s.now().Sub(have.at) >= keptTime {
		return s.failure
	}
	return nil
}

// fetch reads the keys from the address that is declared, or that the issuer tells.
func (s *keySource) fetch(ctx context.Context) ([]publicKey, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime) // others wait for the same keys
	defer cancel()
	address := s.address
	if address == "" {
		var err error
		if address, err = s.discover(ctx); err != nil {
			return nil, err
		}
	}
	body, err := s.get(ctx, address)
	if err != nil {
		return nil, err
	}
	keys, err := readKeys(body)
	if err != nil {
		return nil, unreadable(address, err)
	}
	return keys, nil
}

// discover asks the issuer where its keys are (OpenID Connect Discovery 1.0, section 4).
func (s *keySource) discover(ctx context.Context) (string, error) {
	address := strings.TrimSuffix(s.issuer, "/") + "/.well-known/openid-configuration"
	body, err := s.get(ctx, address)
	if err != nil {
		return "", err
	}
	var configuration struct {
		Issuer string `json:"issuer"`
		JWKS   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(body, &configuration); err != nil {
		return "", unreadable(address, err)
	}
	if configuration.Issuer != s.issuer {
		return "", unreadable(address, fmt.Errorf("it is of another issuer"))
	}
	if err := CheckAddress(configuration.JWKS); err != nil {
		return "", unreadable(address, fmt.Errorf("jwks_uri: %w", err))
	}
	return configuration.JWKS, nil
}

func (s *keySource) get(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, unreadable(address, err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, task.Errorf(task.HttpConnect, "the keys of tokens: %s", task.Unreachable(request.URL.Host, err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, bodyLimit+1))
	switch {
	case err != nil:
		return nil, unreadable(address, err)
	case response.StatusCode != http.StatusOK:
		return nil, unreadable(address, fmt.Errorf("status %d", response.StatusCode))
	case len(body) > bodyLimit:
		return nil, unreadable(address, fmt.Errorf("more than %d bytes", bodyLimit))
	}
	return body, nil
}

func unreadable(address string, err error) error {
	return task.Errorf(task.HttpConnect, "the keys of tokens cannot be read from %s: %v", address, err)
}

// newClient follows no redirects: the address is the one that was declared.
func newClient(endpoints []task.Endpoint) *http.Client {
	client := &http.Client{Timeout: fetchTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if len(endpoints) > 0 {
		client.Transport = redirector{endpoints}
	}
	return client
}

// redirector sends requests for configured endpoints elsewhere.
type redirector struct{ endpoints []task.Endpoint }

// RoundTrip implements http.RoundTripper.
func (r redirector) RoundTrip(request *http.Request) (*http.Response, error) {
	if target, ok := task.Redirected(request.URL, r.endpoints); ok {
		request = request.Clone(request.Context())
		request.URL, request.Host = target, ""
	}
	return http.DefaultTransport.RoundTrip(request)
}

// CheckAddress refuses an address that keys cannot come from unharmed: only https will do, and http on this machine.
func CheckAddress(address string) error {
	parsed, err := url.Parse(address)
	switch {
	case err != nil || parsed.Host == "" || parsed.User != nil || parsed.Fragment != "":
		return fmt.Errorf("%q is not the address of a server", address)
	case parsed.Scheme == "https", parsed.Scheme == "http" && isLoopback(parsed.Hostname()):
		return nil
	}
	return fmt.Errorf("%q is not an https address", address)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
