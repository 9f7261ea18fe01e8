package soak

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/steploom/steploom/shared/testserver"
)

const loaded = `specification: 1.0
datasources:
  ledger: {type: db, url: 'jdbc:postgresql://127.0.0.1:1/none'}
  partner: {type: ftp, host: 127.0.0.1, port: 1, protocol: ftp}
operations:
  'post /orders':
    fulfillments:
      - {name: customer, type: read, datasource: ledger, instructions: [{sql: {query: 'SELECT name FROM customer WHERE id = ?', parameters: [{param: 'BODY($.customer)'}]}}]}
      - {name: products, type: read, datasource: ledger, instructions: [{sql: {query: 'SELECT id, price FROM product ORDER BY id'}}]}
      - {name: order, type: update, datasource: ledger, instructions: [{sql: {transaction: order, query: 'INSERT INTO entry (k) VALUES (?)', parameters: [{param: 'BODY($.key)'}]}}]}
      - name: line
        type: loop
        loop: VALUE(products, $)
        fulfillments:
          - name: ordered
            type: update
            datasource: ledger
            instructions: [{sql: {transaction: order, query: 'INSERT INTO line (k, product) VALUES (?, ?)', parameters: [{param: 'BODY($.key)'}, {param: 'VALUE(line, $.id)'}]}}]
      - {name: placed, type: update, datasource: ledger, instructions: [{sql: {commit: order}}]}
      - name: sent
        type: update
        datasource: partner
        instructions:
          - file: {filePath: '/out/${BODY($.key)}.json', contentType: application/json, schema: {key: 'BODY($.key)', lines: 'SIZE(VALUE(placed, $))'}}
    responses: [{name: done, default: true, statuscode: 201, schema: {name: 'VALUE(customer, $[0].name)', rows: 'SIZE(VALUE(placed, $))'}}]
  'get /entries/{key}':
    fulfillments:
      - {name: counted, type: read, datasource: ledger, instructions: [{sql: {query: 'SELECT count(*) AS n FROM entry WHERE k = ?', parameters: [{param: 'PARAM(key)'}]}}]}
    responses: [{name: done, default: true, statuscode: 200, schema: {found: 'VALUE(counted, $[0].n)'}}]
`

// products is how many lines an order has.
const products = 5

// TestLoad lets 200 clients place orders, each two reads, a loop and a transaction on PostgreSQL, and a file in the folder that stands in for a
// file server. Nothing goes wrong meanwhile, so no request may fail;
// every order is there with all its lines and its file, and the server holds no more than it held before.
func TestLoad(t *testing.T) {
	testserver.Slow(t, "it loads the machine for a while")
	binary, behind, folder := buildSteploom(t), newPostgres(t), t.TempDir()
	for _, statement := range []string{
		"CREATE TABLE customer (id INT PRIMARY KEY, name TEXT)", "CREATE TABLE product (id INT PRIMARY KEY, price NUMERIC)",
		"CREATE TABLE line (k VARCHAR(20) NOT NULL, product INT NOT NULL)", "INSERT INTO customer VALUES (1, 'Ada')",
		fmt.Sprintf("INSERT INTO product SELECT n, n FROM generate_series(1, %d) n", products),
	} {
		if _, err := behind.db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	behind.prepare(t, folder)
	if err := os.WriteFile(filepath.Join(folder, "ledger.yaml"), []byte(loaded), 0o644); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, binary, folder)
	warmUp(t, s)
	before := s.holdings(t)
	placed := placeOrders(t, s, duration(t))
	after := s.settled(t, before)
	t.Logf("%d orders placed by %d clients; before %v, after %v", placed, connections, before, after)
	checkOrders(t, behind.db, placed)
	checkFiles(t, filepath.Join(folder, ".steploom", "partner", "out"), placed)
	s.stop(t)
}

// placeOrders has clients place orders for a while, and gives how many were placed. The first failures are reported.
func placeOrders(t *testing.T, s *server, length time.Duration) int {
	var placed, failed, next atomic.Int64
	var clients sync.WaitGroup
	end := time.Now().Add(length)
	for range connections {
		clients.Go(func() {
			client := &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
			defer client.CloseIdleConnections()
			for time.Now().Before(end) {
				body, _ := json.Marshal(map[string]any{"key": fmt.Sprintf("o%08d", next.Add(1)), "customer": 1})
				answer, err := client.Post(s.url()+"/orders", "application/json", strings.NewReader(string(body)))
				if err == nil {
					text, _ := io.ReadAll(answer.Body)
					answer.Body.Close()
					if answer.StatusCode == 201 && string(text) == fmt.Sprintf(`{"name":"Ada","rows":%d}`, products+1) {
						placed.Add(1)
						continue
					}
					err = fmt.Errorf("%s: %s", answer.Status, text)
				}
				if failed.Add(1) <= 5 {
					t.Error(err)
				}
			}
		})
	}
	clients.Wait()
	if placed.Load() < connections || failed.Load() > 0 {
		t.Errorf("%d orders are placed, %d failed", placed.Load(), failed.Load())
	}
	return int(placed.Load())
}

// checkOrders looks for orders that lack a line.
func checkOrders(t *testing.T, db *sql.DB, placed int) {
	t.Helper()
	var orders, halves int
	if err := db.QueryRow("SELECT count(*) FROM entry").Scan(&orders); err != nil {
		t.Fatal(err)
	}
	const half = "SELECT count(*) FROM (SELECT e.k FROM entry e FULL JOIN line l ON l.k = e.k GROUP BY e.k HAVING count(l.k) <> $1 OR count(DISTINCT l.product) <> $1) AS k"
	if err := db.QueryRow(half, products).Scan(&halves); err != nil {
		t.Fatal(err)
	}
	if orders != placed || halves > 0 {
		t.Errorf("of %d orders %d are there, %d lack lines", placed, orders, halves)
	}
}

// checkFiles looks for files that are missing, half written or left over.
func checkFiles(t *testing.T, folder string, placed int) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, file.Name()))
		key := strings.TrimSuffix(file.Name(), ".json")
		if want := fmt.Sprintf(`{"key":"%s","lines":%d}`, key, products+1); err != nil || string(text) != want {
			t.Fatalf("%s: %v %s, want %s", file.Name(), err, text, want)
		}
	}
	if len(files) != placed {
		t.Errorf("of %d orders %d files are there", placed, len(files))
	}
}
