package local

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/task"
)

// gallery keeps what is known of pictures in MariaDB and the pictures in another system: whole configurations in one file, as small projects are.
const gallery = `specification: 1.0
settings: {debug: true}
authentications: {}
datasources:
  gallery: {type: db, url: 'jdbc:mariadb://127.0.0.1:1/gallery', user: u, password: p}
  store: {type: api}
operations:
  'post /picture':
    fulfillments:
      - name: known
        type: read
        datasource: gallery
        instructions:
          - sql: {query: SELECT id FROM picture WHERE name = ?, parameters: [{param: MULTIPART_FILE_NAME(picture)}]}
        exceptions:
          - {if: 'SIZE(VALUE(known, $)) > INTEGER(0)', statuscode: 409, message: 'there is a picture ${MULTIPART_FILE_NAME(picture)}'}
      - name: kept
        type: update
        datasource: gallery
        instructions:
          - sql:
              query: INSERT INTO picture (name, kind, width) VALUES (?, ?, ?)
              parameters:
                - param: MULTIPART_FILE_NAME(picture)
                - param: MULTIPART_FILE_CONTENTTYPE (picture)
                - param: PARAM(width)
      - name: stored
        type: update
        datasource: store
        instructions:
          - request:
              url: https://store.test/pictures/${VALUE(kept, $.insert_id)}
              httpType: POST
              multipart:
                picture:
                  contentType: MULTIPART_FILE_CONTENTTYPE (picture)
                  file: {name: MULTIPART_FILE_NAME(picture), content: MULTIPART_FILE_CONTENT(picture)}
                width: PARAM(width)
                about: {contentType: application/json, schema: {name: MULTIPART_FILE_NAME(picture)}}
    responses:
      - name: created
        statuscode: 201
        default: true
        header: ["Location: /picture/${VALUE(kept, $.insert_id)}"]
        schema: {id: 'VALUE(kept, $.insert_id)', bytes: 'VALUE(stored, $.bytes)'}
  'get /picture/{id}':
    fulfillments:
      - name: stored
        type: read
        datasource: store
        instructions:
          - request: {url: 'https://store.test/pictures/${PARAM(id)}', httpType: GET, contentType: image/png, allowFailure: true}
        exceptions:
          - {if: STATUSCODE(stored) == INTEGER(404), statuscode: 404, message: no such picture}
          - {if: EXCEPTION(stored) != NULL(), statuscode: 502, message: the store does not answer}
    responses:
      - {name: picture, statuscode: 200, default: true, schema: 'VALUE(stored, $)'}
  'put /raw':
    fulfillments:
      - name: stored
        type: update
        datasource: store
        instructions:
          - request: {url: 'https://store.test/raw', httpType: PUT, header: ["Content-Type: image/webp"], schema: BODY()}
    responses:
      - {name: ok, statuscode: 204, default: true}
`

const galleryAPI = `openapi: 3.0.3
paths:
  /picture:
    post:
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [picture]
              properties: {picture: {type: string, format: binary}, width: {type: integer}}
            encoding: {picture: {contentType: image/*}}
  /picture/{id}: {get: {parameters: [{name: id, in: path, required: true, schema: {type: integer}}]}}
  /raw: {put: {requestBody: {content: {image/webp: {schema: {type: string, format: binary}}}}}}
`

// store keeps pictures as the other system does.
type store struct {
	pictures map[string]stored
	raw      stored
}

type stored struct{ name, contentType, content, width, about string }

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	one, known := s.pictures[r.URL.Path]
	switch {
	case r.URL.Path == "/raw":
		body, _ := io.ReadAll(r.Body)
		s.raw = stored{contentType: r.Header.Get("Content-Type"), content: string(body)}
	case r.Method == http.MethodGet && !known:
		http.Error(w, "none", http.StatusNotFound)
	case r.Method == http.MethodGet:
		w.Header().Set("Content-Type", one.contentType)
		w.Header().Set("Content-Disposition", `inline; filename*=UTF-8''`+strings.ReplaceAll(url.QueryEscape(one.name), "+", "%20"))
		io.WriteString(w, one.content)
	default:
		s.take(w, r)
	}
}

func (s *store) take(w http.ResponseWriter, r *http.Request) {
	file, header, err := r.FormFile("picture")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	content, _ := io.ReadAll(file)
	s.pictures[r.URL.Path] = stored{header.Filename, header.Header.Get("Content-Type"), string(content), r.FormValue("width"), r.FormValue("about")}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"bytes": %d}`, len(content))
}

// serveGallery serves the project on a database of MariaDB's, with the store as the other system.
func serveGallery(t *testing.T, others *store) (address string, database *sql.DB) {
	t.Helper()
	databaseURL := servers.MariaDB(t)
	parsed, err := url.Parse(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	config := mysql.NewConfig()
	config.User, config.Net, config.Addr, config.DBName = parsed.User.Username(), "tcp", parsed.Host, strings.TrimPrefix(parsed.Path, "/")
	config.Passwd, _ = parsed.User.Password()
	database, err = sql.Open("mysql", config.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { database.Close() })
	if _, err := database.Exec("CREATE TABLE picture (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), kind VARCHAR(100), width INT)"); err != nil {
		t.Fatal(err)
	}
	output, list := compiler.Compile(source.Files{{Path: "config.yaml", Bytes: []byte(gallery)}, {Path: "openapi.yaml", Bytes: []byte(galleryAPI)}}, compiler.Options{})
	if list.HasErrors() {
		t.Fatal(list)
	}
	stand := httptest.NewServer(others)
	t.Cleanup(stand.Close)
	root := t.TempDir()
	service, err := NewService(t.Context(), Project{Root: root, Specs: root}, output, Settings{
		Datasources: map[string]string{"gallery": databaseURL}, Endpoints: []task.Endpoint{{From: "https://store.test", To: stand.URL}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service.Handler(func(Served) {}))
	t.Cleanup(func() { server.Close(); service.Close() })
	return server.URL, database
}

// picture is a form with a file.
func picture(t *testing.T, name, contentType, content string, fields map[string]string) (body []byte, bodyType string) {
	t.Helper()
	var out bytes.Buffer
	writer := multipart.NewWriter(&out)
	part, err := writer.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="picture"; filename="` + name + `"`}, "Content-Type": {contentType}})
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(part, content)
	for name, value := range fields {
		if err := writer.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	writer.Close()
	return out.Bytes(), writer.FormDataContentType()
}

func converse(t *testing.T, method, address, contentType string, body []byte) (answer *http.Response, content string) {
	t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	answer, err = http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

// TestPictures: an uploaded picture is in the database by name and type and in the other system with every byte, and comes back from there.
func TestPictures(t *testing.T) {
	others := &store{pictures: map[string]stored{}}
	address, database := serveGallery(t, others)
	every := make([]byte, 2<<20)
	for i := range every {
		every[i] = byte(i * 31 >> 3)
	}
	body, contentType := picture(t, "../naïve; x=1 \u202Efoto.png", "image/png", string(every), map[string]string{"width": "640"})
	answer, text := converse(t, http.MethodPost, address+"/picture", contentType, body)
	if answer.StatusCode != 201 || text != fmt.Sprintf(`{"id":1,"bytes":%d}`, len(every)) || answer.Header.Get("Location") != "/picture/1" {
		t.Fatalf("%d %v %s", answer.StatusCode, answer.Header, text)
	}
	const name = "naïve; x=1 foto.png"
	var kept struct {
		name, kind string
		width      int
	}
	if err := database.QueryRow("SELECT name, kind, width FROM picture WHERE id = 1").Scan(&kept.name, &kept.kind, &kept.width); err != nil || kept.name != name || kept.kind != "image/png" || kept.width != 640 {
		t.Errorf("%+v, %v", kept, err)
	}
	about, _ := json.Marshal(map[string]string{"name": name})
	want := stored{name, "image/png", string(every), "640", string(about)}
	if got := others.pictures["/pictures/1"]; got != want {
		got.content = fmt.Sprint(got.content == want.content)
		t.Errorf("%+v", got)
	}
	answer, text = converse(t, http.MethodGet, address+"/picture/1", "", nil)
	disposition := `attachment; filename="na_ve; x=1 foto.png"; filename*=UTF-8''na%C3%AFve%3B%20x%3D1%20foto.png`
	if answer.StatusCode != 200 || text != string(every) || answer.Header.Get("Content-Type") != "image/png" || answer.Header.Get("Content-Disposition") != disposition {
		t.Errorf("%d %v, %d bytes", answer.StatusCode, answer.Header, len(text))
	}
	if answer, _ := converse(t, http.MethodPut, address+"/raw", "image/webp", every[:300]); answer.StatusCode != 204 || others.raw != (stored{contentType: "image/webp", content: string(every[:300])}) {
		t.Errorf("%d %q", answer.StatusCode, others.raw.contentType)
	}
}

// TestPicturesAreRefused: what does not fit, or is too large for what lies in front, changes nothing.
func TestPicturesAreRefused(t *testing.T) {
	others := &store{pictures: map[string]stored{}}
	address, database := serveGallery(t, others)
	form := func(name, contentType, content string, fields map[string]string) func() (string, []byte) {
		return func() (string, []byte) {
			body, bodyType := picture(t, name, contentType, content, fields)
			return bodyType, body
		}
	}
	given := func(contentType, body string) func() (string, []byte) {
		return func() (string, []byte) { return contentType, []byte(body) }
	}
	got := map[string]string{}
	for name, request := range map[string]func() (string, []byte){
		"another type":   form("a.txt", "text/plain", "x", nil),
		"no type":        form("a.txt", "", "x", nil),
		"no integer":     form("a.png", "image/png", "x", map[string]string{"width": "wide"}),
		"no file":        given("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"width\"\r\n\r\n1\r\n--b--"),
		"no boundary":    given("multipart/form-data", "--b--"),
		"no end":         given("multipart/form-data; boundary=b", "--b\r\n"),
		"no form":        given("application/json", `{"picture": "x"}`),
		"no XML":         given("application/xml", `{"picture": `),
		"beyond Lambda":  form("a.png", "image/png", strings.Repeat("\xff", 5<<20), nil),
		"beyond gateway": form("a.png", "image/png", strings.Repeat("\xff", 11<<20), nil),
		"nothing":        given("multipart/form-data; boundary=b", ""),
	} {
		contentType, body := request()
		answer, text := converse(t, http.MethodPost, address+"/picture", contentType, body)
		got[name] = fmt.Sprint(answer.StatusCode, " ", strings.TrimSpace(text))
	}
	want := map[string]string{
		"another type": `415 {"message":"file picture must be image/*"}`, "no type": `415 {"message":"file picture must be image/*"}`,
		"no integer": `400 {"message":"parameter width must be an integer"}`, "no file": `400 {"message":"file picture is required"}`,
		"no boundary": `400 {"message":"the content type of the multipart body has no boundary"}`, "no end": `400 {"message":"the multipart body has no end"}`,
		"no form": `415 {"message":"the content type must be multipart/form-data"}`, "no XML": `415 {"message":"the content type must be multipart/form-data"}`,
		"nothing":       `400 {"message":"request body is required"}`,
		"beyond Lambda": `413 {"message":"Request Entity Too Large"}`, "beyond gateway": `413 {"message":"Request Entity Too Large"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var rows int
	if err := database.QueryRow("SELECT count(*) FROM picture").Scan(&rows); err != nil || rows != 0 || len(others.pictures) != 0 {
		t.Errorf("%d rows, %d pictures, %v", rows, len(others.pictures), err)
	}
	body, contentType := picture(t, "a.png", "image/png", "x", nil)
	for _, status := range []int{201, 409} {
		if answer, text := converse(t, http.MethodPost, address+"/picture", contentType, body); answer.StatusCode != status {
			t.Errorf("%d %s", answer.StatusCode, text)
		}
	}
	if answer, text := converse(t, http.MethodGet, address+"/picture/9", "", nil); answer.StatusCode != 404 || text != `{"message":"no such picture"}` {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
}
