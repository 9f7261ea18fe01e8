package cli_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/cli"
)

// TestVendorProjectsCheck expects no error in the vendor's projects, and warnings exactly where the files are wrong.
func TestVendorProjectsCheck(t *testing.T) {
	tests := map[string][]string{
		"product-api-mariadb":                  {"datasources_demodb.yaml:7 APC023"},
		"petstore-api-authentication-postgres": {"datasource_postdb.yaml:6 APC023", "settings.yaml:7 APC023"},
		"contact-sync-api-hubspot-rest": {
			"GET_contact.yaml:19 APC018", "GET_contact.yaml:50 APC007", "GET_contact.yaml:64 APC007", // one parenthesis too many
			"GET_contact.yaml:82 APC010", // $.results0 for $.results[0]
			"GET_contact_sync.yaml:47 APC007", "GET_contact_sync.yaml:61 APC007",
			"datasource_mydatabase.yaml:7 APC023", // a password written out
			"openapi.yaml:17 APC028",              // security that nothing in the project stands for
		},
	}
	for project, want := range tests {
		t.Run(project, func(t *testing.T) {
			folder := filepath.Join(sample(t, project), "specs")
			var out, errs strings.Builder
			code := cli.Main([]string{"check", "--json", folder}, cli.Std{Out: &out, Err: &errs, Lookup: noVariables, Context: t.Context()})
			if code != cli.ExitOK {
				t.Fatalf("exit code %d:\n%s%s", code, out.String(), errs.String())
			}
			var report struct {
				Diagnostics []struct {
					Severity, Summary, Code, File string
					Start                         struct{ Line int }
				}
			}
			if err := json.Unmarshal([]byte(out.String()), &report); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range report.Diagnostics {
				if d.Severity == "warning" {
					got = append(got, fmt.Sprintf("%s:%d %s", filepath.Base(d.File), d.Start.Line, d.Code))
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func noVariables(string) (string, bool) { return "", false }

func TestVendorProducts(t *testing.T) {
	folder := sample(t, "product-api-mariadb")
	address := servers.MariaDB(t)
	loadScripts(t, openDatabase(t, address), filepath.Join(folder, "db/init-schema.sql"))
	d := startDev(t, folder, "--datasource", "demodb="+withDatabase(address, "sample-products"))

	type product struct {
		ProductID              int
		Title, Category        string
		Price                  float64
		Stock                  int
		Description, Something *string
	}
	all := decode[[]product](t, d.call(t, "GET", "/products", "").want(t, 200))
	var titles []string
	for _, p := range all {
		titles = append(titles, fmt.Sprint(p.ProductID, p.Title, p.Category, p.Price, p.Stock))
	}
	want := []string{"1Test Product ATablet1.2 20", "2Test Product BLaptop3 20", "3Test Product CLaptop1.9 20", "4Test Product DComputer1.8 20"}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Error(diff)
	}
	if laptops := decode[[]product](t, d.call(t, "GET", "/products?category=Laptop", "").want(t, 200)); len(laptops) != 2 {
		t.Errorf("%d laptops, want 2", len(laptops))
	}
	for _, injection := range []string{"' OR '1'='1", `" OR 1=1 -- `, `\' OR 1=1 -- `, "Laptop' UNION SELECT 1,2,3,4,5,6 -- "} {
		if got := d.call(t, "GET", "/products?category="+url.QueryEscape(injection), "").want(t, 200); strings.TrimSpace(got.text) != "[]" {
			t.Errorf("category %s: %s", injection, got.text)
		}
	}
}

// TestVendorProjectsEmbedded serves two projects without their servers: SQLite takes their scripts as they are.
func TestVendorProjectsEmbedded(t *testing.T) {
	embedded := func(name string) *development {
		folder := filepath.Join(t.TempDir(), name)
		if err := os.CopyFS(folder, os.DirFS(sample(t, name))); err != nil {
			t.Fatal(err)
		}
		return startDev(t, folder)
	}
	products := embedded("product-api-mariadb")
	if laptops := decode[[]any](t, products.call(t, "GET", "/products?category=Laptop", "").want(t, 200)); len(laptops) != 2 {
		t.Errorf("%d laptops, want 2", len(laptops))
	}
	pets := embedded("petstore-api-authentication-postgres")
	demo := func(r *http.Request) { r.SetBasicAuth("demo", "demo") }
	stored := pets.call(t, "POST", "/pets", `{"id": 1, "name": "Rex", "species": "Black"}`, demo).want(t, 200)
	if want := `{"id":6,"name":"Rex","species":"Black"}`; strings.TrimSpace(stored.text) != want {
		t.Errorf("got %s, want %s", stored.text, want)
	}
}

// withDatabase is an address with another database.
func withDatabase(address, name string) string {
	return address[:strings.LastIndexByte(address, '/')+1] + name
}

func TestVendorPetstore(t *testing.T) {
	folder := sample(t, "petstore-api-authentication-postgres")
	address := servers.Postgres(t)
	loadScripts(t, openDatabase(t, address), filepath.Join(folder, "db/init-script.sql"))
	d := startDev(t, folder, "--datasource", "postdb="+address)
	demo := func(r *http.Request) { r.SetBasicAuth("demo", "demo") }

	if denied := d.call(t, "GET", "/pets", "").want(t, 401); denied.header.Get("WWW-Authenticate") == "" {
		t.Error("401 without WWW-Authenticate")
	}
	d.call(t, "GET", "/pets", "", func(r *http.Request) { r.SetBasicAuth("demo", "wrong") }).want(t, 401)

	type pet struct {
		ID            int
		Name, Species string
	}
	if pets := decode[[]pet](t, d.call(t, "GET", "/pets", "", demo).want(t, 200)); len(pets) != 5 {
		t.Errorf("%d pets, want 5", len(pets))
	}
	if pets := decode[[]pet](t, d.call(t, "GET", "/pets?limit=2", "", demo).want(t, 200)); len(pets) != 2 {
		t.Errorf("%d pets, want 2", len(pets))
	}
	refused := d.call(t, "GET", "/pets?limit=101", "", demo).want(t, 412)
	if got := decode[map[string]string](t, refused)["message"]; got != "The limit must not be bigger then 100" {
		t.Errorf("message %q", got)
	}
	d.call(t, "GET", "/pets?limit=many", "", demo).want(t, 400)
	d.call(t, "POST", "/pets", "", demo).want(t, 400)

	stored := decode[pet](t, d.call(t, "POST", "/pets", `{"id": 1, "name": "Rex'; DROP TABLE pets_sample.pets; --", "species": "Black"}`, demo).want(t, 200))
	if stored.ID != 6 || stored.Name != "Rex'; DROP TABLE pets_sample.pets; --" || stored.Species != "Black" {
		t.Errorf("stored %+v", stored)
	}
	found := decode[[]pet](t, d.call(t, "GET", fmt.Sprint("/pets/", stored.ID), "", demo).want(t, 200))
	if len(found) != 1 || found[0] != stored {
		t.Errorf("found %+v, want %+v", found, stored)
	}
}

// hubspot is a stub of the CRM that the contact project reads.
type hubspot struct {
	firstname atomic.Value
	status    atomic.Int64
	t         *testing.T
}

func (h *hubspot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer token-7" {
		h.t.Errorf("Authorization: %q", r.Header.Get("Authorization"))
	}
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body)
		var request map[string]any
		if err := json.Unmarshal(body, &request); err != nil {
			h.t.Errorf("%v: %s", err, body)
		}
		want := map[string]any{"idProperty": "email", "inputs": []any{map[string]any{"id": "maria@example.com"}}}
		if diff := cmp.Diff(want, request); diff != "" {
			h.t.Errorf("%s %s: %s", r.Method, r.URL, diff)
		}
	} else if r.URL.Query().Get("limit") != "10" || r.URL.Query().Get("archived") != "false" {
		h.t.Errorf("query of %s", r.URL)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(h.status.Load()))
	fmt.Fprintf(w, `{"results": [{"id": "51", "properties": {"firstname": %q, "lastname": "Le", "email": "maria@example.com"}}]}`, h.firstname.Load())
}

func TestVendorContacts(t *testing.T) {
	folder := sample(t, "contact-sync-api-hubspot-rest")
	address := servers.MariaDB(t)
	db := openDatabase(t, address)
	loadScripts(t, db, filepath.Join(folder, "db/init-schema.sql"))
	stub := &hubspot{t: t}
	stub.firstname.Store("Maria")
	stub.status.Store(200)
	server := httptest.NewServer(stub)
	defer server.Close()
	d := startDev(t, folder, "--datasource", "mydatabase="+withDatabase(address, "sample-contacts"), "--endpoint", "api.hubapi.com="+server.URL)
	token := func(r *http.Request) { r.Header.Set("Hubspot-Auth", "Bearer token-7") }

	d.call(t, "GET", "/contact?email=maria@example.com", "").want(t, 400)
	d.call(t, "GET", "/contact", "", token).want(t, 400)

	first := d.call(t, "GET", "/contact?email=maria@example.com", "", token).want(t, 200)
	if got := contacts(t, db); got != "51 Maria Le maria@example.com" {
		t.Errorf("after the first call: %s", got)
	}
	answer := decode[map[string]any](t, first)
	if answer["id"] != "51" || answer["firstname"] != "Maria" || answer["lastname"] != "Le" || answer["email"] != "maria@example.com" {
		t.Errorf("answer %v", answer)
	}
	stub.firstname.Store("Mary")
	d.call(t, "GET", "/contact?email=maria@example.com", "", token).want(t, 200)
	if got := contacts(t, db); got != "51 Mary Le maria@example.com" {
		t.Errorf("after the second call: %s", got)
	}
	stub.firstname.Store("Marie")
	if synced := d.call(t, "GET", "/contact/sync", "", token).want(t, 200); synced.text != "" {
		t.Errorf("a response without a schema has the body %q", synced.text)
	}
	if got := contacts(t, db); got != "51 Marie Le maria@example.com" {
		t.Errorf("after the loop: %s", got)
	}
	stub.status.Store(503)
	broken := d.call(t, "GET", "/contact?email=maria@example.com", "", token).want(t, 500)
	if got := decode[map[string]string](t, broken)["message"]; got != "The hubspot API did deliver an error" {
		t.Errorf("message %q", got)
	}
}

// contacts gives the rows of the contacts table.
func contacts(t *testing.T, db *sql.DB) string {
	t.Helper()
	rows, err := db.Query("SELECT concat_ws(' ', id, firstname, lastname, email) FROM `sample-contacts`.contacts")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return strings.Join(all, "\n")
}
