package local_test

import (
	"database/sql"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
)

const benchWorkflow = `
datasources:
  shop:
    type: db
    url: jdbc:postgresql://nowhere.invalid/shop
operations:
  'get /items/{id}':
    fulfillments:
      - name: item
        type: read
        datasource: shop
        instructions:
          - sql:
              query: SELECT id, name, price FROM item WHERE id = ?
              parameters:
                - param: PARAM(id)
        exceptions:
          - if: SIZE(VALUE(item, $)) == INTEGER(0)
            statuscode: 404
            message: no such item
    responses:
      - name: ok
        statuscode: 200
        default: true
        schema:
          id: VALUE(item, $[0].id)
          name: VALUE(item, $[0].name)
          price: VALUE(item, $[0].price)
`

const benchScript = `
CREATE TABLE item (id integer PRIMARY KEY, name text NOT NULL, price double NOT NULL);
INSERT INTO item VALUES (1, 'pen', 1.5), (2, 'ink', 7.25), (3, 'paper', 3);
`

// BenchmarkServe measures requests over loopback HTTP: through gateway, API function, engine, sql function and SQLite,
// and through a hand-written net/http and database/sql handler that runs the same query on the same database.
func BenchmarkServe(b *testing.B) {
	service := benchService(b)
	embedded := service.Datasources[0].Embedded
	var nanoseconds [2]float64
	b.Run("steploom", func(b *testing.B) { nanoseconds[0] = serveAll(b, service.Handler(nil)) })
	b.Run("handwritten", func(b *testing.B) {
		db, err := embedded.Open()
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		db.SetMaxOpenConns(8)
		db.SetMaxIdleConns(8)
		nanoseconds[1] = serveAll(b, handwritten(db))
		if nanoseconds[0] > 0 {
			b.ReportMetric(nanoseconds[1]/nanoseconds[0], "ratio") // steploom's requests/s to the hand-written handler's
		}
	})
}

func benchService(b *testing.B) *local.Service {
	root := b.TempDir()
	if err := os.Mkdir(filepath.Join(root, "db"), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "db", "a.sqlite.sql"), []byte(benchScript), 0o644); err != nil {
		b.Fatal(err)
	}
	output, list := compiler.Compile(source.Files{{Path: "a.yaml", Bytes: []byte(benchWorkflow)}}, compiler.Options{})
	if list.HasErrors() {
		b.Fatal(list)
	}
	service, err := local.NewService(b.Context(), local.Project{Root: root, Specs: root}, output, local.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	return service
}

// handwritten is what one would write for this one operation.
func handwritten(db *sql.DB) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) {
		var item struct {
			ID    int     `json:"id"`
			Name  string  `json:"name"`
			Price float64 `json:"price"`
		}
		err := db.QueryRowContext(r.Context(), "SELECT id, name, price FROM item WHERE id = ?", r.PathValue("id")).
			Scan(&item.ID, &item.Name, &item.Price)
		if err != nil {
			http.Error(w, `{"message":"no such item"}`, http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(item)
	})
	return mux
}

// serveAll sends requests from several clients and gives nanoseconds per request.
func serveAll(b *testing.B, handler http.Handler) float64 {
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	paths := []string{"/items/1", "/items/2", "/items/3"}
	var next atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			answer, err := client.Get(server.URL + paths[next.Add(1)%3])
			if err != nil {
				b.Error(err)
				return
			}
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				b.Errorf("status %d", answer.StatusCode)
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
	return float64(b.Elapsed().Nanoseconds()) / float64(b.N)
}
