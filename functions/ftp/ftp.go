// Package ftp is the function that lists, reads, writes, moves and deletes files on FTP, FTPS and SFTP servers.
//
//	{"datasource": "shop", "operation": "list", "path": "in", "pattern": "*.csv"}
//	{"files": [{"filename": "a.csv", "path": "in/a.csv", "type": "file", "size": 12, "modified": "2024-05-06T07:08:09Z"}]}
//
//	{"datasource": "shop", "operation": "read", "path": "in/a.csv", "contentType": "text/csv"}
//	{"path": "in/a.csv", "content": [{"id": "1"}], "size": 12}
//
//	{"datasource": "shop", "operation": "write", "path": ["out/", {"value": 7}, ".json"], "content": {"id": 1}}
//	{"datasource": "shop", "operation": "move", "path": "in/a.csv", "to": "done/a.csv"}
//	{"datasource": "shop", "operation": "delete", "path": "done/a.csv"}
//	{"path": "done/a.csv"}
//
// A file is written under a temporary name beside its own and then renamed, so nobody reads half of it, and a connection that breaks leaves the old
// file. Reading and writing can end with a move or, reading, with a delete.
package ftp

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

const (
	defaultTimeout = task.FTPSeconds * time.Second
	longestTimeout = task.LongestSeconds * time.Second
	// sizeLimit is the number of bytes of a file that is read.
	sizeLimit = 6 << 20
)

// Request is what the function takes.
type Request struct {
	Datasource     string          `json:"datasource"`     // a name: see Variable
	Operation      string          `json:"operation"`      // list, read, write, move or delete
	Path           Path            `json:"path"`           // below the folder of the datasource's URL
	To             Path            `json:"to"`             // of move; of read and write the path that the file is moved to afterwards
	Delete         bool            `json:"delete"`         // of read: the file is deleted afterwards
	Pattern        string          `json:"pattern"`        // of list: names to keep, with * ? and [a-z]
	Content        json.RawMessage `json:"content"`        // of write: by content type, or {"blob": key}
	ContentType    string          `json:"contentType"`    // of the file; of its extension when empty
	CSVSeparator   string          `json:"csvSeparator"`   // of CSV files
	CSVColumns     []string        `json:"csvColumns"`     // the header of a CSV file that is written
	AsBlob         bool            `json:"asBlob"`         // of read: store the file and give its reference as the content
	TimeoutSeconds float64         `json:"timeoutSeconds"` // 20 when 0
}

// Response is what the function gives; which fields there are depends on the operation.
type Response struct {
	Path    string  `json:"path,omitempty"`    // of the file; where it is now for move
	Files   *[]File `json:"files,omitempty"`   // of list, by name
	Content any     `json:"content,omitempty"` // of read
	Size    *int    `json:"size,omitempty"`    // of read and write, in bytes
}

// File is an entry of a folder.
type File struct {
	Filename string `json:"filename"`
	Path     string `json:"path"`
	Type     string `json:"type"` // file, folder or link
	Size     int64  `json:"size"`
	Modified string `json:"modified"` // RFC 3339, UTC
}

// Config is what the function needs of its surroundings.
type Config struct {
	Environment task.Environment
	Secrets     secret.Resolver
	Blobs       blob.Store
	// Folders lets the URL of a datasource be that of a folder on this machine, file:///path.
	Folders bool
}

// Variable is the variable with the URL of a datasource: see url.go.
func Variable(datasource string) string {
	return task.VariableName(task.DatasourceVariable, datasource)
}

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:    task.FTP,
		Doc:     "Lists, reads, writes, moves and deletes files on FTP, FTPS and SFTP servers.",
		Memory:  256,
		Timeout: 120 * time.Second,
		Request: []task.Field{
			{Name: "datasource", Type: task.TypeText, Doc: "the datasource's name", Holds: task.HoldsDatasource},
			{Name: "operation", Type: task.TypeText, Doc: "list, read, write, move or delete"},
			{Name: "path", Type: task.TypeAny, Doc: "below the folder of the datasource's URL: text, or a list of texts and `{\"value\": data}`", Example: "sample"},
			{Name: "to", Type: task.TypeAny, Doc: "of move, and after read and write: the new path"},
			{Name: "delete", Type: task.TypeBoolean, Doc: "of read: delete the file afterwards"},
			{Name: "pattern", Type: task.TypeText, Doc: "of list: names to keep", Example: "sample"},
			{Name: "content", Type: task.TypeAny, Doc: "of write: by content type", Holds: task.HoldsStored},
			{Name: "contentType", Type: task.TypeText, Doc: "of the file"},
			{Name: "csvSeparator", Type: task.TypeText, Doc: "of CSV files"},
			{Name: "csvColumns", Type: task.TypeList, Doc: "the header of a CSV file that is written"},
			{Name: "asBlob", Type: task.TypeBoolean, Doc: "of read: store the file and answer its reference", Holds: task.AsksToStore},
			{Name: "timeoutSeconds", Type: task.TypeNumber, Doc: "for the whole transfer"},
		},
		Answer: []task.Field{
			{Name: task.FTPPath, Type: task.TypeText, Doc: "of the file; where it is now for move", Optional: true},
			{Name: task.FTPFiles, Type: task.TypeList, Doc: "of list, by name", Optional: true},
			{Name: task.FTPContent, Type: task.TypeAny, Doc: "of read", Holds: task.HoldsStored, Optional: true},
			{Name: task.FTPSize, Type: task.TypeNumber, Doc: "of read and write, in bytes", Optional: true},
		},
		Variables: append([]task.Variable{
			{Name: task.DatasourceVariable + "_<NAME>", Doc: "ftp, ftpes, ftps or sftp URL of a datasource", Required: true},
			{Name: task.DatasourceVariable + "_<NAME>_SECRET", Doc: "the secret with user and password or private key", Secret: true},
			blob.BucketVariable(),
		}, task.AWSEndpointVariables(task.ServiceSecretsManager, task.ServiceS3)...),
		Permissions: []task.Permission{
			{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "a datasource has a user"},
			{Action: "s3:PutObject", Resource: "bucket", When: "a file is read as a stored object"},
			{Action: "s3:GetObject", Resource: "bucket", When: "a stored object is written"},
		},
	}
}

// New makes the function. Each invocation has a connection of its own.
func New(config Config) task.Function { return task.New(Row(), transfer{config, &turns{}}.handle) }

type transfer struct {
	Config
	turns *turns
}

func (f transfer) handle(ctx context.Context, request Request) (Response, error) {
	timeout := time.Duration(request.TimeoutSeconds * float64(time.Second))
	switch {
	case timeout == 0:
		timeout = defaultTimeout
	case timeout < 0 || timeout > longestTimeout:
		return Response{}, task.Errorf(task.RequestInvalid, "timeoutSeconds %v is not between 0 and %v", request.TimeoutSeconds, longestTimeout.Seconds())
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	response, err := f.run(ctx, request)
	var known *task.Error
	if err != nil && ctx.Err() != nil || errors.As(err, &known) && known.Name == task.FtpTimeout {
		return Response{}, &task.Error{
			Name:    task.FtpTimeout,
			Message: fmt.Sprintf("the transfer did not end within %v", timeout),
			Detail:  map[string]any{"timeoutSeconds": timeout.Seconds()},
		}
	}
	return response, err
}

func (f transfer) run(ctx context.Context, request Request) (Response, error) {
	j, err := jobOf(request)
	if err != nil {
		return Response{}, err
	}
	content, err := f.content(ctx, j)
	if err != nil {
		return Response{}, err
	}
	t, err := f.target(ctx, request.Datasource)
	if err != nil {
		return Response{}, err
	}
	if t.scheme != "file" {
		give, err := f.turns.take(ctx, request.Datasource)
		if err != nil {
			return Response{}, err
		}
		defer give()
	}
	s, err := f.dial(ctx, t)
	if err != nil {
		return Response{}, err
	}
	defer s.close()
	response, err := f.carryOut(ctx, s, t, j, content)
	if err != nil || j.to == "" {
		return response, err
	}
	response.Path = j.to
	return response, t.move(s, j.path, j.to)
}

func (f transfer) carryOut(ctx context.Context, s session, t target, j job, content []byte) (Response, error) {
	switch full := t.below(j.path); j.Operation {
	case "list":
		return list(s, full, j)
	case "read":
		response, err := f.read(ctx, s, full, j)
		if err == nil && j.Delete {
			err = s.remove(full)
		}
		return response, err
	case "write":
		size := len(content)
		return Response{Path: j.path, Size: &size}, t.write(s, j.path, content)
	case "delete":
		return Response{Path: j.path}, s.remove(full)
	default:
		return Response{}, nil // a move is carried out behind all others
	}
}

// job is a request whose paths have been put together.
type job struct {
	Request
	path, to string
}

func jobOf(request Request) (job, error) {
	j := job{Request: request}
	if err := check(request); err != nil {
		return j, err
	}
	var err, other error
	j.path, err = request.Path.resolve("path")
	j.to, other = request.To.resolve("to")
	switch err := cmp.Or(err, other); {
	case err != nil:
		return j, err
	case j.path == "" && request.Operation != "list":
		return j, task.Errorf(task.RequestInvalid, "path is missing")
	case j.to == "" && request.Operation == "move":
		return j, task.Errorf(task.RequestInvalid, "to is missing")
	}
	return j, nil
}

// check looks at everything but the paths.
func check(request Request) error {
	switch request.Operation {
	case "list":
		if _, err := path.Match(request.Pattern, ""); err != nil {
			return task.Errorf(task.RequestInvalid, "pattern %q is not valid", request.Pattern)
		}
	case "write":
		if len(request.Content) == 0 {
			return task.Errorf(task.RequestInvalid, "content is missing")
		}
	case "read", "move", "delete":
	default:
		return task.Errorf(task.RequestInvalid, "operation %q is not list, read, write, move or delete", request.Operation)
	}
	switch goes := len(request.To) > 0; {
	case goes && slices.Contains([]string{"list", "delete"}, request.Operation):
		return task.Errorf(task.RequestInvalid, "operation %s takes no \"to\"", request.Operation)
	case request.Delete && (goes || request.Operation != "read"):
		return task.Errorf(task.RequestInvalid, "only a file that is read, and not moved, can be deleted afterwards")
	}
	return nil
}

// content gives the bytes to write.
func (f transfer) content(ctx context.Context, request job) ([]byte, error) {
	if request.Operation != "write" {
		return nil, nil
	}
	ref, stored, err := blob.ParseFile(request.Content)
	if err != nil {
		return nil, err
	}
	if stored {
		if f.Blobs == nil {
			return nil, task.Errorf(task.BlobUnavailable, "no store for objects is configured")
		}
		return f.Blobs.Get(ctx, ref.Key)
	}
	value, err := format.DecodeJSON(request.Content)
	if err != nil {
		return nil, task.Errorf(task.RequestInvalid, "content: %v", err)
	}
	return format.Encode(contentType(request), value, format.Options{CSVSeparator: request.CSVSeparator, CSVColumns: request.CSVColumns})
}

// contentType is the request's, else that of the file's extension, else binary.
func contentType(request job) string {
	if request.ContentType != "" {
		return request.ContentType
	}
	switch strings.ToLower(path.Ext(request.path)) {
	case ".json":
		return format.JSON
	case ".xml":
		return "application/xml"
	case ".csv":
		return "text/csv"
	case ".txt", ".log", ".md", ".html":
		return format.Text
	}
	return "application/octet-stream"
}

func list(s session, full string, request job) (Response, error) {
	all, err := s.list(full)
	if err != nil {
		return Response{}, err
	}
	files := []File{}
	for _, file := range all {
		kept, _ := path.Match(request.Pattern, file.Filename)
		if (kept || request.Pattern == "") && !isTemporary(file.Filename) {
			file.Path = path.Join(request.path, file.Filename)
			files = append(files, file)
		}
	}
	return Response{Path: request.path, Files: &files}, nil
}

func (f transfer) read(ctx context.Context, s session, full string, request job) (Response, error) {
	limit := sizeLimit
	if request.AsBlob {
		limit = blob.Limit
	}
	content, err := s.read(full, limit)
	if err != nil {
		return Response{}, err
	}
	if len(content) > limit {
		return Response{}, task.TooLarge("the file", len(content), limit)
	}
	size := len(content)
	response := Response{Path: request.path, Size: &size}
	if request.AsBlob {
		response.Content, err = f.store(ctx, content, request)
		return response, err
	}
	response.Content, err = format.Decode(ctx, contentType(request), content, format.Options{CSVSeparator: request.CSVSeparator, Limit: task.ResultLimit})
	return response, err
}

func (f transfer) store(ctx context.Context, content []byte, request job) (blob.Ref, error) {
	if f.Blobs == nil {
		return blob.Ref{}, task.Errorf(task.BlobUnavailable, "no store for objects is configured")
	}
	key, err := f.Blobs.Put(ctx, content)
	return blob.Ref{Key: key, FileName: path.Base(request.path), ContentType: contentType(request), Size: len(content)}, err
}
