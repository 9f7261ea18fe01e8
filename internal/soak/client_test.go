package soak

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ledger keeps what clients sent and what was acknowledged.
type ledger struct {
	next  atomic.Int64
	mutex sync.Mutex
	keys  map[string]bool // of every row sent; true when it was acknowledged
	wrong []string
	took  []time.Duration
	tally map[string]int
}

func newLedger() *ledger { return &ledger{keys: map[string]bool{}, tally: map[string]int{}} }

// fresh gives a key that no row has.
func (l *ledger) fresh() string {
	key := fmt.Sprintf("k%08d", l.next.Add(1))
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.keys[key] = false
	return key
}

func (l *ledger) acknowledge(keys ...string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for _, key := range keys {
		l.keys[key] = true
	}
}

func (l *ledger) missing(key string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.wrong = append(l.wrong, key)
}

func (l *ledger) answered(kind string, took time.Duration) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.tally[kind]++
	if kind != "broken" {
		l.took = append(l.took, took)
	}
}

func (l *ledger) count(kind string) int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.tally[kind]
}

func (l *ledger) acknowledged() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	var keys []string
	for key, acknowledged := range l.keys {
		if acknowledged {
			keys = append(keys, key)
		}
	}
	return keys
}

func (l *ledger) sent(key string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	_, ok := l.keys[key]
	return ok
}

func (l *ledger) wrongReads() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.wrong
}

func (l *ledger) latencies() []time.Duration {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]time.Duration(nil), l.took...)
}

// client sends one request after the other: a row, a read of it, a batch of rows.
type client struct {
	ledger *ledger
	server *server
}

// patience is how long an answer may take; the gateway's own limit is 30 seconds.
const patience = 40 * time.Second

func (c *client) run(over <-chan struct{}) {
	http := &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	defer http.CloseIdleConnections()
	for {
		select {
		case <-over:
			return
		default:
		}
		key := c.ledger.fresh()
		if status, _ := c.send(http, "written", "POST", "/entries", map[string]any{"key": key}); status == 201 {
			c.ledger.acknowledge(key)
			c.read(http, key)
		}
		batch := []string{c.ledger.fresh(), c.ledger.fresh(), c.ledger.fresh()}
		if status, _ := c.send(http, "batch", "POST", "/batches", map[string]any{"keys": batch}); status == 201 {
			c.ledger.acknowledge(batch...)
		}
	}
}

// read looks for an acknowledged row.
func (c *client) read(http *http.Client, key string) {
	if status, body := c.send(http, "read", "GET", "/entries/"+key, nil); status == 200 && !strings.Contains(body, `"found":1`) {
		c.ledger.missing(key + ": " + body)
	}
}

// send gives the status, 0 without an answer.
func (c *client) send(client *http.Client, kind, method, path string, body any) (int, string) {
	text, _ := json.Marshal(body)
	request, err := http.NewRequest(method, c.server.url()+path, strings.NewReader(string(text)))
	if err != nil {
		return 0, ""
	}
	request.Header.Set("Content-Type", "application/json")
	start := time.Now()
	answer, err := client.Do(request)
	if err != nil {
		c.ledger.answered("broken", 0)
		time.Sleep(20 * time.Millisecond) // it is down; it comes up again
		return 0, ""
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		c.ledger.answered("broken", 0)
		return 0, ""
	}
	if answer.StatusCode >= 400 {
		kind = "failed"
	}
	c.ledger.answered(kind, time.Since(start))
	return answer.StatusCode, string(read)
}
