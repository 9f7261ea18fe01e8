// Package lambdaapi stands in for the part of Lambda's API that makes aliases and event source mappings, for tests. It keeps what it is told, refuses what
// Lambda refuses, and takes its time: a mapping is on its way to a state for as many requests as [Service.Steps] says.
package lambdaapi

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Service is the API. Its zero value has a function of every name, and no aliases. It may be changed while nobody asks.
type Service struct {
	// Steps is how many requests see a mapping on its way, before it has got there.
	Steps int
	// PageSize is how many mappings a page of a list has, 100 where it is 0.
	PageSize int
	// Refuse is asked before each request: a code other than "" is answered.
	Refuse func(method, path string) (status int, code string)

	mutex    sync.Mutex
	aliases  map[string]string // versions, by function:alias
	mappings []*Mapping
	made     int
}

// Mapping is an event source mapping.
type Mapping struct {
	UUID     string
	Function string // ARN with the alias
	Topic    string
	Group    string
	// Input is what it was made of, with what was changed.
	Input map[string]any

	state, next string
	steps       int
}

// State is the state that the next request sees.
func (m *Mapping) State() string { return m.state }

// Aliases are the names of the aliases, as function:alias.
func (s *Service) Aliases() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return slices.Sorted(maps.Keys(s.aliases))
}

// Mappings are those of an alias, in the order in which they were made.
func (s *Service) Mappings(alias string) []*Mapping {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var found []*Mapping
	for _, one := range s.mappings {
		if strings.HasSuffix(one.Function, ":"+alias) {
			found = append(found, one)
		}
	}
	return found
}

// Settle makes every mapping what it is becoming.
func (s *Service) Settle() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, one := range s.mappings {
		one.steps = 0
	}
	s.advance()
}

const prefix = "/2015-03-31/"

// ServeHTTP answers requests as Lambda does.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	path := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.EscapedPath(), prefix), "/"), "/")
	for i := range path {
		path[i], _ = url.PathUnescape(path[i])
	}
	if s.Refuse != nil {
		if status, code := s.Refuse(r.Method, r.URL.Path); code != "" {
			refuse(w, status, code, "refused")
			return
		}
	}
	if !strings.Contains(r.Header.Get("Authorization"), "/lambda/aws4_request") {
		refuse(w, 403, "MissingAuthenticationTokenException", "not signed")
		return
	}
	s.advance()
	var input map[string]any
	if r.Body != nil && r.ContentLength > 0 {
		if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
			refuse(w, 400, "InvalidRequestContentException", err.Error())
			return
		}
	}
	switch {
	case path[0] == "functions" && len(path) >= 3 && path[2] == "aliases":
		s.alias(w, r.Method, path, input)
	case path[0] == "event-source-mappings" && len(path) == 1 && r.Method == http.MethodGet:
		s.list(w, r.URL.Query())
	case path[0] == "event-source-mappings" && len(path) == 1 && r.Method == http.MethodPost:
		s.create(w, input)
	case path[0] == "event-source-mappings" && len(path) == 2:
		s.one(w, r.Method, path[1], input)
	default:
		refuse(w, 404, "UnknownOperationException", r.URL.Path)
	}
}

// advance brings mappings on their way a step further.
func (s *Service) advance() {
	for _, one := range s.mappings {
		if one.next == "" {
			continue
		}
		if one.steps--; one.steps < 0 {
			one.state, one.next = one.next, ""
		}
	}
	s.mappings = slices.DeleteFunc(s.mappings, func(m *Mapping) bool { return m.state == "Deleted" })
}

func (m *Mapping) become(way, state string, steps int) { m.state, m.next, m.steps = way, state, steps }

func (s *Service) alias(w http.ResponseWriter, method string, path []string, input map[string]any) {
	name, _ := input["Name"].(string)
	if len(path) == 4 {
		name = path[3]
	}
	alias := path[1] + ":" + name
	_, there := s.aliases[alias]
	switch {
	case method == http.MethodGet && name == "":
		s.listAliases(w, path[1])
	case method == http.MethodPost && there:
		refuse(w, 409, "ResourceConflictException", "Alias already exists: "+alias)
	case method == http.MethodPost:
		if s.aliases == nil {
			s.aliases = map[string]string{}
		}
		s.aliases[alias], _ = input["FunctionVersion"].(string)
		answer(w, 201, map[string]any{"Name": name, "FunctionVersion": s.aliases[alias]})
	case method == http.MethodDelete:
		delete(s.aliases, alias)
		w.WriteHeader(http.StatusNoContent)
	default:
		refuse(w, 405, "MethodNotAllowed", method)
	}
}

func (s *Service) listAliases(w http.ResponseWriter, function string) {
	all := []map[string]string{}
	for _, alias := range slices.Sorted(maps.Keys(s.aliases)) {
		if name, of := strings.CutPrefix(alias, function+":"); of {
			all = append(all, map[string]string{"Name": name})
		}
	}
	answer(w, 200, map[string]any{"Aliases": all})
}

func (s *Service) list(w http.ResponseWriter, query url.Values) {
	function := query.Get("FunctionName")
	if _, name, _ := strings.Cut(function, ":function:"); s.aliases[name] == "" {
		refuse(w, 404, "ResourceNotFoundException", "Function not found: "+function)
		return
	}
	var all []any
	for _, one := range s.mappings {
		if one.Function == function {
			all = append(all, one.shown())
		}
	}
	first, size := 0, max(s.PageSize, 1)
	if s.PageSize == 0 {
		size = 100
	}
	fmt.Sscan(query.Get("Marker"), &first)
	page := map[string]any{"EventSourceMappings": all[min(first, len(all)):min(first+size, len(all))]}
	if first+size < len(all) {
		page["NextMarker"] = fmt.Sprint(first + size)
	}
	answer(w, 200, page)
}

func (m *Mapping) shown() map[string]any {
	shown := maps.Clone(m.Input)
	delete(shown, "Enabled")
	delete(shown, "FunctionName")
	shown["UUID"], shown["State"], shown["FunctionArn"] = m.UUID, m.state, m.Function
	return shown
}

func (s *Service) create(w http.ResponseWriter, input map[string]any) {
	m := &Mapping{Input: input, Group: groupOf(input)}
	m.Function, _ = input["FunctionName"].(string)
	topics, _ := input["Topics"].([]any)
	if len(topics) == 1 {
		m.Topic, _ = topics[0].(string)
	}
	_, name, _ := strings.Cut(m.Function, ":function:")
	_, managed := input["EventSourceArn"]
	_, own := input["SelfManagedEventSource"]
	switch {
	case s.aliases[name] == "":
		refuse(w, 404, "ResourceNotFoundException", "Function not found: "+m.Function)
	case m.Topic == "" || m.Group == "" || managed == own || input["StartingPosition"] == nil:
		refuse(w, 400, "InvalidParameterValueException", "a mapping has one topic, one group, one source and a starting position")
	case slices.ContainsFunc(s.mappings, func(other *Mapping) bool {
		return other.Group == m.Group || other.Function == m.Function && other.Topic == m.Topic
	}):
		refuse(w, 409, "ResourceConflictException", "another mapping has the topic or the group")
	default:
		s.made++
		m.UUID = fmt.Sprintf("00000000-0000-0000-0000-%012d", s.made)
		state := "Enabled"
		if input["Enabled"] == false {
			state = "Disabled"
		}
		m.become("Creating", state, s.Steps)
		s.mappings = append(s.mappings, m)
		answer(w, 202, m.shown())
	}
}

func groupOf(input map[string]any) string {
	for _, name := range []string{"AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"} {
		if config, ok := input[name].(map[string]any); ok {
			group, _ := config["ConsumerGroupId"].(string)
			return group
		}
	}
	return ""
}

// one changes or takes away a mapping that is not on its way to somewhere.
func (s *Service) one(w http.ResponseWriter, method, id string, input map[string]any) {
	at := slices.IndexFunc(s.mappings, func(m *Mapping) bool { return m.UUID == id })
	if at < 0 {
		refuse(w, 404, "ResourceNotFoundException", "The resource you requested does not exist.")
		return
	}
	m := s.mappings[at]
	if m.next != "" && method != http.MethodGet {
		refuse(w, 400, "ResourceInUseException", "Cannot change the event source mapping because it is in use.")
		return
	}
	switch method {
	case http.MethodDelete:
		m.become("Deleting", "Deleted", s.Steps)
	case http.MethodPut:
		state := m.state
		maps.Copy(m.Input, input)
		switch input["Enabled"] {
		case true:
			m.become("Enabling", "Enabled", s.Steps)
		case false:
			m.become("Disabling", "Disabled", s.Steps)
		default:
			m.become("Updating", state, s.Steps)
		}
	}
	answer(w, 202, m.shown())
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("X-Amzn-Errortype", code)
	answer(w, status, map[string]string{"Type": "User", "Message": message})
}
