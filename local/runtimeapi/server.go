package runtimeapi

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const apiRoot = "/2018-06-01/runtime/"

// invocation is one event on its way through a sandbox.
type invocation struct {
	requestID string
	payload   []byte
	deadline  time.Time
	arn       string
	answer    chan answer // has room for one
	// clientContext is JSON, "" for none.
	clientContext string
}

// answer is what the process posted for an invocation.
type answer struct {
	payload []byte
	err     *Error
}

// handler is the Runtime API of one sandbox.
func (s *sandbox) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+apiRoot+"invocation/next", s.serveNext)
	mux.HandleFunc("POST "+apiRoot+"invocation/{id}/response", s.serveResponse)
	mux.HandleFunc("POST "+apiRoot+"invocation/{id}/error", s.serveError)
	mux.HandleFunc("POST "+apiRoot+"init/error", s.serveInitError)
	return mux
}

// serveNext holds the process until there is an event: this is the moment at which a sandbox becomes ready.
func (s *sandbox) serveNext(w http.ResponseWriter, r *http.Request) {
	s.markReady()
	select {
	case next := <-s.events:
		header := w.Header()
		header.Set("Content-Type", "application/json")
		header.Set("Lambda-Runtime-Aws-Request-Id", next.requestID)
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(next.deadline.UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", next.arn)
		header.Set("Lambda-Runtime-Trace-Id", traceID(next.requestID, time.Now()))
		if next.clientContext != "" {
			header.Set("Lambda-Runtime-Client-Context", next.clientContext)
		}
		w.Write(next.payload)
	case <-r.Context().Done():
		select {
		case <-s.ready: // nobody waits any more
		default:
		}
	}
}

func (s *sandbox) serveResponse(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	if err != nil {
		http.Error(w, `{"errorType":"InvalidResponse"}`, http.StatusBadRequest)
		return
	}
	if len(body) > MaxPayload {
		s.finish(w, r, answer{err: responseTooLarge()}, http.StatusRequestEntityTooLarge)
		return
	}
	s.finish(w, r, answer{payload: body}, http.StatusAccepted)
}

func (s *sandbox) serveError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload))
	if err != nil {
		http.Error(w, `{"errorType":"InvalidResponse"}`, http.StatusBadRequest)
		return
	}
	s.finish(w, r, answer{err: reported(body)}, http.StatusAccepted)
}

// finish hands an answer to the waiting invocation if it is the one under way.
func (s *sandbox) finish(w http.ResponseWriter, r *http.Request, given answer, status int) {
	s.mutex.Lock()
	current := s.current
	if current != nil && current.requestID == r.PathValue("id") {
		s.current = nil
	} else {
		current = nil
	}
	s.mutex.Unlock()
	if current == nil {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"errorType":"InvalidRequestID"}`)
		return
	}
	current.answer <- given
	w.WriteHeader(status)
	io.WriteString(w, `{"status":"OK"}`)
}

func (s *sandbox) serveInitError(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload))
	if err == nil {
		s.failInit(reported(body))
	}
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`)
}

// traceID builds an X-Ray header from the request's id (32 hexadecimal digits and dashes).
func traceID(requestID string, at time.Time) string {
	digits := strings.ReplaceAll(requestID, "-", "")
	return "Root=1-" + strconv.FormatInt(at.Unix(), 16) + "-" + digits[:24] + ";Parent=" + digits[16:] + ";Sampled=0"
}
