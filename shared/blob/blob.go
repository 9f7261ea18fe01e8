// Package blob stores what is too large for a state or is not JSON: an uploaded file, a large body. A [Ref] in JSON
// is {"blob": "<key>"}; keys are random and cannot be guessed, so holding one is the right to read it.
package blob

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/steploom/steploom/shared/task"
)

// Limit is the number of bytes of one stored object.
const Limit = 64 << 20

// Ref refers to a stored object; the other fields describe it where they are known.
type Ref struct {
	Key         string `json:"blob"`
	FileName    string `json:"fileName,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	Size        int    `json:"size,omitempty"`
}

// Store keeps objects. Get fails with task.BlobMissing for a key it does not hold.
type Store interface {
	Put(ctx context.Context, content []byte) (key string, err error)
	Get(ctx context.Context, key string) ([]byte, error)
}

const keyBytes = 20

// NewKey is a random key of 40 hexadecimal digits.
func NewKey() string {
	var key [keyBytes]byte
	rand.Read(key[:]) // never fails (crypto/rand)
	return hex.EncodeToString(key[:])
}

// ValidKey reports whether key has the form of NewKey. A store refuses others, so a key is never a path.
func ValidKey(key string) bool {
	decoded, err := hex.DecodeString(key)
	return err == nil && len(decoded) == keyBytes
}

// Missing is the error of a key that a store does not hold.
func Missing(key string) *task.Error {
	return task.Errorf(task.BlobMissing, "there is no stored object %q", key)
}

// Folder stores objects as files of a folder, which is made when needed.
func Folder(path string) Store { return folder(path) }

type folder string

func (f folder) Put(_ context.Context, content []byte) (string, error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return "", task.Errorf(task.BlobUnavailable, "%v", err)
	}
	key := NewKey()
	if err := os.WriteFile(filepath.Join(string(f), key), content, 0o600); err != nil {
		return "", task.Errorf(task.BlobUnavailable, "%v", err)
	}
	return key, nil
}

func (f folder) Get(_ context.Context, key string) ([]byte, error) {
	if !ValidKey(key) {
		return nil, Missing(key)
	}
	content, err := os.ReadFile(filepath.Join(string(f), key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Missing(key)
	}
	if err != nil {
		return nil, task.Errorf(task.BlobUnavailable, "%v", err)
	}
	return content, nil
}

// Memory stores objects in the process.
func Memory() Store { return &memory{objects: map[string][]byte{}} }

type memory struct {
	mutex   sync.RWMutex
	objects map[string][]byte
}

func (m *memory) Put(_ context.Context, content []byte) (string, error) {
	key := NewKey()
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.objects[key] = content
	return key, nil
}

func (m *memory) Get(_ context.Context, key string) ([]byte, error) {
	m.mutex.RLock()
	defer m.mutex.RUnlock()
	content, ok := m.objects[key]
	if !ok {
		return nil, Missing(key)
	}
	return content, nil
}

// ParseRef reads a reference: a JSON object whose "blob" is a key.
func ParseRef(raw json.RawMessage) (Ref, bool) {
	var ref Ref
	if err := json.Unmarshal(raw, &ref); err != nil || !ValidKey(ref.Key) {
		return Ref{}, false
	}
	return ref, true
}

// ParseFile reads the reference of a content that is one stored object, by itself or alone in a list. Several are no content of anything, and what they are
// referred to by is for nobody outside: they are task.RequestInvalid.
func ParseFile(raw json.RawMessage) (ref Ref, stored bool, err error) {
	if ref, stored = ParseRef(raw); stored {
		return ref, true, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || len(list) == 0 {
		return Ref{}, false, nil
	}
	for _, one := range list {
		if ref, stored = ParseRef(one); !stored {
			return Ref{}, false, nil
		}
	}
	if len(list) > 1 {
		return Ref{}, false, task.Errorf(task.RequestInvalid, "there are %d files where one is wanted", len(list))
	}
	return ref, true, nil
}

// BucketVariable is the variable that names the bucket of the store on AWS.
func BucketVariable() task.Variable {
	return task.Variable{Name: "STEPLOOM_BLOB_BUCKET", Doc: "the S3 bucket of uploaded files and large payloads", Setting: task.Bucket}
}
