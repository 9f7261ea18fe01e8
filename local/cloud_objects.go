package local

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/steploom/steploom/shared/blob"
)

// objects stands for S3, in memory. An object whose key ends in a key of package blob is the stored object of that key, in whatever bucket, so that
// functions in this process and functions that ask for it by HTTP see the same.
type objects struct {
	mutex sync.RWMutex
	held  map[string][]byte
}

func newObjects() *objects { return &objects{held: map[string][]byte{}} }

// Put implements blob.Store.
func (o *objects) Put(_ context.Context, content []byte) (string, error) {
	key := blob.NewKey()
	o.put(key, content)
	return key, nil
}

// Get implements blob.Store.
func (o *objects) Get(_ context.Context, key string) ([]byte, error) {
	content, ok := o.get(key)
	if !ok {
		return nil, blob.Missing(key)
	}
	return content, nil
}

func (o *objects) put(name string, content []byte) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.held[name] = content
}

func (o *objects) get(name string) ([]byte, bool) {
	o.mutex.RLock()
	defer o.mutex.RUnlock()
	content, ok := o.held[name]
	return content, ok
}

func (o *objects) remove(name string) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	delete(o.held, name)
}

// ServeHTTP serves objects at /BUCKET/KEY: PutObject, GetObject, HeadObject and DeleteObject (Amazon S3 API Reference, path-style requests).
func (o *objects) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	name := nameOf(bucket, key)
	switch {
	case bucket == "" || key == "":
		refuseObject(w, r, http.StatusNotImplemented, "NotImplemented", "this endpoint keeps objects, and nothing else of S3")
	case r.Method == http.MethodPut:
		o.servePut(w, r, name)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		o.serveGet(w, r, name)
	case r.Method == http.MethodDelete:
		o.remove(name)
		w.WriteHeader(http.StatusNoContent)
	default:
		refuseObject(w, r, http.StatusNotImplemented, "NotImplemented", "an object is put, read and deleted")
	}
}

// nameOf is what an object is held by.
func nameOf(bucket, key string) string {
	if last := path.Base(key); blob.ValidKey(last) {
		return last
	}
	return bucket + "/" + key
}

func (o *objects) servePut(w http.ResponseWriter, r *http.Request, name string) {
	if r.URL.Query().Has("uploadId") || strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") || r.Header.Get("X-Amz-Copy-Source") != "" {
		refuseObject(w, r, http.StatusNotImplemented, "NotImplemented", "an object is put whole, in a body that is the object")
		return
	}
	content, err := io.ReadAll(http.MaxBytesReader(w, r.Body, blob.Limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		refuseObject(w, r, http.StatusBadRequest, "EntityTooLarge", "an object has at most "+strconv.Itoa(blob.Limit)+" bytes")
		return
	}
	if err != nil {
		refuseObject(w, r, http.StatusBadRequest, "IncompleteBody", err.Error())
		return
	}
	o.put(name, content)
	w.Header().Set("ETag", entityTag(content))
}

func (o *objects) serveGet(w http.ResponseWriter, r *http.Request, name string) {
	content, ok := o.get(name)
	if !ok {
		refuseObject(w, r, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.Header().Set("ETag", entityTag(content))
	w.Write(content)
}

// entityTag is S3's for an object that was put whole.
func entityTag(content []byte) string {
	sum := md5.Sum(content)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// refuseObject answers an error as S3 does (Amazon S3 API Reference, "Error responses").
func refuseObject(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	text, err := xml.Marshal(struct {
		XMLName                 xml.Name `xml:"Error"`
		Code, Message, Resource string
	}{Code: code, Message: message, Resource: r.URL.Path})
	if err == nil {
		w.Write(append([]byte(xml.Header), text...))
	}
}
