package delivery

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// record is what the test's records say of themselves: where they stand.
type record struct{ P, N int }

// service takes records over HTTP and notes them. It answers 500 to one request in twenty, unless it is well, and can be shut for a while.
type service struct {
	well    bool
	address string
	server  *http.Server

	mutex      sync.Mutex
	asked      int
	refused    int
	first      map[int][]int // by partition, the records that came for the first time, in order
	seen       map[record]int
	times      []time.Time // of all that were taken
	duplicates int
}

func newService(t *testing.T) *service {
	t.Helper()
	s := &service{address: "127.0.0.1:0", first: map[int][]int{}, seen: map[record]int{}}
	s.open(t)
	t.Cleanup(s.shut)
	return s
}

func (s *service) open(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	s.address = listener.Addr().String()
	s.server = &http.Server{Handler: s}
	go s.server.Serve(listener)
}

// shut ends the service with all connections.
func (s *service) shut() { s.server.Close() }

// ServeHTTP implements http.Handler.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var one record
	if err := json.NewDecoder(r.Body).Decode(&one); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.asked++; s.asked%20 == 0 && !s.well {
		s.refused++
		http.Error(w, "at times I fail", http.StatusInternalServerError)
		return
	}
	s.times = append(s.times, time.Now())
	if s.seen[one]++; s.seen[one] > 1 {
		s.duplicates++
		return
	}
	s.first[one.P] = append(s.first[one.P], one.N)
}

// taken is how many records came at least once.
func (s *service) taken() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return len(s.seen)
}

// check compares what came with what was sent: everything, and first deliveries in the order of their partition.
func (s *service) check(t *testing.T, partitions, each int) {
	t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for partition := range partitions {
		got := s.first[partition]
		if len(got) != each {
			t.Errorf("partition %d: %d records of %d came", partition, len(got), each)
		}
		if !slices.IsSorted(got) {
			t.Errorf("partition %d: records came in another order: %s", partition, disorder(got))
		}
	}
}

// disorder is where a list is not sorted.
func disorder(list []int) string {
	for i := 1; i < len(list); i++ {
		if list[i] < list[i-1] {
			return fmt.Sprint(list[max(0, i-3):min(len(list), i+3)])
		}
	}
	return ""
}
