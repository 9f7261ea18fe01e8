package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/shared/task"
)

// StubFile describes, in the root of a project, a service that stands for others in local runs:
//
//	hosts: [https://api.example.com]
//	routes:
//	  GET /items: {body: [{id: 1}]}
//	  GET /prices: {headers: {Content-Type: text/csv}, text: "sku,price\n"}
//	  POST /items:              # a list answers request after request; the last answer stays
//	    - {status: 503, body: {message: busy}}
//	    - {status: 201, body: {id: 2}}
const StubFile = "stub.yaml"

// stub answers requests as its file says.
type stub struct {
	Hosts  []string                `yaml:"hosts"`
	Routes map[string]*stubAnswers `yaml:"routes"`

	mutex sync.Mutex
	used  map[string]int
}

// stubAnswers is one answer, or a list of them.
type stubAnswers struct{ list []stubAnswer }

type stubAnswer struct {
	Status  int               `yaml:"status"`
	Headers map[string]string `yaml:"headers"`
	Body    any               `yaml:"body"` // sent as JSON
	Text    string            `yaml:"text"` // sent as it is, in place of a body
}

// UnmarshalYAML reads one answer or a list.
func (a *stubAnswers) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode(&a.list)
	}
	a.list = make([]stubAnswer, 1)
	return node.Decode(&a.list[0])
}

// startStub serves the project's stub until the context ends, and gives the redirects that lead to it; none when there is no stub.
func (p Project) startStub(ctx context.Context) ([]task.Endpoint, error) {
	path := filepath.Join(p.Root, StubFile)
	content, err := ReadFile(path, FileLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := parseStub(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	address, err := s.serve(ctx)
	if err != nil {
		return nil, err
	}
	var endpoints []task.Endpoint
	for _, host := range s.Hosts {
		endpoint, err := task.ParseEndpoint(host + "=" + address)
		if err != nil {
			return nil, fmt.Errorf("%s: host %q: %w", path, host, err)
		}
		endpoints = append(endpoints, endpoint)
	}
	return endpoints, nil
}

// mostMembers bounds an object of a stub file: the reader compares each name with every other.
const mostMembers = 500

func checkMembers(node *yaml.Node) error {
	if node.Kind == yaml.MappingNode && len(node.Content)/2 > mostMembers {
		return fmt.Errorf("line %d: an object has more than %d members", node.Line, mostMembers)
	}
	for _, inner := range node.Content {
		if err := checkMembers(inner); err != nil {
			return err
		}
	}
	return nil
}

// parseStub reads a stub file.
func parseStub(content []byte) (*stub, error) {
	s := &stub{used: map[string]int{}}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		return nil, err
	}
	if err := checkMembers(&document); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(content, s); err != nil {
		return nil, err
	}
	for route, answers := range s.Routes {
		if method, where, ok := strings.Cut(route, " "); !ok || method != strings.ToUpper(method) || !strings.HasPrefix(where, "/") {
			return nil, fmt.Errorf("route %q: want METHOD /path", route)
		}
		if answers == nil {
			continue
		}
		for _, answer := range answers.list {
			if answer.Status != 0 && (answer.Status < 200 || answer.Status > 599) {
				return nil, fmt.Errorf("route %q: status %d is not from 200 to 599", route, answer.Status)
			}
		}
	}
	return s, nil
}

func (s *stub) serve(ctx context.Context) (address string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := NewServer(s)
	go func() { _ = server.Serve(listener) }()
	context.AfterFunc(ctx, func() { _ = server.Close() })
	return "http://" + listener.Addr().String(), nil
}

// ServeHTTP gives the next answer of a route.
func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, known := s.next(r.Method + " " + r.URL.Path)
	w.Header().Set("Content-Type", "application/json")
	for name, value := range answer.Headers {
		w.Header().Set(name, value)
	}
	if !known {
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintf(w, `{"message": "the stub has no route %s %s"}`, r.Method, r.URL.Path)
		return
	}
	w.WriteHeader(answer.Status)
	if answer.Body == nil {
		_, _ = io.WriteString(w, answer.Text)
	} else {
		_ = json.NewEncoder(w).Encode(answer.Body)
	}
}

func (s *stub) next(route string) (stubAnswer, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	answers := s.Routes[route]
	if answers == nil || len(answers.list) == 0 {
		return stubAnswer{}, false
	}
	answer := answers.list[min(s.used[route], len(answers.list)-1)]
	s.used[route]++
	if answer.Status == 0 {
		answer.Status = http.StatusOK
	}
	return answer, true
}
